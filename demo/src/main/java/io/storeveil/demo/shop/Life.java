package io.storeveil.demo.shop;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Random;

/**
 * When a customer came, and when the shop last saw them.
 *
 * @param created between ten years and a week before the business date, most of them lately: the shop has grown
 */
record Life(LocalDate created, LocalDate lastSeen) {

    /** The first two hundred came in the first year and never again: there is something to expire. */
    static Life of(int customer, long seed) {
        Random random = new Random(seed * 31 + customer);
        LocalDate today = Shop.BUSINESS_DATE;
        if (customer < 200) {
            LocalDate created = today.minusYears(10).plusDays(random.nextInt(300));
            return new Life(created, created.plusDays(random.nextInt(60)));
        }
        LocalDate created = today.minusDays(7 + (long) (3_640 * Math.pow(random.nextDouble(), 2.2)));
        long days = ChronoUnit.DAYS.between(created, today);
        boolean active = random.nextInt(10) < 8;
        long since = active ? random.nextInt(300) : (long) (days * random.nextDouble());
        return new Life(created, today.minusDays(Math.min(days, 1 + since)));
    }

    LocalDate dayWithin(Random random) {
        return created.plusDays(random.nextInt((int) ChronoUnit.DAYS.between(created, lastSeen) + 1));
    }
}

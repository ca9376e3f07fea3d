package io.storeveil.demo.shop;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is personal about one person, all of it spelled out of a number: nobody shares a value with anybody. */
final class Person {

    static final long FIRST_CUSTOMER_ID = 8_400_000_001L;

    private static final int BIRTH_YEARS = 57;

    private final int number;
    private final Random random;

    Person(int number, long seed) {
        this.number = number;
        this.random = new Random(seed * 1_000_003 + number);
    }

    long id() {
        return FIRST_CUSTOMER_ID + number;
    }

    String first() {
        return Names.first(number);
    }

    String last() {
        return Names.last(number);
    }

    String email() {
        return (first() + "." + last()).toLowerCase(Locale.ROOT) + "@" + provider(number);
    }

    static String provider(int number) {
        return switch (number % 4) {
            case 0 -> "post.example";
            case 1 -> "mail.example";
            case 2 -> "home.example.org";
            default -> "inbox.example.net";
        };
    }

    String phone() {
        return "+49 555 %03d %04d".formatted(100 + number / 10_000, number % 10_000);
    }

    /**
     * A day that nobody else has. Never a first of January, which is what "generalise: year" gives, and never near 1970,
     * where a number of days would look like a quantity.
     */
    LocalDate dateOfBirth() {
        int slot = scatter(number, 4_547, BIRTH_YEARS * 364);
        int year = 1947 + slot / 364;
        return LocalDate.ofYearDay(year < 1969 ? year : year + 2, 2 + slot % 364);
    }

    String passwordHash() {
        byte[] salt = new byte[33];
        random.nextBytes(salt);
        return "$2b$12$"
                + java.util.Base64.getEncoder()
                        .encodeToString(salt)
                        .replace('+', '.')
                        .replace('/', '.');
    }

    UUID publicId() {
        return new UUID((random.nextLong() & ~0xf000L) | 0x4000L, (random.nextLong() & ~(3L << 62)) | (2L << 62));
    }

    /** A scanned identity card: now and then too long for the row's own page. */
    byte[] idScan() {
        byte[] scan = new byte[number % 50 == 0 ? 4_000 : 60 + random.nextInt(60)];
        random.nextBytes(scan);
        return scan;
    }

    int loyaltyNumber() {
        return 1_500_000_000 + number * 7 + 3;
    }

    String storeCredit() {
        return "%d.%04d".formatted(10_000 + number * 3, 1_111 + scatter(number, 3_001, 8_887));
    }

    LocalTime callAfter() {
        return LocalTime.of(8, 0).plus(number * 7_654_321L % 36_000_000_000L + 1 + number, ChronoUnit.MICROS);
    }

    String ip() {
        return "10.%d.%d.%d".formatted(100 + number / 100 / 100 % 100, 100 + number / 100 % 100, 101 + number % 100);
    }

    double latitude() {
        return 47.0 + scatter(number, 6_007, 13_001) * 0.000_531 + 0.000_000_1 * (1 + number % 9);
    }

    String interests() {
        return "{garden," + Names.word(number, "iana") + "}";
    }

    String preferences() {
        return "{\"language\": \"%s\", \"nickname\": \"%s\", \"sizes\": {\"shirt\": \"%s\"}}"
                .formatted(random.nextBoolean() ? "de" : "en", Names.word(number, "chen"), "SML".charAt(number % 3));
    }

    @Nullable
    String notes() {
        return number % 3 == 0 ? "Prefers to be called after work; ask for " + Names.word(number, "ella") + "." : null;
    }

    /** A moment after this day, with a fraction of a second that nobody shares. */
    LocalDateTime moment(LocalDate day, int kind) {
        return day.atTime(7, 1)
                .plusSeconds(random.nextInt(50_000))
                .plus(100_000 + number * 16L + kind, ChronoUnit.MICROS);
    }

    private static int scatter(int number, int factor, int limit) {
        return (int) ((long) number * factor % limit);
    }
}

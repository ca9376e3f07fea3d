package io.storeveil.retention.ownership;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Optional;

/**
 * Since when a purpose is over. Periods are calendar periods in the policy's zone; a day counts as a whole, so that
 * nothing goes before its last day has ended.
 */
public final class Thresholds {

    private final Policy policy;
    private final LocalDate today;

    public Thresholds(Policy policy, Instant cutoff) {
        this.policy = policy;
        this.today = cutoff.atZone(policy.timeZone()).toLocalDate();
    }

    /** What happened before the beginning of this day no longer serves the purpose. */
    public LocalDate day(Purpose purpose) {
        if (purpose.from() == Purpose.From.END_OF_CALENDAR_YEAR) {
            LocalDate year = today.minus(purpose.keep()).plusYears(1).withDayOfYear(1);
            while (year.plusYears(1).plus(purpose.keep()).isAfter(today)) {
                year = year.minusYears(1);
            }
            // What happened in this year is over: its end and the period lie behind us.
            return year.plusYears(1);
        }
        LocalDate day = today.minus(purpose.keep());
        while (!day.minusDays(1).plus(purpose.keep()).isBefore(today)) {
            day = day.minusDays(1);
        }
        while (day.plus(purpose.keep()).isBefore(today)) {
            day = day.plusDays(1);
        }
        return day;
    }

    /** The day before whose beginning all of these purposes have ended; empty if there is none to end. */
    public Optional<LocalDate> over(Collection<String> purposes) {
        return purposes.stream().map(name -> day(purpose(name))).min(LocalDate::compareTo);
    }

    public Purpose purpose(String name) {
        Purpose purpose = policy.purposes().get(name);
        if (purpose == null) {
            throw new IllegalArgumentException("purpose " + name + " is not in the policy");
        }
        return purpose;
    }
}

package io.storeveil.retention.ownership;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
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
        LocalDate over = today.minus(purpose.keep()).minusYears(2);
        LocalDate kept = today;
        while (over.plusDays(1).isBefore(kept)) {
            LocalDate middle = over.plusDays(ChronoUnit.DAYS.between(over, kept) / 2);
            if (purpose.keptUntil(middle).isBefore(today)) {
                over = middle;
            } else {
                kept = middle;
            }
        }
        return kept;
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

    /** The last day on which what happened up to now can still serve the purpose. */
    public LocalDate latestEnd(Purpose purpose) {
        return purpose.keptUntil(today);
    }
}

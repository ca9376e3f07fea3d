package io.storeveil.policy;

import java.time.Period;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why data is kept, on which legal ground, and for how long (GDPR Art. 5(1)(b), (e) and Art. 6(1)).
 *
 * @param reference the law or contract that asks for it, e.g. {@code AO s. 147}; required for a legal obligation
 * @param keep      calendar period in the policy's time zone, counted from {@code from}
 */
public record Purpose(
        String name, Basis basis, @Nullable String reference, Period keep, From from, List<String> recipients) {

    /** The grounds of GDPR Art. 6(1), in its order. */
    public enum Basis {
        CONSENT,
        CONTRACT,
        LEGAL_OBLIGATION,
        VITAL_INTERESTS,
        PUBLIC_INTEREST,
        LEGITIMATE_INTERESTS
    }

    /** Where the period starts: at the row's clock, or at the end of the calendar year that holds it. */
    public enum From {
        EVENT,
        END_OF_CALENDAR_YEAR
    }
}

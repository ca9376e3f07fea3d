package io.storeveil.policy;

import java.time.LocalDate;
import java.time.MonthDay;
import java.time.Period;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why data is kept, on which legal ground, and for how long (GDPR Art. 5(1)(b), (e) and Art. 6(1)).
 *
 * @param reference the law or contract that asks for it, e.g. {@code AO s. 147}; required for a legal obligation
 * @param optOut    the right by which a person says no to it; null where there is none, or where it waits for a yes
 * @param keep      calendar period in the policy's time zone, counted from {@code from}
 * @param yearEnds  last day of the year that {@code from} speaks of; of no meaning to {@link From#EVENT}
 */
public record Purpose(
        String name,
        Basis basis,
        @Nullable String reference,
        @Nullable OptOut optOut,
        Period keep,
        From from,
        MonthDay yearEnds,
        List<String> recipients) {

    public static final MonthDay CALENDAR_YEAR_ENDS = MonthDay.of(12, 31);

    /** The grounds of GDPR Art. 6(1), in its order. */
    public enum Basis {
        CONSENT,
        CONTRACT,
        LEGAL_OBLIGATION,
        VITAL_INTERESTS,
        PUBLIC_INTEREST,
        LEGITIMATE_INTERESTS
    }

    /** A right to say no to what is done without a yes. */
    public enum OptOut {
        /** GDPR Art. 21. */
        OBJECTION,
        /** CCPA s. 1798.120; a Global Privacy Control signal exercises it. */
        SALE_OR_SHARING
    }

    /** What one person's own word decides. */
    public enum Choice {
        /** Nothing. */
        NONE,
        /** Only a yes that still stands allows it. */
        OPT_IN,
        /** Everything is allowed but for a no. */
        OPT_OUT
    }

    /** Who says so: {@code basis: consent} waits for a yes, {@code opt-out:} for a no. */
    public Choice choice() {
        if (basis == Basis.CONSENT) {
            return Choice.OPT_IN;
        }
        return optOut == null ? Choice.NONE : Choice.OPT_OUT;
    }

    /**
     * The last day on which the purpose still keeps what happened on a day. Of two days the later is never kept for
     * shorter, also where months end early (31 January and a month is the end of February).
     */
    public LocalDate keptUntil(LocalDate event) {
        return from == From.EVENT
                ? event.plus(keep)
                : endOfYear(event).plusDays(1).plus(keep).minusDays(1);
    }

    /** Of the year that holds the day. A year that ends on 29 February ends on the 28th where there is none. */
    private LocalDate endOfYear(LocalDate day) {
        LocalDate end = yearEnds.atYear(day.getYear());
        return end.isBefore(day) ? yearEnds.atYear(day.getYear() + 1) : end;
    }

    /** Where the period starts: at the row's clock, or at the end of the year that holds it. */
    public enum From {
        EVENT,
        END_OF_CALENDAR_YEAR,
        END_OF_FISCAL_YEAR
    }
}

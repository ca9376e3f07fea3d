package io.storeveil.retention.request;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a request is. People decide up to approval; from there the sweep carries it on. */
public enum RequestState {
    RECEIVED,
    APPROVED,
    /** A sweep has taken it into its plan. */
    SCHEDULED,
    /** A hold on the person keeps it waiting. */
    HELD,
    /** GDPR Art. 18: in force until it is lifted. */
    RESTRICTED,
    /** Gone from the store. */
    ERASED,
    /** The changes have passed through Kafka and the sink. */
    DRAINED,
    /** The person's keys are destroyed. */
    SHREDDED,
    /** A separate look has found nothing that should not be there. */
    CHECKED,
    CLOSED,
    REFUSED,
    WITHDRAWN;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static RequestState of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    boolean ended() {
        return this == CLOSED || this == REFUSED || this == WITHDRAWN;
    }

    /** What may come next. */
    Set<RequestState> next() {
        return switch (this) {
            case RECEIVED -> EnumSet.of(APPROVED, REFUSED, WITHDRAWN);
            case APPROVED -> EnumSet.of(SCHEDULED, HELD, REFUSED, WITHDRAWN);
            case SCHEDULED, HELD -> EnumSet.of(SCHEDULED, HELD, ERASED, WITHDRAWN);
            case ERASED -> EnumSet.of(DRAINED);
            case DRAINED -> EnumSet.of(SHREDDED);
            case SHREDDED -> EnumSet.of(CHECKED);
            case CHECKED, RESTRICTED -> EnumSet.of(CLOSED);
            case CLOSED, REFUSED, WITHDRAWN -> EnumSet.noneOf(RequestState.class);
        };
    }

    /** A restarted step arrives again where the request has been. */
    boolean past(RequestState to) {
        return this != REFUSED
                && this != WITHDRAWN
                && compareTo(ERASED) >= 0
                && compareTo(to) >= 0
                && to.compareTo(APPROVED) > 0;
    }
}

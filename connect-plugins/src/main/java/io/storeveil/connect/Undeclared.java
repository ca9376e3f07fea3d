package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.policy.UndeclaredColumns;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the stream meets and the policy does not know. It stops the task, or is left out, counted, and said once in the
 * log, by the names that the store's catalog or the policy has for it: a name inside of a JSON text can be a person's
 * data, so such a place is called by the path to it that the policy knows.
 */
final class Undeclared {

    private static final Logger LOG = LoggerFactory.getLogger(Undeclared.class);
    private static final int NAMES = 1_000;
    private static final String STOP = "undeclared-columns: stop";

    private final UndeclaredColumns choice;
    private final Counters counters;
    private final Set<Place> said = ConcurrentHashMap.newKeySet();
    private final Map<Place, LongAdder> counts = new ConcurrentHashMap<>();

    Undeclared(UndeclaredColumns choice, Counters counters) {
        this.choice = choice;
        this.counters = counters;
    }

    /** A record of a table that is not known was left out. */
    void table(Place place) {
        if (choice == UndeclaredColumns.STOP) {
            throw new ProtectionStopped(Reason.UNDECLARED_TABLE, place.rule(STOP));
        }
        String name = place.table() == null ? place.topic() : place.table();
        count(place, Metric.UNDECLARED_TABLE_RECORDS, name).increment();
        if (first(place)) {
            LOG.warn("{}: the policy does not know its table; its records are left out", place);
        }
    }

    /** @return to be counted up for each field that is left out */
    LongAdder column(Place place) {
        if (choice == UndeclaredColumns.STOP) {
            throw new ProtectionStopped(Reason.UNDECLARED_COLUMN, place.rule(STOP));
        }
        if (first(place)) {
            LOG.warn("{}: the policy does not know it; it is left out", place);
        }
        return count(
                place, Metric.UNDECLARED_COLUMN_FIELDS, String.valueOf(place.table()), String.valueOf(place.column()));
    }

    /** Something inside of a column, next to or at the path that is the place's column, was left out. */
    void inside(Place place) {
        if (choice == UndeclaredColumns.STOP) {
            throw new ProtectionStopped(Reason.UNDECLARED_INSIDE, place.rule(STOP));
        }
        if (first(place)) {
            LOG.warn(
                    "{}: inside of it is something that the policy does not know, or that its protection cannot take; it"
                            + " is left out",
                    place);
        }
        count(place, Metric.UNDECLARED_COLUMN_FIELDS, String.valueOf(place.table()), String.valueOf(place.column()))
                .increment();
    }

    private LongAdder count(Place place, Metric metric, String... names) {
        LongAdder known = counts.get(place);
        if (known != null) {
            return known;
        }
        LongAdder count = counters.of(metric, names);
        if (counts.size() < NAMES) {
            counts.put(place, count);
        }
        return count;
    }

    private boolean first(Place place) {
        return said.size() < NAMES && said.add(place);
    }
}

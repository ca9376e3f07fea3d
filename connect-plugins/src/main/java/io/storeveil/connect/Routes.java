package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.policy.Table;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The ways that rows and changes went lately, by the identity of their schemas: the next one of these schemas goes the
 * same way, and need not be looked at again.
 */
final class Routes {

    private static final int PLACES = 256;

    private final AtomicReferenceArray<@Nullable Route> lately = new AtomicReferenceArray<>(PLACES);

    /**
     * Where a record belongs, and what becomes of it.
     *
     * @param key   null for records without a key
     * @param value null for records without a value
     * @param change what a record of these schemas must be besides; null if topic and schemas alone decide
     */
    record Route(
            Table table,
            Place place,
            @Nullable Schema keySchema,
            @Nullable Schema valueSchema,
            @Nullable RecordPlan key,
            @Nullable RecordPlan value,
            @Nullable KnownChange change) {

        private boolean isOf(ConnectRecord<?> record) {
            return valueSchema == record.valueSchema()
                    && keySchema == record.keySchema()
                    && record.value() != null
                    && (record.key() == null) == (key == null)
                    && place.topic().equals(record.topic())
                    && (change == null || change.is(record.value()));
        }
    }

    /** Null if no such record came lately. */
    @Nullable
    Route of(ConnectRecord<?> record) {
        Route route = lately.getAcquire(at(record.valueSchema()));
        return route != null && route.isOf(record) ? route : null;
    }

    /** To be given only routes that the record's topic and schemas, and the known change in it, alone decide. */
    void keep(Route route) {
        lately.setRelease(at(route.valueSchema), route);
    }

    private static int at(@Nullable Schema schema) {
        return System.identityHashCode(schema) & (PLACES - 1);
    }
}

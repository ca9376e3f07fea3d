package io.storeveil.connect;

import io.storeveil.keys.OwnerKey;
import io.storeveil.policy.Table;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The counters of one table's rows, asked for once, when the table's plan is made. */
record RowCounts(LongAdder rows, LongAdder lateChanges, List<LongAdder> undeclared) {

    static RowCounts of(Counters counters, Table table, List<LongAdder> undeclared) {
        String name = table.name().toString();
        return new RowCounts(counters.of(Metric.TABLE_ROWS, name), counters.of(Metric.LATE_CHANGES, name), undeclared);
    }

    /** @param owner null if the row has none, or none of its columns is under an owner's key */
    void row(@Nullable OwnerKey owner) {
        rows.increment();
        undeclared.forEach(LongAdder::increment);
        if (owner instanceof OwnerKey.Erased) {
            lateChanges.increment();
        }
    }
}

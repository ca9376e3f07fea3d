package io.storeveil.connect;

import io.storeveil.policy.Table;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one table's rows, asked for once, when the table's plan is made. */
record RowCounts(LongAdder rows, LongAdder erasedFields, LongAdder lateChanges, List<LongAdder> undeclared) {

    static RowCounts of(Counters counters, Table table, List<String> undeclared) {
        String name = table.name().toString();
        return new RowCounts(
                counters.of(Metric.TABLE_ROWS, name),
                counters.of(Metric.ERASED_FIELDS, name),
                counters.of(Metric.LATE_CHANGES, name),
                undeclared.stream()
                        .map(column -> counters.of(Metric.UNDECLARED_COLUMN_FIELDS, name, column))
                        .toList());
    }

    /** @param erased how many of the row's fields were written as erased */
    void row(int erased) {
        rows.increment();
        undeclared.forEach(LongAdder::increment);
        if (erased > 0) {
            erasedFields.add(erased);
            lateChanges.increment();
        }
    }
}

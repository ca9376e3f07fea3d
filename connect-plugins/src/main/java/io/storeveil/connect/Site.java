package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.policy.Column;
import io.storeveil.policy.Table;
import io.storeveil.protect.CannotProtect;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldProtection;
import io.storeveil.protect.FieldType;
import java.util.concurrent.atomic.LongAdder;

/** Where plans are made: for which table, by which rules, and whom to tell of what is met on the way. */
record Site(Table table, Rules rules, Counters counters, Undeclared undeclared, Place place) {

    static String rule(Column column) {
        return column.category() + ": " + column.inStream();
    }

    /** The same for the rows of a change event. */
    Site inEnvelope() {
        return new Site(table, rules.withoutAdded(), counters, undeclared, place);
    }

    Place at(Column column) {
        return place.column(column.name(), rule(column));
    }

    LongAdder erasedFields() {
        return counters.of(Metric.ERASED_FIELDS, table.name().toString());
    }

    FieldProtection bind(Column column, FieldType type) throws CannotProtect {
        return column.inStream()
                .bind(
                        type,
                        new FieldContext(
                                rules.policy().store(), table.name().toString(), column.name(), column.domain()));
    }
}

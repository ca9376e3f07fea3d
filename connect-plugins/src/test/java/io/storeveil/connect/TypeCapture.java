package io.storeveil.connect;

import io.storeveil.policy.Policy;
import io.storeveil.policy.TableName;
import io.storeveil.policy.UndeclaredColumns;
import io.storeveil.protect.CannotProtect;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.Protection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * One row of usual values and one of unusual ones, as one connector read them.
 *
 * @param modes   the connector's settings
 * @param records both rows from the snapshot, then both from the log
 */
record TypeCapture(int number, Map<String, String> modes, List<SourceRecord> records) {

    static final TableName TABLE = new TableName("public", "thing");

    static Struct row(SourceRecord record) {
        return ((Struct) record.value()).getStruct("after");
    }

    /** From the snapshot: the log leaves generated columns out. */
    @Nullable
    Schema schema(TypeSample sample) {
        return schema(0, sample);
    }

    @Nullable
    Schema schema(int record, TypeSample sample) {
        Field field = row(records.get(record)).schema().field(sample.column());
        return field == null ? null : field.schema();
    }

    @Nullable
    Object value(int record, TypeSample sample) {
        Struct row = row(records.get(record));
        return row.schema().field(sample.column()) == null ? null : row.getWithoutDefault(sample.column());
    }

    /** Whether the stream can do it; the check has to agree. */
    static boolean takes(Protection protection, Schema schema) {
        FieldType type = new FieldType(FieldShape.of(schema).kind(), SchemaCopy.length(schema));
        try {
            protection.bind(type, new FieldContext("shop", TABLE.toString(), "", "domain"));
            return true;
        } catch (CannotProtect e) {
            return false;
        }
    }

    /** Protect with a policy that knows these columns and the key, and leaves the others out. */
    static Protector protector(Protection protection, Collection<String> columns, Keys keys) {
        Fixture.TableBuilder table = Fixture.table(TABLE, List.of()).with("id", "pseudonymise", "");
        columns.forEach(column -> table.with(column, protection.toString(), ""));
        Policy policy = Fixture.policy(Map.of(TABLE, table.build()), UndeclaredColumns.DROP);
        Rules rules = new Rules(policy, Rules.Before.KEY, new Placeholder("__debezium_unavailable_value"));
        return new Protector(rules, keys, new Counters(new KeysInUse(keys)));
    }
}

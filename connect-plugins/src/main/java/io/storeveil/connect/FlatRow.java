package io.storeveil.connect;

import io.storeveil.policy.TableName;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** What {@code ExtractNewRecordState} leaves of a change event: the row, and fields beside it if asked for. */
final class FlatRow {

    private FlatRow() {}

    /** From the fields beside the row; null if they are not there. */
    static @Nullable TableName table(Object row, AddedFields added) {
        String schema = first(row, added.name("schema"), added.name("source_schema"));
        String table = first(row, added.name("table"), added.name("source_table"));
        return schema == null || table == null ? null : new TableName(schema, table);
    }

    /** True if rows of this schema can name their table. */
    static boolean saysTable(Schema schema, AddedFields added) {
        return schema.field(added.name("table")) != null || schema.field(added.name("source_table")) != null;
    }

    static boolean isDelete(Object row, AddedFields added) {
        return "true".equals(text(row, added.name("deleted"))) || "d".equals(text(row, added.name("op")));
    }

    private static @Nullable String first(Object row, String name, String otherName) {
        String text = text(row, name);
        return text == null ? text(row, otherName) : text;
    }

    private static @Nullable String text(Object row, String name) {
        Object value = null;
        if (row instanceof Struct struct) {
            value = struct.schema().field(name) == null ? null : struct.getWithoutDefault(name);
        } else if (row instanceof Map<?, ?> map) {
            value = map.get(name);
        }
        return value == null ? null : value.toString();
    }
}

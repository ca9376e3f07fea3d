package io.storeveil.connect;

import io.storeveil.policy.TableName;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** What {@code ExtractNewRecordState} leaves of a change event: the row, and fields beside it if asked for. */
final class FlatRow {

    private FlatRow() {}

    /** From the fields beside the row; null if they are not there. */
    static @Nullable TableName table(Struct row) {
        String schema = first(row, "__schema", "__source_schema");
        String table = first(row, "__table", "__source_table");
        return schema == null || table == null ? null : new TableName(schema, table);
    }

    static boolean isDelete(Struct row) {
        return "true".equals(text(row, "__deleted")) || "d".equals(text(row, "__op"));
    }

    private static @Nullable String first(Struct row, String name, String otherName) {
        String text = text(row, name);
        return text == null ? text(row, otherName) : text;
    }

    private static @Nullable String text(Struct row, String name) {
        return row.schema().field(name) != null && row.getWithoutDefault(name) != null
                ? row.getWithoutDefault(name).toString()
                : null;
    }
}

package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The keys of many rows of a table in one answer: an array for each column, which costs both sides less than a row each. */
final class KeyColumns {

    private final TableName table;
    private final OwnerKeys keys;
    private final List<String> columns;
    private final List<Boolean> integers;

    KeyColumns(TableName table, Ownership ownership, OwnerKeys keys) {
        this.table = table;
        this.keys = keys;
        this.columns = ownership.ownerKey(table);
        this.integers = columns.stream()
                .map(column -> OwnerKeys.integer(ownership.column(table, column)))
                .toList();
    }

    int number() {
        return columns.size();
    }

    /**
     * @param from   what has the table's key columns
     * @param filter empty, or {@code filter (where ...)}
     */
    String of(String from, String filter) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> "array_agg(" + Sql.of(from, columns.get(i)) + (integers.get(i) ? "::int8" : "::text")
                        + ")" + filter)
                .collect(Collectors.joining(", "));
    }

    /** @param first of the arrays' columns, from 1 */
    List<KeyReference> read(ResultSet row, int first) throws SQLException {
        List<Object[]> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Array array = row.getArray(first + i);
            if (array == null) {
                return List.of();
            }
            values.add((Object[]) array.getArray());
        }
        List<KeyReference> references = new ArrayList<>(values.get(0).length);
        for (int i = 0; i < values.get(0).length; i++) {
            List<Object> key = new ArrayList<>(values.size());
            for (Object[] column : values) {
                key.add(column[i]);
            }
            references.add(keys.reference(table, key));
        }
        return references;
    }
}

package io.storeveil.connect;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one purpose may see of a table.
 *
 * @param columns of which it may see something
 * @param values  by what the policy calls them: a column's name, or a column's and a path's
 */
record RevealedTable(Map<String, Paths> columns, Map<String, RevealedColumn> values) {

    static RevealedTable of(Policy policy, Table table, String purpose, Counters counters) {
        Map<String, Paths> columns = new LinkedHashMap<>();
        Map<String, RevealedColumn> values = new LinkedHashMap<>();
        for (Column column : table.columns().values()) {
            for (Column part : column.parts()) {
                if (part.purposes().contains(purpose)) {
                    RevealedColumn.of(policy, table, part, counters).ifPresent(found -> {
                        values.put(part.name(), found);
                        columns.putIfAbsent(column.name(), Paths.of(column));
                    });
                }
            }
        }
        return new RevealedTable(columns, values);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** What stands at the end of these paths; null if it is not for the purpose, or there is no way back. */
    @Nullable
    RevealedColumn at(Paths paths) {
        return paths.value() == null ? null : values.get(paths.value().name());
    }
}

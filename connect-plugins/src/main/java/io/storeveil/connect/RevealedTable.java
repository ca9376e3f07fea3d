package io.storeveil.connect;

import io.storeveil.keys.Keyring;
import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.protect.Ciphertext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one purpose may see of a table.
 *
 * @param columns of which it may see something
 * @param values  by what the policy calls them: a column's name, or a column's and a path's
 * @param tell    columns that say when their row's owner is erased; empty where it makes no difference
 */
record RevealedTable(Map<String, Paths> columns, Map<String, RevealedColumn> values, List<String> tell) {

    static RevealedTable of(Policy policy, Table table, String purpose, Counters counters) {
        Map<String, Paths> columns = new LinkedHashMap<>();
        Map<String, RevealedColumn> values = new LinkedHashMap<>();
        for (Column column : table.columns().values()) {
            for (Column part : column.parts()) {
                if (part.purposes().contains(purpose)) {
                    RevealedColumn.of(policy, table, part, purpose, counters).ifPresent(found -> {
                        values.put(part.name(), found);
                        columns.putIfAbsent(column.name(), Paths.of(column));
                    });
                }
            }
        }
        boolean ends = values.values().stream().anyMatch(RevealedColumn::endsWithOwner);
        List<String> tell = table.columns().values().stream()
                .filter(column -> column.inside().isEmpty() && column.ownerKeyed())
                .map(Column::name)
                .toList();
        return new RevealedTable(columns, values, ends ? tell : List.of());
    }

    /** Whether the person whose key the row is under is erased, as far as the row tells. */
    boolean isErased(Function<String, @Nullable Object> row, Keyring keys) {
        for (String column : tell) {
            if (row.apply(column) instanceof String text && Ciphertext.isErased(keys, text)) {
                return true;
            }
        }
        return false;
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

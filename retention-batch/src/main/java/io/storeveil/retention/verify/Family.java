package io.storeveil.retention.verify;

import io.storeveil.policy.TableName;
import io.storeveil.retention.erase.Erasure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every row of one person that the policy's links lead to, and those that are remembered to have been theirs. */
final class Family {

    private final Erasure person;
    private final Map<TableName, Map<List<String>, Row>> rows = new LinkedHashMap<>();

    Family(Erasure person) {
        this.person = person;
    }

    Erasure person() {
        return person;
    }

    List<Row> rows(TableName table) {
        return new ArrayList<>(rows.getOrDefault(table, Map.of()).values());
    }

    /** Those that lie in the store. */
    List<Row> present() {
        return rows.values().stream()
                .flatMap(found -> found.values().stream())
                .filter(row -> !row.gone())
                .toList();
    }

    @Nullable
    Row get(TableName table, List<String> key) {
        return rows.getOrDefault(table, Map.of()).get(key);
    }

    /** @return the row that is there already, or this one */
    Row add(List<String> key, Row row) {
        Row known = rows.computeIfAbsent(row.table(), table -> new LinkedHashMap<>())
                .putIfAbsent(key, row);
        return known == null ? row : known;
    }
}

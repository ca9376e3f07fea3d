package io.storeveil.retention.verify;

import io.storeveil.policy.TableName;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Columns of rows of erased people that need not be searched for identifiers: a law keeps what they say, or the look by
 * identity has told of it. By table and primary key.
 */
final class Told {

    private final Map<TableName, Map<List<String>, Set<String>>> columns = new HashMap<>();

    void add(TableName table, List<String> key, Collection<String> told) {
        if (!told.isEmpty()) {
            columns.computeIfAbsent(table, any -> new HashMap<>())
                    .computeIfAbsent(key, any -> new HashSet<>())
                    .addAll(told);
        }
    }

    boolean has(TableName table, List<String> key, String column) {
        return columns.getOrDefault(table, Map.of()).getOrDefault(key, Set.of()).contains(column);
    }
}

package io.storeveil.retention.catalog;

import io.storeveil.policy.TableName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A declared foreign key.
 *
 * @param columns  in the order of {@code referencedColumns}
 * @param deferrable it can be checked at commit, which is how rows that refer to each other are deleted
 * @param validated false: rows older than the constraint may break it
 */
public record ForeignKey(
        String name,
        TableName table,
        List<String> columns,
        TableName references,
        List<String> referencedColumns,
        OnDelete onDelete,
        boolean deferrable,
        boolean initiallyDeferred,
        boolean validated) {
    public enum OnDelete {
        NO_ACTION,
        RESTRICT,
        CASCADE,
        SET_NULL,
        SET_DEFAULT
    }

    /** This table's column to the referenced one. */
    public Map<String, String> pairs() {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            pairs.put(columns.get(i), referencedColumns.get(i));
        }
        return pairs;
    }
}

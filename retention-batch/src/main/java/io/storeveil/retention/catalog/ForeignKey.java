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
 * @param validated false: rows may break it, as they are older than the constraint, or in partitions that lack it
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

    /** True if it ties the same columns in the same way, under whatever name. */
    boolean ties(ForeignKey other) {
        return references.equals(other.references) && pairs().equals(other.pairs()) && onDelete == other.onDelete;
    }

    /** The same key, of one partition alone. */
    ForeignKey ofSomeRows() {
        return new ForeignKey(
                name, table, columns, references, referencedColumns, onDelete, deferrable, initiallyDeferred, false);
    }
}

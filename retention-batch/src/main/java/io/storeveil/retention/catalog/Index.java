package io.storeveil.retention.catalog;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An index.
 *
 * @param columns   its key columns up to the first expression; included columns do not count
 * @param complete  {@code columns} are all of its key
 * @param predicate the condition of a partial index
 * @param usable    valid and ready: the planner may use it
 */
public record Index(
        String name,
        List<String> columns,
        boolean complete,
        String method,
        boolean unique,
        boolean primary,
        boolean replicaIdentity,
        @Nullable String predicate,
        boolean usable) {

    /** True if rows are found by these columns, in whatever order, without looking at other rows. */
    boolean finds(Collection<String> leading) {
        return predicate == null && leads(leading);
    }

    /** True if, of rows of which a condition holds, those with these columns are found by it. */
    public boolean findsSome(Collection<String> leading) {
        return predicate != null && leads(leading);
    }

    private boolean leads(Collection<String> leading) {
        return usable
                && (method.equals("btree") || (method.equals("hash") && leading.size() == 1))
                && columns.size() >= leading.size()
                && new HashSet<>(columns.subList(0, leading.size())).equals(new HashSet<>(leading));
    }
}

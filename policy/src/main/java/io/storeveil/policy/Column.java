package io.storeveil.policy;

import io.storeveil.protect.Protection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the policy says of one column, with everything derived filled in.
 *
 * @param purposes the column's own purposes where it has them, otherwise the table's
 * @param domain   the pseudonym domain: the referenced key's for a foreign key, otherwise the column's own name
 * @param references the key column that this one repeats, where owner links do not already say so
 */
public record Column(
        String name,
        String category,
        Protection inStream,
        AtRest atRest,
        List<String> purposes,
        String domain,
        @Nullable ColumnRef references) {}

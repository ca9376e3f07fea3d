package io.storeveil.policy;

import io.storeveil.protect.Protection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the policy says of one column, or of one path inside a column, with everything derived filled in.
 *
 * @param name     of a path inside: the column's and the path's, {@code details.$.address.city}
 * @param inStream of a column whose inside is declared: {@code drop}, so that who does not look inside passes nothing
 * @param atRest   of a column whose inside is declared: {@code redact}, or {@code keep} if every path in it is kept
 * @param purposes the column's own purposes where it has them, otherwise the table's
 * @param domain   the pseudonym domain: the referenced key's for a foreign key, otherwise the column's own name
 * @param references the key column that this one repeats, where owner links do not already say so
 * @param inside   what is inside, path by path; empty where the column is one value. What lies at no path is undeclared
 */
public record Column(
        String name,
        String category,
        Protection inStream,
        AtRest atRest,
        List<String> purposes,
        String domain,
        @Nullable ColumnRef references,
        Map<JsonPath, Column> inside) {

    /** The category of a column whose inside is declared. */
    public static final String BY_PATH = "by path";

    /** A column that is one value. */
    public Column(
            String name,
            String category,
            Protection inStream,
            AtRest atRest,
            List<String> purposes,
            String domain,
            @Nullable ColumnRef references) {
        this(name, category, inStream, atRest, purposes, domain, references, Map.of());
    }

    /** The column itself; where its inside is declared, what is there, in the policy's order. */
    public List<Column> parts() {
        return inside.isEmpty() ? List.of(this) : List.copyOf(inside.values());
    }

    /** True if something of it becomes unreadable with its owner's key. */
    public boolean ownerKeyed() {
        return parts().stream().anyMatch(part -> part.inStream.guarantee().ownerKeyed());
    }
}

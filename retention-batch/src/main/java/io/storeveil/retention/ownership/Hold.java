package io.storeveil.retention.ownership;

import io.storeveil.policy.TableName;
import org.jspecify.annotations.Nullable;

/**
 * What keeps rows of one table from going: rows of another that cannot be without them.
 *
 * @param link of ownership, where it counts only for the rows that it speaks for; null for a reference that always counts
 */
public record Hold(Reference reference, @Nullable Link link) {

    static Hold by(Reference reference) {
        return new Hold(reference, null);
    }

    static Hold by(Link link) {
        return new Hold(new Reference(link.from(), link.to(), link.owner().on(), false), link);
    }

    public TableName from() {
        return reference.from();
    }

    /** True where the row {@code child} keeps the row {@code parent}. */
    public String keeps(String child, String parent) {
        return link == null
                ? reference.joins(child, parent)
                : link.joinsTo(child, parent) + " and " + link.appliesTo(child);
    }
}

package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import org.jspecify.annotations.Nullable;

/**
 * What a value without a schema becomes: of a JSON text, or of a record that comes without schemas. A value is what its
 * Java type says: a map, a list, a text, a number, true or false, null.
 */
interface TreePlan {

    /** Stands for a value of which nothing stays. */
    Object LEFT_OUT = new Object();

    /** True if it must be known whose row it is. */
    boolean ownerKeyed();

    /**
     * @param value is not changed
     * @param owner null if the row says of nobody that it is theirs
     * @return {@link #LEFT_OUT} where nothing of it stays
     */
    @Nullable
    Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner, Place place);

    static TreePlan of(Paths paths, Site site) {
        return paths.value() == null
                ? TreeBranch.of(paths, site)
                : new TreeValue(paths.value(), paths.isColumn(), site);
    }
}

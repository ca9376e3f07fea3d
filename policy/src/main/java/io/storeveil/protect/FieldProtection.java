package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import org.jspecify.annotations.Nullable;

/** A protection made ready for one column. Safe for threads; does not change what it is given. */
public interface FieldProtection {

    /** What a protection does to its column as a whole. */
    enum Effect {
        /** Values stay as they are; {@link #apply} need not be called. */
        PASS,
        /** The column is left out; {@link #apply} is never called. */
        OMIT,
        /** Every value becomes what {@link #apply} says. */
        REPLACE
    }

    Effect effect();

    /** What comes out, always of the same type for the same column. */
    FieldType out();

    /** True if what comes out may be null though what goes in is not. */
    boolean nullable();

    /**
     * @param value as {@link FieldType.Kind} says of the type that was bound; null stays null, whatever the protection
     * @param keys  one version of the key state
     * @param owner the key of whose row this is; null where the protection is not owner-keyed
     * @throws IllegalArgumentException if an owner-keyed protection is given no owner
     */
    @Nullable
    Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner);
}

package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the column and its type, and no value. */
record Null() implements Protection {

    @Override
    public String name() {
        return "null";
    }

    @Override
    public String summary() {
        return "Keeps the column with its type; every value is null.";
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(false, true, false, Guarantee.Key.NONE, "that the column exists");
    }

    @Override
    public Set<Kind> takes() {
        return EnumSet.allOf(Kind.class);
    }

    @Override
    public FieldProtection bind(FieldType in, FieldContext context) {
        return new Bound(in);
    }

    @Override
    public String toString() {
        return name();
    }

    private record Bound(FieldType out) implements FieldProtection {

        @Override
        public Effect effect() {
            return Effect.REPLACE;
        }

        @Override
        public boolean nullable() {
            return true;
        }

        @Override
        public @Nullable Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner) {
            return null;
        }
    }
}

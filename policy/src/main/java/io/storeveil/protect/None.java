package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Leaves the value as it is: for what is no personal data. */
record None() implements Protection {

    @Override
    public String name() {
        return "none";
    }

    @Override
    public String summary() {
        return "Passes the value unchanged. For what is no personal data.";
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(false, true, true, Guarantee.Key.NONE, "everything: the value itself");
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
            return Effect.PASS;
        }

        @Override
        public boolean nullable() {
            return false;
        }

        @Override
        public @Nullable Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner) {
            return value;
        }
    }
}

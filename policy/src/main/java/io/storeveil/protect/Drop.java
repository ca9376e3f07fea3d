package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Leaves the column out. */
record Drop() implements Protection {

    @Override
    public String name() {
        return "drop";
    }

    @Override
    public String summary() {
        return "Leaves the column out: neither its values nor its name reach the topic.";
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(false, true, false, Guarantee.Key.NONE, "nothing");
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
            return Effect.OMIT;
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

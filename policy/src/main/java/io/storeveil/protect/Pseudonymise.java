package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Replaces a key by a {@link Pseudonym} of its domain. */
record Pseudonymise() implements Protection {

    @Override
    public String name() {
        return "pseudonymise";
    }

    @Override
    public String summary() {
        return "Replaces the value by a keyed hash of " + Pseudonym.LENGTH
                + " characters (HMAC-SHA256 under the key of its domain, 128 bits). A foreign key has the domain of the"
                + " key it repeats, so that joins still work.";
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(
                false,
                true,
                true,
                Guarantee.Key.DOMAIN,
                "which rows have the same value and how often; it outlives an erasure, and who holds the domain's key"
                        + " can test a guess");
    }

    @Override
    public Set<Kind> takes() {
        return EnumSet.complementOf(EnumSet.of(Kind.FLOAT, Kind.JSON, Kind.OTHER));
    }

    @Override
    public FieldProtection bind(FieldType in, FieldContext context) throws CannotProtect {
        CannotProtect.unlessTaken(this, in);
        return new Bound(context.domain(), in.kind() == Kind.UUID);
    }

    @Override
    public String toString() {
        return name();
    }

    private record Bound(String domain, boolean uuid) implements FieldProtection {

        @Override
        public Effect effect() {
            return Effect.REPLACE;
        }

        @Override
        public FieldType out() {
            return FieldType.text(Pseudonym.LENGTH);
        }

        @Override
        public boolean nullable() {
            return false;
        }

        @Override
        public @Nullable Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner) {
            if (value == null) {
                return null;
            }
            return Pseudonym.of(keys, domain, uuid ? ((String) value).toLowerCase(Locale.ROOT) : value);
        }
    }
}

package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Encrypts under the domain's key, equal values to equal texts: joins, and comes back. */
record EncryptDeterministic() implements Protection {

    @Override
    public String name() {
        return "encrypt-deterministic";
    }

    @Override
    public String summary() {
        return "Encrypts the value with AES-SIV (RFC 5297) under the key of its domain, never under its owner's. Equal"
                + " values become equal texts, lower-case base32, so that joins still work. A date and a text, or the"
                + " number 42 and the text 42, are different values.";
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(
                true,
                true,
                true,
                Guarantee.Key.DOMAIN,
                "which rows have the same value and how often, and the value's length in bytes; it outlives an erasure,"
                        + " and who holds the domain's key reads it");
    }

    /** Not what has several spellings of one value: 0 and -0, a JSON with its fields in another order. */
    @Override
    public Set<Kind> takes() {
        return EnumSet.complementOf(EnumSet.of(Kind.FLOAT, Kind.JSON, Kind.OTHER));
    }

    @Override
    public FieldProtection bind(FieldType in, FieldContext context) throws CannotProtect {
        CannotProtect.unlessTaken(this, in);
        int longest = ValueBytes.longest(in);
        Integer length = longest < 0 ? null : SivText.length(longest);
        return new Bound(in.kind(), SivText.ofDomain(context.domain()), FieldType.text(length));
    }

    @Override
    public Optional<FieldOpening> opening(FieldContext context) {
        DomainSecret<SivText> secret = SivText.ofDomain(context.domain());
        return Optional.of((keys, text) -> secret.of(keys).open(text));
    }

    @Override
    public String toString() {
        return name();
    }

    /** One spelling for each value: 42.00 comes back as 42, and a UUID in lower case. */
    static Object canonical(Object value, Kind kind) {
        if (value instanceof BigDecimal decimal) {
            return decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
        }
        return kind == Kind.UUID ? ((String) value).toLowerCase(Locale.ROOT) : value;
    }

    private record Bound(Kind in, DomainSecret<SivText> secret, FieldType out) implements FieldProtection {

        @Override
        public Effect effect() {
            return Effect.REPLACE;
        }

        @Override
        public boolean nullable() {
            return false;
        }

        @Override
        public @Nullable Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner) {
            return value == null ? null : secret.of(keys).seal(ValueBytes.of(in, canonical(value, in), 0, 0));
        }
    }
}

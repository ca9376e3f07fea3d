package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Encrypts under the owner's key: unreadable everywhere, at once, when that key is shredded. */
record Encrypt() implements Protection {

    @Override
    public String name() {
        return "encrypt";
    }

    @Override
    public String summary() {
        return "Encrypts the value with AES-256-GCM under its owner's key and a fresh nonce. The column becomes an"
                + " optional text. Once the owner is erased every copy is unreadable, and new rows carry '"
                + Ciphertext.ERASED + "'.";
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(
                true,
                false,
                false,
                Guarantee.Key.OWNER,
                "the value's length in bytes, and which values belong to the same owner");
    }

    @Override
    public Set<Kind> takes() {
        return EnumSet.allOf(Kind.class);
    }

    @Override
    public FieldProtection bind(FieldType in, FieldContext context) {
        int longest = ValueBytes.longest(in);
        Integer length = longest < 0 ? null : Ciphertext.length(longest);
        return new Bound(in.kind(), Ciphertext.Column.of(context), FieldType.text(length));
    }

    @Override
    public Optional<FieldOpening> opening(FieldContext context) {
        return Optional.of((keys, text) -> Ciphertext.open(keys, context, text));
    }

    @Override
    public String toString() {
        return name();
    }

    private record Bound(Kind in, Ciphertext.Column column, FieldType out) implements FieldProtection {

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
            if (value == null) {
                return null;
            }
            if (owner == null) {
                throw new IllegalArgumentException("encrypt needs an owner");
            }
            return owner instanceof OwnerKey.Present key
                    ? Ciphertext.seal(keys, key, column, in, value)
                    : Ciphertext.ERASED;
        }
    }
}

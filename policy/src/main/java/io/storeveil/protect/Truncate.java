package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the beginning of a text or of bytes.
 *
 * @param length in characters (code points) of a text, in bytes otherwise
 */
record Truncate(int length) implements Protection {

    static Truncate of(Options options) {
        options.only("length");
        return new Truncate(options.number("length", 1, 1_000_000));
    }

    @Override
    public String name() {
        return "truncate";
    }

    @Override
    public String summary() {
        return "Keeps the first characters of a text, or the first bytes. A shorter value passes whole: it is for what"
                + " is too long, not for what is secret.";
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(
                false,
                true,
                false,
                Guarantee.Key.NONE,
                "the beginning, and the whole of every value that is no longer");
    }

    @Override
    public Set<Kind> takes() {
        return EnumSet.of(Kind.TEXT, Kind.BYTES);
    }

    @Override
    public FieldProtection bind(FieldType in, FieldContext context) throws CannotProtect {
        CannotProtect.unlessTaken(this, in);
        if (in.kind() == Kind.BYTES) {
            return new Bound(length, in);
        }
        Integer before = in.length();
        return new Bound(length, FieldType.text(before == null ? length : Math.min(before, length)));
    }

    @Override
    public String toString() {
        return "truncate: {length: " + length + "}";
    }

    private record Bound(int length, FieldType out) implements FieldProtection {

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
            if (value instanceof byte[] bytes) {
                return bytes.length <= length ? bytes : Arrays.copyOf(bytes, length);
            }
            if (!(value instanceof String text) || text.codePointCount(0, text.length()) <= length) {
                return value;
            }
            return text.substring(0, text.offsetByCodePoints(0, length));
        }
    }
}

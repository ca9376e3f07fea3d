package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One constant of the column's type for every value. */
record Redact() implements Protection {

    private static final String TEXT = "redacted";

    @Override
    public String name() {
        return "redact";
    }

    @Override
    public String summary() {
        return "Replaces every value by one constant of its type: '" + TEXT
                + "', 0, false, 1970-01-01, {}, no bytes; null for arrays, maps and structs.";
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(false, true, false, Guarantee.Key.NONE, "whether there is a value or null");
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
            return out.kind() == Kind.OTHER;
        }

        @Override
        public @Nullable Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner) {
            if (value == null) {
                return null;
            }
            return switch (out.kind()) {
                case BOOLEAN -> false;
                case INTEGER -> zeroLike(value);
                case FLOAT -> value instanceof Float ? (Object) 0f : (Object) 0d;
                case DECIMAL -> BigDecimal.ZERO.setScale(((BigDecimal) value).scale());
                case TEXT -> cut();
                case BYTES -> new byte[0];
                case DATE -> LocalDate.EPOCH;
                case TIME -> LocalTime.MIDNIGHT;
                case TIMESTAMP -> LocalDateTime.of(LocalDate.EPOCH, LocalTime.MIDNIGHT);
                case INSTANT -> Instant.EPOCH;
                case JSON -> "{}";
                case UUID -> "00000000-0000-0000-0000-000000000000";
                case OTHER -> null;
            };
        }

        private String cut() {
            Integer length = out.length();
            return length == null || length >= TEXT.length() ? TEXT : TEXT.substring(0, length);
        }

        private static Object zeroLike(Object value) {
            if (value instanceof Byte) {
                return (byte) 0;
            }
            if (value instanceof Short) {
                return (short) 0;
            }
            return value instanceof Integer ? (Object) 0 : (Object) 0L;
        }
    }
}

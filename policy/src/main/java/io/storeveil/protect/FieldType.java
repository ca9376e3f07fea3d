package io.storeveil.protect;

import org.jspecify.annotations.Nullable;

/**
 * What a field holds, free of any wire format: the Java shape of its values and what they mean.
 *
 * @param kind   Java shape and meaning; see {@link Kind}
 * @param length longest text in characters, where the column says so
 */
public record FieldType(Kind kind, @Nullable Integer length) {

    /** The Java type of a non-null value stands behind each kind. */
    public enum Kind {
        /** {@link Boolean}. */
        BOOLEAN,
        /** {@link Byte}, {@link Short}, {@link Integer} or {@link Long}. */
        INTEGER,
        /** {@link Float} or {@link Double}. */
        FLOAT,
        /** {@link java.math.BigDecimal}. */
        DECIMAL,
        /** {@link String}. */
        TEXT,
        /** {@code byte[]}. */
        BYTES,
        /** {@link java.time.LocalDate}. */
        DATE,
        /** {@link java.time.LocalTime}. */
        TIME,
        /** {@link java.time.LocalDateTime}: no zone. */
        TIMESTAMP,
        /** {@link java.time.Instant}: a moment. */
        INSTANT,
        /** Arrays, structs and what no protection but redact, null, drop and encrypt can take. */
        OTHER
    }
}

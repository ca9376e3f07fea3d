package io.storeveil.protect;

import org.jspecify.annotations.Nullable;

/**
 * What a field holds, free of any wire format: the Java shape of its values and what they mean.
 *
 * @param kind   Java shape and meaning; see {@link Kind}
 * @param length longest text in characters, where the column says so
 */
public record FieldType(Kind kind, @Nullable Integer length) {

    public static FieldType of(Kind kind) {
        return new FieldType(kind, null);
    }

    public static FieldType text(@Nullable Integer length) {
        return new FieldType(Kind.TEXT, length);
    }

    /** The Java type of a non-null value stands behind each kind. */
    public enum Kind {
        /** {@link Boolean}. */
        BOOLEAN(1, "boolean"),
        /** {@link Byte}, {@link Short}, {@link Integer} or {@link Long}. */
        INTEGER(2, "integer"),
        /** {@link Float} or {@link Double}. */
        FLOAT(3, "float"),
        /** {@link java.math.BigDecimal}. */
        DECIMAL(4, "decimal"),
        /** {@link String}. */
        TEXT(5, "text"),
        /** {@code byte[]}. */
        BYTES(6, "bytes"),
        /** {@link java.time.LocalDate}. */
        DATE(7, "date"),
        /** {@link java.time.LocalTime}; {@link java.time.LocalTime#MAX} stands for 24:00:00. */
        TIME(8, "time"),
        /** {@link java.time.LocalDateTime}: no zone. */
        TIMESTAMP(9, "timestamp"),
        /** {@link java.time.Instant}: a moment. */
        INSTANT(10, "instant"),
        /** {@link String}: a JSON text. */
        JSON(12, "json"),
        /** {@link String}: a UUID in its usual form of 36 characters. */
        UUID(13, "uuid"),
        /** Arrays, maps and structs: {@link String}, the value written as JSON by whoever knows its shape. */
        OTHER(11, "other");

        private final byte code;
        private final String word;

        Kind(int code, String word) {
            this.code = (byte) code;
            this.word = word;
        }

        /** The first byte of every encrypted value: frozen. */
        byte code() {
            return code;
        }

        /** How messages and documentation call it. */
        public String word() {
            return word;
        }
    }
}

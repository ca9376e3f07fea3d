package io.storeveil.connect;

import io.storeveil.protect.FieldType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value without a schema, as protections take it: what it is tells its Java type alone.
 *
 * @param value of the kind's Java type
 */
@SuppressWarnings("JavaUtilDate") // a converter without schemas can still give Connect's own logical types
record Plain(Kind kind, Object value) {

    /** What PostgreSQL's numeric can hold; a number beyond it is a trap for whoever writes it out. */
    private static final int MOST_DIGITS = 150_000;

    /** @param taken a text that is a date or time is one only where texts are not taken; null if there is no kind */
    static @Nullable Plain of(Object value, Set<Kind> taken) {
        if (value instanceof String text) {
            return taken.contains(Kind.TEXT) ? new Plain(Kind.TEXT, text) : time(text, taken);
        }
        if (value instanceof Boolean) {
            return new Plain(Kind.BOOLEAN, value);
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return new Plain(Kind.INTEGER, value);
        }
        if (value instanceof Double || value instanceof Float) {
            return new Plain(Kind.FLOAT, value);
        }
        if (value instanceof BigInteger integer) {
            return decimal(new BigDecimal(integer));
        }
        if (value instanceof BigDecimal decimal) {
            return decimal(decimal);
        }
        if (value instanceof byte[]) {
            return new Plain(Kind.BYTES, value);
        }
        if (value instanceof ByteBuffer buffer) {
            return new Plain(Kind.BYTES, FieldShape.bytes(buffer));
        }
        if (value instanceof Date date) {
            return new Plain(Kind.TIMESTAMP, LocalDateTime.ofInstant(date.toInstant(), ZoneOffset.UTC));
        }
        return value instanceof Map || value instanceof Collection ? new Plain(Kind.OTHER, JsonText.of(value)) : null;
    }

    private static @Nullable Plain decimal(BigDecimal decimal) {
        return Math.abs((long) decimal.scale()) + decimal.precision() > MOST_DIGITS
                ? null
                : new Plain(Kind.DECIMAL, decimal);
    }

    private static @Nullable Plain time(String text, Set<Kind> taken) {
        String iso = text.replace(' ', 'T');
        try {
            if (iso.length() == 10 && taken.contains(Kind.DATE)) {
                return new Plain(Kind.DATE, LocalDate.parse(iso));
            }
            if (iso.matches(".*T.*(Z|[+-]\\d\\d(:?\\d\\d)?)") && taken.contains(Kind.INSTANT)) {
                String offset = iso.matches(".*[+-]\\d\\d") ? iso + ":00" : iso;
                return new Plain(Kind.INSTANT, OffsetDateTime.parse(offset).toInstant());
            }
            if (iso.contains("T") && taken.contains(Kind.TIMESTAMP)) {
                return new Plain(Kind.TIMESTAMP, LocalDateTime.parse(iso));
            }
            return taken.contains(Kind.TIME) ? new Plain(Kind.TIME, LocalTime.parse(iso)) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** What a protection gave, in a form that needs no schema. */
    static @Nullable Object written(@Nullable Object result) {
        boolean time = result instanceof LocalDate
                || result instanceof LocalDateTime
                || result instanceof LocalTime
                || result instanceof Instant;
        return time ? String.valueOf(result) : result;
    }
}

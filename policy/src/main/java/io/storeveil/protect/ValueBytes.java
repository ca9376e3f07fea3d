package io.storeveil.protect;

import io.storeveil.protect.FieldType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * A value as the bytes that are encrypted: one byte for the kind, then text as UTF-8, bytes as they are, numbers
 * big-endian in 8 bytes (floats as a double's bits), a decimal as 4 bytes of scale and its unscaled two's complement, a
 * date as its day since 1970, a time as its nanosecond of the day, a moment as seconds since 1970 (UTC for one without a
 * zone) and 4 bytes of nanoseconds. Frozen.
 */
final class ValueBytes {

    private ValueBytes() {}

    /** With so many bytes of room before and after. */
    static byte[] of(Kind kind, Object value, int before, int after) {
        Room room = new Room(kind, before, after);
        return switch (kind) {
            case BOOLEAN -> room.of(1).put((byte) ((Boolean) value ? 1 : 0)).array();
            case INTEGER -> room.number(((Number) value).longValue());
            case FLOAT -> room.number(Double.doubleToRawLongBits(((Number) value).doubleValue()));
            case DECIMAL -> room.decimal((BigDecimal) value);
            case TEXT, JSON, UUID, OTHER -> room.bytes(((String) value).getBytes(StandardCharsets.UTF_8));
            case BYTES -> room.bytes((byte[]) value);
            case DATE -> room.number(((LocalDate) value).toEpochDay());
            case TIME -> room.number(((LocalTime) value).toNanoOfDay());
            case TIMESTAMP -> room.moment(((LocalDateTime) value).toInstant(ZoneOffset.UTC));
            case INSTANT -> room.moment((Instant) value);
        };
    }

    /** The inverse, with {@link Long} for every integer and {@link Double} for every float. */
    static Opened.Value read(byte[] bytes) throws CannotOpen {
        Kind kind = kind(bytes);
        ByteBuffer rest = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        return new Opened.Value(
                kind,
                switch (kind) {
                    case BOOLEAN -> rest.get() == 1;
                    case INTEGER -> rest.getLong();
                    case FLOAT -> Double.longBitsToDouble(rest.getLong());
                    case DECIMAL -> {
                        int scale = rest.getInt();
                        yield new BigDecimal(new BigInteger(Arrays.copyOfRange(bytes, 5, bytes.length)), scale);
                    }
                    case TEXT, JSON, UUID, OTHER -> new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);
                    case BYTES -> Arrays.copyOfRange(bytes, 1, bytes.length);
                    case DATE -> LocalDate.ofEpochDay(rest.getLong());
                    case TIME -> LocalTime.ofNanoOfDay(rest.getLong());
                    case TIMESTAMP -> LocalDateTime.ofEpochSecond(rest.getLong(), rest.getInt(), ZoneOffset.UTC);
                    case INSTANT -> Instant.ofEpochSecond(rest.getLong(), rest.getInt());
                });
    }

    /** Bytes a value of this type takes at most; -1 if there is no limit. */
    static int longest(FieldType type) {
        Integer length = type.length();
        return switch (type.kind()) {
            case BOOLEAN -> 2;
            case INTEGER, FLOAT, DATE, TIME -> 9;
            case TIMESTAMP, INSTANT -> 13;
            case UUID -> 37;
            // a character of the database takes up to four bytes of UTF-8
            case TEXT -> length == null ? -1 : 1 + 4 * length;
            case DECIMAL, BYTES, JSON, OTHER -> -1;
        };
    }

    private static Kind kind(byte[] bytes) throws CannotOpen {
        for (Kind kind : Kind.values()) {
            if (bytes.length > 0 && kind.code() == bytes[0]) {
                return kind;
            }
        }
        throw new CannotOpen("it holds a type that this version does not know");
    }

    /** Where the bytes go. */
    private record Room(Kind kind, int before, int after) {

        ByteBuffer of(int length) {
            return ByteBuffer.allocate(before + 1 + length + after)
                    .position(before)
                    .put(kind.code());
        }

        byte[] number(long number) {
            return of(Long.BYTES).putLong(number).array();
        }

        byte[] moment(Instant moment) {
            return of(Long.BYTES + Integer.BYTES)
                    .putLong(moment.getEpochSecond())
                    .putInt(moment.getNano())
                    .array();
        }

        byte[] decimal(BigDecimal decimal) {
            byte[] unscaled = decimal.unscaledValue().toByteArray();
            return of(Integer.BYTES + unscaled.length)
                    .putInt(decimal.scale())
                    .put(unscaled)
                    .array();
        }

        byte[] bytes(byte[] bytes) {
            return of(bytes.length).put(bytes).array();
        }
    }
}

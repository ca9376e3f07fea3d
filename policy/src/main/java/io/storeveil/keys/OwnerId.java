package io.storeveil.keys;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names one owner: the row of a table whose key other rows (or it itself) are encrypted under.
 *
 * <p>Its values are made canonical on construction, here and nowhere else, so that stream and sweep find the same leaf
 * for the same row whatever Java types their drivers hand them. A whole number is a {@link Long} if it fits, whether it
 * comes as an integer, as a decimal, or as text without leading zeros or plus: the text half of a polymorphic pair then
 * names the same owner as the integer key it stands for. Everything else is text.
 *
 * @param kind the owner's table, {@code schema.name}
 * @param key  its key's values, in the order of the key: {@link Long} or {@link String}
 */
public record OwnerId(String kind, List<Object> key) {

    private static final int LONGEST_LONG = 20;

    /** @throws IllegalArgumentException if there is no value, or one that is null or not a scalar */
    public OwnerId {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("an owner of kind " + kind + " needs at least one key value");
        }
        key = key.size() == 1 ? List.of(canonical(kind, key.get(0))) : canonical(kind, key);
    }

    /** @param values as a driver, a record or a person gives them */
    public static OwnerId of(String kind, List<?> values) {
        return new OwnerId(kind, new ArrayList<>(values));
    }

    private static List<Object> canonical(String kind, List<?> values) {
        return values.stream().map(value -> canonical(kind, value)).toList();
    }

    private static Object canonical(String kind, @Nullable Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof CharSequence || value instanceof Character) {
            return ofText(value.toString());
        }
        if (value instanceof BigDecimal decimal) {
            return ofText(plain(decimal));
        }
        if (value instanceof BigInteger integer) {
            return ofText(integer.toString());
        }
        if (value instanceof Double || value instanceof Float) {
            return ofText(ofFloat(value.toString()));
        }
        if (value instanceof byte[] bytes) {
            return ofBytes(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return ofBytes(bytes);
        }
        if (value == null
                || value.getClass().isArray()
                || value instanceof Collection<?>
                || value instanceof Map<?, ?>
                || value instanceof Date) {
            throw new IllegalArgumentException("an owner of kind " + kind + " cannot have a key value of type "
                    + (value == null ? "null" : value.getClass().getName())
                    + "; integers, decimals, text, UUIDs, bytes and java.time are allowed");
        }
        return ofText(value.toString());
    }

    private static Object ofText(String text) {
        return isCanonicalLong(text) ? (Object) Long.parseLong(text) : text;
    }

    private static boolean isCanonicalLong(String text) {
        if (text.isEmpty() || text.length() > LONGEST_LONG || !text.chars().allMatch(OwnerId::digitOrMinus)) {
            return false;
        }
        try {
            return Long.toString(Long.parseLong(text)).equals(text);
        } catch (NumberFormatException tooLargeOrMisplacedMinus) {
            return false;
        }
    }

    private static boolean digitOrMinus(int character) {
        return (character >= '0' && character <= '9') || character == '-';
    }

    /** Numbers that SQL compares as equal have one text: no trailing zeros, no exponent, no negative zero. */
    private static String plain(BigDecimal decimal) {
        return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
    }

    private static String ofFloat(String text) {
        try {
            return plain(new BigDecimal(text));
        } catch (NumberFormatException notANumberOrInfinite) {
            return text;
        }
    }

    private static String ofBytes(byte[] bytes) {
        return "\0b" + HexFormat.of().formatHex(bytes);
    }

    /** How many characters its texts have. */
    int characters() {
        int characters = 0;
        for (Object value : key) {
            characters += value instanceof String text ? text.length() : 0;
        }
        return characters;
    }

    /** Without the key's values, which are personal. */
    @Override
    public String toString() {
        return "OwnerId[" + kind + "]";
    }
}

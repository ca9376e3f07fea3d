package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Stands for a value of one domain: HMAC-SHA256 (RFC 2104) under the domain's key, cut to 128 bits, in lower-case
 * base32 (RFC 4648) without padding. Frozen: a warehouse joins by it for years.
 */
public final class Pseudonym {

    /** Characters. */
    public static final int LENGTH = 26;

    private static final byte[] BASE32 = "abcdefghijklmnopqrstuvwxyz234567".getBytes(StandardCharsets.US_ASCII);
    private static final int BYTES = 16;

    private Pseudonym() {}

    /**
     * @param value of any {@link FieldType.Kind} that {@code pseudonymise} takes. The integer 42, the decimal 42.00 and
     *     the text "42" of one domain are one pseudonym, so that a polymorphic or retyped foreign key still joins
     * @throws IllegalArgumentException if the value's class has no canonical form; the value is not in the message
     */
    public static String of(Keyring keys, String domain, Object value) {
        byte[] canonical = canonical(value).getBytes(StandardCharsets.UTF_8);
        return base32(keys.engines().hmac(keys.domainKey(domain), canonical));
    }

    static String canonical(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return value.toString();
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return "\0b" + HexFormat.of().formatHex(bytes);
        }
        if (value instanceof java.util.UUID uuid) {
            return uuid.toString().toLowerCase(Locale.ROOT);
        }
        if (value instanceof Boolean
                || value instanceof LocalDate
                || value instanceof LocalTime
                || value instanceof LocalDateTime
                || value instanceof Instant) {
            return value.toString();
        }
        throw new IllegalArgumentException(
                "no pseudonym for a " + value.getClass().getSimpleName());
    }

    private static String base32(byte[] hash) {
        byte[] text = new byte[LENGTH];
        int length = 0;
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < BYTES; i++) {
            buffer = (buffer << 8) | (hash[i] & 0xff);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text[length++] = BASE32[(buffer >> bits) & 31];
            }
            buffer &= (1 << bits) - 1;
        }
        text[length] = BASE32[(buffer << (5 - bits)) & 31];
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}

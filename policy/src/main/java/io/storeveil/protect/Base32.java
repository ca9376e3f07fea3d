package io.storeveil.protect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lower-case base32 (RFC 4648) without padding: no two bytes' texts differ by case alone. */
final class Base32 {

    private static final char[] ALPHABET = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();
    private static final int[] VALUES = values();

    private Base32() {}

    static String encode(byte[] bytes) {
        char[] text = new char[length(bytes.length)];
        int buffer = 0;
        int bits = 0;
        int at = 0;
        for (byte next : bytes) {
            buffer = (buffer << 8) | (next & 0xff);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text[at++] = ALPHABET[(buffer >> bits) & 31];
            }
        }
        if (bits > 0) {
            text[at] = ALPHABET[(buffer << (5 - bits)) & 31];
        }
        return new String(text);
    }

    /** The only bytes whose text this is; null if there are none. */
    static byte @Nullable [] decode(String text) {
        byte[] bytes = new byte[text.length() * 5 / 8];
        int buffer = 0;
        int bits = 0;
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            int value = next < VALUES.length ? VALUES[next] : -1;
            if (value < 0) {
                return null;
            }
            buffer = (buffer << 5) | value;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes[at++] = (byte) (buffer >> bits);
            }
        }
        boolean whole = text.length() == length(bytes.length) && (buffer & ((1 << bits) - 1)) == 0;
        return whole ? bytes : null;
    }

    /** Characters for so many bytes. */
    static int length(int bytes) {
        return (8 * bytes + 4) / 5;
    }

    private static int[] values() {
        int[] values = new int[128];
        Arrays.fill(values, -1);
        for (int i = 0; i < ALPHABET.length; i++) {
            values[ALPHABET[i]] = i;
        }
        return values;
    }
}

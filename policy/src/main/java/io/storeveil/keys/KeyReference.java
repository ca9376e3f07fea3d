package io.storeveil.keys;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Sixteen bytes that find an owner's key again in the key state they came from, and tell a reader without that state
 * nothing of the owner, except that two equal references are one owner. Every ciphertext and every journal entry of a
 * key-owning row carries one.
 */
public final class KeyReference {

    public static final int LENGTH = 16;

    private final byte[] bytes;

    private KeyReference(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException if there are not exactly sixteen bytes */
    public static KeyReference of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a key reference has " + LENGTH + " bytes, not " + bytes.length);
        }
        return new KeyReference(bytes.clone());
    }

    /**
     * What {@link #toString} gives.
     *
     * @throws IllegalArgumentException if it is not the hex of sixteen bytes
     */
    public static KeyReference parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Writes the sixteen bytes from there on. */
    public void write(byte[] to, int at) {
        System.arraycopy(bytes, 0, to, at, LENGTH);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyReference that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Lower-case hex. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}

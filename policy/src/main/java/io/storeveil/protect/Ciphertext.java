package io.storeveil.protect;

import io.storeveil.keys.Engines;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;

/**
 * The text of an encrypted column: Base64 (RFC 4648) of
 *
 * <pre>version 0x01 | key reference 16 | column 4 | nonce 12 | AES-256-GCM of the value's bytes, with its tag 16</pre>
 *
 * Column is the first four bytes of SHA-256 over {@code schema.table.column}. Authenticated besides (AAD): all that
 * stands before the nonce, then {@code store \0 schema.table \0 column}; a value moved to another column or person does
 * not open. Nonces are random: NIST SP 800-38D allows 2^32 values under one key, and a key is one person's. Frozen by
 * golden files.
 */
public final class Ciphertext {

    /** What stands in an encrypted column once its owner is erased. */
    public static final String ERASED = "[erased]";

    private static final byte VERSION = 1;
    private static final int COLUMN = 4;
    private static final int HEAD = 1 + KeyReference.LENGTH + COLUMN;

    /** Bytes for whose text each thread has an array at hand: nearly every column is as short. */
    private static final int SHORT = 3 * 1024;

    private static final ThreadLocal<byte[]> TEXT = ThreadLocal.withInitial(() -> new byte[SHORT / 3 * 4]);

    private Ciphertext() {}

    /** @throws CannotOpen if the text is not a ciphertext, was altered, or belongs to another column or key state */
    public static Opened open(Keyring keys, FieldContext context, String text) throws CannotOpen {
        if (text.equals(ERASED)) {
            return new Opened.Erased();
        }
        byte[] bytes = decode(text);
        OwnerKey key = keys.ownerKey(reference(bytes));
        if (!(key instanceof OwnerKey.Present present)) {
            return new Opened.Erased();
        }
        Column column = Column.of(context);
        if (!Arrays.equals(column.id, Arrays.copyOfRange(bytes, HEAD - COLUMN, HEAD))) {
            throw new CannotOpen("it belongs to another column than " + context.table() + "." + context.column());
        }
        try {
            return ValueBytes.read(keys.engines().decrypt(present.key(), bytes, HEAD, column.context));
        } catch (AEADBadTagException e) {
            throw new CannotOpen(
                    "it was altered, or belongs to another store or column than " + context.table() + "."
                            + context.column(),
                    e);
        }
    }

    /** True for the marker, and for a ciphertext under a key that is gone; false for what is no ciphertext. */
    public static boolean isErased(Keyring keys, String text) {
        try {
            return text.equals(ERASED) || !(keys.ownerKey(reference(text)) instanceof OwnerKey.Present);
        } catch (CannotOpen other) {
            return false;
        }
    }

    /** Whose key a ciphertext is under. @throws CannotOpen if the text is not a ciphertext */
    public static KeyReference reference(String text) throws CannotOpen {
        return reference(decode(text));
    }

    static String seal(Keyring keys, OwnerKey.Present key, Column column, Kind kind, Object value) {
        byte[] bytes = ValueBytes.of(kind, value, HEAD + Engines.NONCE, Engines.TAG);
        bytes[0] = VERSION;
        key.reference().write(bytes, 1);
        System.arraycopy(column.id, 0, bytes, HEAD - COLUMN, COLUMN);
        keys.engines().encrypt(key.key(), bytes, HEAD, column.context);
        return base64(bytes);
    }

    /** As {@link Base64.Encoder#encodeToString} does, without an array in between for each text. */
    private static String base64(byte[] bytes) {
        if (bytes.length > SHORT) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        byte[] text = TEXT.get();
        return new String(text, 0, Base64.getEncoder().encode(bytes, text), StandardCharsets.ISO_8859_1);
    }

    /** Characters of a ciphertext over so many bytes. */
    static int length(int valueBytes) {
        return (HEAD + Engines.NONCE + valueBytes + Engines.TAG + 2) / 3 * 4;
    }

    private static byte[] decode(String text) throws CannotOpen {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            // the decoder's message would quote a character of the text
            throw new CannotOpen("it is not Base64");
        }
        if (bytes.length <= HEAD + Engines.NONCE + Engines.TAG || bytes[0] != VERSION) {
            throw new CannotOpen("it is not a ciphertext of version " + VERSION);
        }
        return bytes;
    }

    private static KeyReference reference(byte[] bytes) {
        return KeyReference.of(Arrays.copyOfRange(bytes, 1, 1 + KeyReference.LENGTH));
    }

    /** What a ciphertext says of the column it belongs to: openly, and in what it authenticates. */
    static final class Column {

        private final byte[] id;
        private final byte[] context;

        private Column(byte[] id, byte[] context) {
            this.id = id;
            this.context = context;
        }

        static Column of(FieldContext context) {
            String name = context.table() + "." + context.column();
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
                String bound = context.store() + "\0" + context.table() + "\0" + context.column();
                return new Column(Arrays.copyOf(hash, COLUMN), bound.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no SHA-256", e);
            }
        }
    }
}

package io.storeveil.control;

import io.storeveil.keys.KeyState;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key state sealed under a key-encryption key. Frozen as format 1, numbers big-endian: "SVSS", 1, the version in eight
 * bytes, a random nonce of twelve, then AES-256-GCM of the state with its 16-byte tag. Format 2 carries the wrapped key:
 * "SVSS", 2, the version, the wrapped key's length in two bytes and the wrapped key, then nonce and ciphertext.
 * Everything before the nonce is authenticated. Each key seals the copies of one edition only.
 */
final class SealedState {

    static final int KEY = 32;
    private static final int MAGIC = 0x53565353;
    private static final byte PLAIN = 1;
    private static final byte WRAPPED = 2;
    private static final int HEAD = 4 + 1 + 8;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private SealedState() {}

    static byte[] freshKey() {
        byte[] key = new byte[KEY];
        RANDOM.nextBytes(key);
        return key;
    }

    static byte[] seal(long version, byte[] state, KeyEncryptionKeys.Sealing sealing) {
        byte[] head = head(version, sealing.wrapped());
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, sealing.key(), nonce, head);
            byte[] sealed = new byte[head.length + NONCE + cipher.getOutputSize(state.length)];
            ByteBuffer.wrap(sealed).put(head).put(nonce);
            cipher.doFinal(state, 0, state.length, sealed, head.length + NONCE);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM cannot seal " + state.length + " bytes", e);
        }
    }

    /** The wrapped key it carries; empty if none. @throws KeyStateUnavailable as {@link #open} */
    static byte[] wrappedKey(byte[] sealed) {
        int head = headLength(sealed);
        return Arrays.copyOfRange(sealed, Math.min(head, HEAD + Short.BYTES), head);
    }

    /** @throws KeyStateUnavailable saying what is wrong with the bytes, as the end of a sentence that names the place */
    static byte[] open(long version, byte[] sealed, byte[] key) {
        int head = headLength(sealed);
        long found = ByteBuffer.wrap(sealed).getLong(5);
        if (found != version) {
            throw new KeyStateUnavailable("holds version " + found + ", not " + version);
        }
        byte[] nonce = Arrays.copyOfRange(sealed, head, head + NONCE);
        try {
            return cipher(Cipher.DECRYPT_MODE, key, nonce, Arrays.copyOf(sealed, head))
                    .doFinal(sealed, head + NONCE, sealed.length - head - NONCE);
        } catch (AEADBadTagException e) {
            throw new KeyStateUnavailable("is damaged, or sealed under another key-encryption key", e);
        } catch (GeneralSecurityException e) {
            throw new KeyStateUnavailable("cannot be opened: " + e.getMessage(), e);
        }
    }

    private static int headLength(byte[] sealed) {
        if (sealed.length < HEAD + NONCE || ByteBuffer.wrap(sealed).getInt() != MAGIC) {
            throw new KeyStateUnavailable("is not a sealed key state, or cut short");
        }
        if (sealed[4] == PLAIN) {
            return HEAD;
        }
        if (sealed[4] != WRAPPED) {
            throw new KeyStateUnavailable(
                    "has format " + sealed[4] + "; this release reads formats " + PLAIN + " and " + WRAPPED);
        }
        int head =
                HEAD + Short.BYTES + Short.toUnsignedInt(ByteBuffer.wrap(sealed).getShort(HEAD));
        if (sealed.length < head + NONCE) {
            throw new KeyStateUnavailable("is not a sealed key state, or cut short");
        }
        return head;
    }

    /** @throws KeyStateUnavailable as {@link #open}, also if what was sealed is not that version of a key state */
    static KeyState openState(long version, byte[] sealed, byte[] key) {
        KeyState state;
        try {
            state = KeyState.decode(open(version, sealed, key));
        } catch (IllegalArgumentException e) {
            throw new KeyStateUnavailable("opens, but " + e.getMessage(), e);
        }
        if (state.version() != version) {
            throw new KeyStateUnavailable("opens, but as version " + state.version() + ", not " + version);
        }
        return state;
    }

    private static byte[] head(long version, byte[] wrapped) {
        if (wrapped.length == 0) {
            return ByteBuffer.allocate(HEAD)
                    .putInt(MAGIC)
                    .put(PLAIN)
                    .putLong(version)
                    .array();
        }
        if (wrapped.length > Short.MAX_VALUE) {
            throw new IllegalStateException("a wrapped key of " + wrapped.length + " bytes");
        }
        return ByteBuffer.allocate(HEAD + Short.BYTES + wrapped.length)
                .putInt(MAGIC)
                .put(WRAPPED)
                .putLong(version)
                .putShort((short) wrapped.length)
                .put(wrapped)
                .array();
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] authenticated)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(authenticated);
        return cipher;
    }
}

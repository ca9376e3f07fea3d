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
 * bytes, a random nonce of twelve, then AES-256-GCM of the state with its 16-byte tag; the first thirteen bytes are
 * authenticated. Each key seals the copies of one version only.
 */
final class SealedState {

    static final int KEY = 32;
    private static final int MAGIC = 0x53565353;
    private static final byte FORMAT = 1;
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

    static byte[] seal(long version, byte[] state, byte[] key) {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, head(version));
            byte[] sealed = new byte[HEAD + NONCE + cipher.getOutputSize(state.length)];
            ByteBuffer.wrap(sealed).put(head(version)).put(nonce);
            cipher.doFinal(state, 0, state.length, sealed, HEAD + NONCE);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM cannot seal " + state.length + " bytes", e);
        }
    }

    /** @throws KeyStateUnavailable saying what is wrong with the bytes, as the end of a sentence that names the file */
    static byte[] open(long version, byte[] sealed, byte[] key) {
        if (sealed.length < HEAD + NONCE || ByteBuffer.wrap(sealed).getInt() != MAGIC) {
            throw new KeyStateUnavailable("is not a sealed key state, or cut short");
        }
        if (sealed[4] != FORMAT) {
            throw new KeyStateUnavailable("has format " + sealed[4] + "; this release reads format " + FORMAT);
        }
        long found = ByteBuffer.wrap(sealed).getLong(5);
        if (found != version) {
            throw new KeyStateUnavailable("holds version " + found + ", not " + version);
        }
        byte[] nonce = Arrays.copyOfRange(sealed, HEAD, HEAD + NONCE);
        try {
            return cipher(Cipher.DECRYPT_MODE, key, nonce, head(version))
                    .doFinal(sealed, HEAD + NONCE, sealed.length - HEAD - NONCE);
        } catch (AEADBadTagException e) {
            throw new KeyStateUnavailable("is damaged, or sealed under another key-encryption key", e);
        } catch (GeneralSecurityException e) {
            throw new KeyStateUnavailable("cannot be opened: " + e.getMessage(), e);
        }
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

    private static byte[] head(long version) {
        return ByteBuffer.allocate(HEAD)
                .putInt(MAGIC)
                .put(FORMAT)
                .putLong(version)
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

package io.storeveil.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The three primitives that all keys rest on, as the JDK has them: SHA-256, HMAC-SHA256 and the AES-256 block. None of
 * these objects may be shared between threads, and making one costs more than using it: hence one set for each thread.
 */
final class Primitives {

    static final int SEED = 32;

    private static final byte[] NODE = "storeveil/v1/node".getBytes(StandardCharsets.US_ASCII);
    private static final SecretKey NO_KEY = new SecretKeySpec(new byte[SEED], "HmacSHA256");
    private static final byte[] NO_TEXT = new byte[2 * SEED];
    private static final ThreadLocal<Primitives> OF_THREAD = ThreadLocal.withInitial(Primitives::new);

    private final MessageDigest sha256;
    private final Mac hmac;
    private final Block sealing;
    private final Block opening;
    /** What it was last made ready for: taking a key up costs as much as using it. */
    private SecretKey hmacKey = NO_KEY;

    private final byte[] input = new byte[NODE.length + 1 + SEED];

    private Primitives() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
            hmac = Mac.getInstance("HmacSHA256");
            sealing = new Block(Cipher.ENCRYPT_MODE);
            opening = new Block(Cipher.DECRYPT_MODE);
            hmac.init(NO_KEY);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256, HMAC-SHA256 or AES", e);
        }
        System.arraycopy(NODE, 0, input, 0, NODE.length);
    }

    static Primitives ofThread() {
        return OF_THREAD.get();
    }

    /** One step down the tree: SHA-256(tag, branch, seed), one compression of 50 bytes; {@code seed} becomes the child. */
    void descend(byte[] seed, int branch) {
        input[NODE.length] = (byte) branch;
        System.arraycopy(seed, 0, input, NODE.length + 1, SEED);
        sha256.update(input);
        try {
            sha256.digest(seed, 0, SEED);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 does not give 32 bytes", e);
        }
    }

    byte[] child(byte[] seed, int branch) {
        byte[] child = seed.clone();
        descend(child, branch);
        return child;
    }

    /** Overwrites what was left of the last seed: a thread may outlive the key state that it came from. */
    void forget() {
        Arrays.fill(input, NODE.length, input.length, (byte) 0);
        sha256.reset();
        init(NO_KEY);
        // one block under the new key stands where the old one's state stood
        hmac.update(NO_TEXT);
        hmac.reset();
    }

    byte[] sha256(byte[] text) {
        return sha256.digest(text);
    }

    byte[] hmac(SecretKey key, byte[]... parts) {
        init(key);
        for (byte[] part : parts) {
            hmac.update(part);
        }
        return hmac.doFinal();
    }

    private void init(SecretKey key) {
        if (key == hmacKey) {
            return;
        }
        try {
            hmac.init(key);
            hmacKey = key;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 does not take its key", e);
        }
    }

    byte[] encryptBlock(SecretKey key, byte[] sixteen) {
        return sealing.of(key, sixteen);
    }

    byte[] decryptBlock(SecretKey key, byte[] sixteen) {
        return opening.of(key, sixteen);
    }

    /** One AES block one way, under the key that it was last used with for as long as that stays. */
    private static final class Block {

        private final int mode;
        private final Cipher cipher;
        private SecretKey key = NO_KEY;

        // A reference is one block under a key of its own: the bare permutation is what is wanted, a mode would add
        // nothing.
        @SuppressWarnings("InsecureCryptoUsage")
        Block(int mode) throws GeneralSecurityException {
            this.mode = mode;
            this.cipher = Cipher.getInstance("AES/ECB/NoPadding");
        }

        byte[] of(SecretKey wanted, byte[] sixteen) {
            try {
                if (wanted != key) {
                    cipher.init(mode, wanted);
                    key = wanted;
                }
                return cipher.doFinal(sixteen);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-256 does not take one block", e);
            }
        }
    }
}

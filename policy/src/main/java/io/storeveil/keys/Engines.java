package io.storeveil.keys;

import java.security.DrbgParameters;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM (NIST SP 800-38D) and HMAC-SHA256 (RFC 2104) under the keys of one key state. Safe for threads.
 *
 * <p>Making the JDK's objects for these costs more than using them, so they are kept. But each remembers the last key it
 * worked under: they are therefore held by the key state alone, lent for one value, and gone when the state is.
 */
public final class Engines {

    /** Bytes of a nonce, which stands before what is encrypted. */
    public static final int NONCE = 12;

    /** Bytes of the tag, which follows what is encrypted. */
    public static final int TAG = 16;

    /** More threads than this may be at work; they then make an engine anew for some of their values. */
    private static final int KEPT = 32;

    /** References, so that two threads' places are not on one line of the processor's cache. */
    private static final int APART = 16;

    private final AtomicReferenceArray<@Nullable Engine> idle = new AtomicReferenceArray<>(KEPT * APART);

    /**
     * Encrypts in place, under a fresh random nonce. Authenticates the head and the context besides.
     *
     * @param bytes head, room for {@link #NONCE}, the clear bytes, room for {@link #TAG}
     */
    public void encrypt(SecretKey key, byte[] bytes, int head, byte[] context) {
        Engine engine = lend();
        try {
            engine.encrypt(key, bytes, head, context);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do AES-256-GCM", e);
        } finally {
            takeBack(engine);
        }
    }

    /**
     * The clear bytes of what {@link #encrypt} made.
     *
     * @throws AEADBadTagException if head, context or bytes are not those that were encrypted under this key
     */
    public byte[] decrypt(SecretKey key, byte[] bytes, int head, byte[] context) throws AEADBadTagException {
        Engine engine = lend();
        try {
            return engine.decrypt(key, bytes, head, context);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do AES-256-GCM", e);
        } finally {
            takeBack(engine);
        }
    }

    /** HMAC-SHA256, 32 bytes. */
    public byte[] hmac(SecretKey key, byte[] text) {
        Engine engine = lend();
        try {
            return engine.hmac(key, text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 does not take its key", e);
        } finally {
            takeBack(engine);
        }
    }

    private Engine lend() {
        Engine engine = idle.getAndSet(place(), null);
        return engine == null ? new Engine() : engine;
    }

    private void takeBack(Engine engine) {
        idle.setRelease(place(), engine);
    }

    private static int place() {
        return ((int) Thread.currentThread().getId() & (KEPT - 1)) * APART;
    }

    /** For one thread at a time. */
    private static final class Engine {

        private static final SecureRandom SYSTEM = new SecureRandom();
        private static final SecureRandom DRBG = drbg();
        private static final int NONCES = 64;

        /** A policy has a few domains; more than this many are made anew now and then. */
        private static final int MACS = 64;

        private final Cipher cipher;
        private final IdentityHashMap<SecretKey, KeyedMac> macs = new IdentityHashMap<>();
        private byte[] authenticated = new byte[128];
        private final byte[] nonces = new byte[NONCES * NONCE];
        private int nextNonce = nonces.length;

        Engine() {
            try {
                cipher = Cipher.getInstance("AES/GCM/NoPadding");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no AES-GCM", e);
            }
        }

        void encrypt(SecretKey key, byte[] bytes, int head, byte[] context) throws GeneralSecurityException {
            drawNonce(bytes, head);
            init(Cipher.ENCRYPT_MODE, key, bytes, head, context);
            int from = head + NONCE;
            cipher.doFinal(bytes, from, bytes.length - from - TAG, bytes, from);
        }

        byte[] decrypt(SecretKey key, byte[] bytes, int head, byte[] context) throws GeneralSecurityException {
            init(Cipher.DECRYPT_MODE, key, bytes, head, context);
            int from = head + NONCE;
            return cipher.doFinal(bytes, from, bytes.length - from);
        }

        /** With one piece of additional data, as the JDK copies each piece. */
        private void init(int mode, SecretKey key, byte[] bytes, int head, byte[] context)
                throws GeneralSecurityException {
            cipher.init(mode, key, new GCMParameterSpec(TAG * 8, bytes, head, NONCE));
            int length = head + context.length;
            if (authenticated.length < length) {
                authenticated = new byte[length];
            }
            System.arraycopy(bytes, 0, authenticated, 0, head);
            System.arraycopy(context, 0, authenticated, head, context.length);
            cipher.updateAAD(authenticated, 0, length);
        }

        /**
         * From a supply, because asking for twelve bytes costs a quarter of encrypting. Each supply begins with bytes of
         * the system's own: two copies of one virtual machine must not go on with the same nonces.
         */
        private void drawNonce(byte[] to, int at) {
            if (nextNonce == nonces.length) {
                byte[] fresh = new byte[16];
                SYSTEM.nextBytes(fresh);
                DRBG.nextBytes(nonces, DrbgParameters.nextBytes(-1, false, fresh));
                nextNonce = 0;
            }
            System.arraycopy(nonces, nextNonce, to, at, NONCE);
            nextNonce += NONCE;
        }

        /** Hash_DRBG with SHA-256 (NIST SP 800-90A): several times as fast as the system's. */
        private static SecureRandom drbg() {
            try {
                return SecureRandom.getInstance("DRBG");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no DRBG", e);
            }
        }

        byte[] hmac(SecretKey key, byte[] text) throws GeneralSecurityException {
            KeyedMac mac = macs.get(key);
            if (mac == null) {
                if (macs.size() == MACS) {
                    macs.clear();
                }
                mac = new KeyedMac(key);
                macs.put(key, mac);
            }
            return mac.of(text);
        }
    }

    /** Under one key. Remembers its last text, because a record's key and its row hold the same value. */
    private static final class KeyedMac {

        private final Mac mac = Mac.getInstance("HmacSHA256");
        private byte @Nullable [] lastText;
        private byte[] last = {};

        KeyedMac(SecretKey key) throws GeneralSecurityException {
            mac.init(key);
        }

        byte[] of(byte[] text) {
            if (!Arrays.equals(text, lastText)) {
                last = mac.doFinal(text);
                lastText = text.clone();
            }
            return last.clone();
        }
    }
}

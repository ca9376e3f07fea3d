package io.storeveil.retention.subject;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Text about a person as it lies in the control database: a nonce of 12 bytes, then AES-256-GCM of its UTF-8 bytes, under
 * a domain key of the key state and bound to the person's reference. Whoever has the database alone reads nothing.
 *
 * @param domain of its key, one for each use: {@code storeveil/request}
 */
public record Sealing(String domain) {

    private static final int NONCE = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    public byte[] seal(Keyring keys, KeyReference reference, String text) {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, keys, reference, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] whole = Arrays.copyOf(nonce, NONCE + sealed.length);
            System.arraycopy(sealed, 0, whole, NONCE, sealed.length);
            return whole;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** @throws IllegalStateException if it was altered, or sealed under another key state */
    public String unseal(Keyring keys, KeyReference reference, byte[] whole) {
        try {
            byte[] text = cipher(Cipher.DECRYPT_MODE, keys, reference, Arrays.copyOf(whole, NONCE))
                    .doFinal(whole, NONCE, whole.length - NONCE);
            return new String(text, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException notOurs) {
            throw new IllegalStateException(
                    "a sealed subject does not open: it was altered, or the key state is another one");
        }
    }

    private Cipher cipher(int mode, Keyring keys, KeyReference reference, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode, new SecretKeySpec(keys.domainKey(domain).getEncoded(), "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD((domain + "\0" + reference).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}

package io.storeveil.protect;

import com.google.crypto.tink.subtle.AesSiv;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * The text of a deterministically encrypted value: {@link Base32} of
 *
 * <pre>version 0x01 | AES-SIV (RFC 5297, 64 bytes of key) of the value's bytes, with its synthetic IV 16 in front</pre>
 *
 * The associated data is {@code storeveil/v1/encrypt-deterministic \0 domain}; the two halves of the key come from the
 * domain's, for the purposes {@code storeveil/v1/siv/mac} and {@code storeveil/v1/siv/ctr}. A value moved to another
 * domain does not open; between columns of one domain it may be moved, or joins would not work. Frozen by golden files:
 * a warehouse joins by it for years.
 */
final class SivText {

    private static final byte VERSION = 1;
    private static final int IV = 16;
    private static final int HALF = 32;

    private final AesSiv cipher;
    private final byte[] domain;

    private SivText(AesSiv cipher, byte[] domain) {
        this.cipher = cipher;
        this.domain = domain;
    }

    static DomainSecret<SivText> ofDomain(String domain) {
        byte[] data = ("storeveil/v1/encrypt-deterministic\0" + domain).getBytes(StandardCharsets.UTF_8);
        return new DomainSecret<>(domain, key -> new SivText(cipher(key), data));
    }

    private static AesSiv cipher(SecretKey domainKey) {
        byte[] key = Arrays.copyOf(DomainSecret.subkey(domainKey, "storeveil/v1/siv/mac"), 2 * HALF);
        System.arraycopy(DomainSecret.subkey(domainKey, "storeveil/v1/siv/ctr"), 0, key, HALF, HALF);
        try {
            return new AesSiv(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do AES-256", e);
        }
    }

    String seal(byte[] value) {
        try {
            byte[] sealed = cipher.encryptDeterministically(value, domain);
            byte[] out = new byte[1 + sealed.length];
            out[0] = VERSION;
            System.arraycopy(sealed, 0, out, 1, sealed.length);
            return Base32.encode(out);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot do AES-256", e);
        }
    }

    Opened.Value open(String text) throws CannotOpen {
        byte[] bytes = Base32.decode(text);
        if (bytes == null || bytes.length <= 1 + IV || bytes[0] != VERSION) {
            throw new CannotOpen("it is not a deterministic ciphertext of version " + VERSION);
        }
        byte[] value;
        try {
            value = cipher.decryptDeterministically(Arrays.copyOfRange(bytes, 1, bytes.length), domain);
        } catch (GeneralSecurityException e) {
            throw new CannotOpen("it was altered, or belongs to another domain or key state", e);
        }
        return ValueBytes.read(value);
    }

    /** Characters for so many bytes of value. */
    static int length(int valueBytes) {
        return Base32.length(1 + IV + valueBytes);
    }
}

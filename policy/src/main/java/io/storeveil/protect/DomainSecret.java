package io.storeveil.protect;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.storeveil.keys.Keyring;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * What one purpose makes of a domain's key. It is made once for each key state and forgotten with it: the cache holds
 * the state's key object weakly.
 */
final class DomainSecret<T> {

    /** No UTF-8 text begins so: a purpose is never a value that is pseudonymised under the same key. */
    private static final byte NO_TEXT = (byte) 0xff;

    private final String domain;
    private final Function<SecretKey, T> make;
    private final Cache<SecretKey, T> made =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

    /** @param make must not keep the key it is given */
    DomainSecret(String domain, Function<SecretKey, T> make) {
        this.domain = domain;
        this.make = make;
    }

    T of(Keyring keys) {
        return made.get(keys.domainKey(domain), make);
    }

    /** A key of 32 bytes for one purpose: HMAC-SHA256(the domain's key, 0xff and the purpose in UTF-8). Frozen. */
    static byte[] subkey(SecretKey domainKey, String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(domainKey);
            mac.update(NO_TEXT);
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }
}

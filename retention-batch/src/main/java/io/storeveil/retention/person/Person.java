package io.storeveil.retention.person;

import java.security.PublicKey;
import java.time.Instant;

/**
 * Someone who may approve, as enrolled.
 *
 * @param publicKey Ed25519
 */
public record Person(String name, String role, PublicKey publicKey, Instant enrolledAt) {

    /** The first half of the key's SHA-256, to be compared by eye or telephone. */
    public String fingerprint() {
        return Ed25519.fingerprint(publicKey);
    }
}

package io.storeveil.retention.person;

import java.time.Instant;

/**
 * Someone who may approve, as enrolled.
 *
 * @param publicKey Ed25519, X.509 encoded
 */
public record Person(String name, String role, byte[] publicKey, Instant enrolledAt) {

    /** The first half of the key's SHA-256, to be compared by eye or telephone. */
    public String fingerprint() {
        return Ed25519.fingerprint(publicKey);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Person that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}

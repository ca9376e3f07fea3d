package io.storeveil.keys;

import javax.crypto.SecretKey;

/** What the key state knows of an owner: a key, or that there is none any more. */
public sealed interface OwnerKey {

    /**
     * @param key       AES-256, of this owner in its current generation
     * @param reference finds the same key again
     */
    record Present(SecretKey key, KeyReference reference) implements OwnerKey {

        /** Without the key, of which a hash code alone would tell 32 bits. */
        @Override
        public String toString() {
            return "Present[" + reference + "]";
        }
    }

    /** The owner's leaf is punctured, or about to be (CLOSING): nothing is encrypted or decrypted any more. */
    record Erased() implements OwnerKey {}
}

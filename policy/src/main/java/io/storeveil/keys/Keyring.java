package io.storeveil.keys;

import javax.crypto.SecretKey;

/**
 * One version of the key state, open. Immutable and safe for threads; whatever an implementation caches lives and dies
 * with the instance.
 */
public interface Keyring {

    long version();

    /** The key of this owner's current generation. */
    OwnerKey ownerKey(OwnerId owner);

    /** The key that a reference names; {@code Erased} once its leaf is punctured. */
    OwnerKey ownerKey(KeyReference reference);

    /** Whether a reference names an owner of this kind: {@code schema.name} of the owner's table. */
    boolean isOf(KeyReference reference, String kind);

    /** HMAC-SHA256 key of a pseudonym domain: the same in every version of the state. */
    SecretKey domainKey(String domain);

    /** Of {@link #ownerKey(OwnerId)}, since this instance was opened. */
    CacheUse ownerKeyCache();

    /** What works under these keys, and dies with them. */
    Engines engines();
}

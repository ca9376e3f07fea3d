package io.storeveil.keys;

import java.util.Collection;
import javax.crypto.SecretKey;

/**
 * The key state S_v, open: an immutable punctured tree with the secrets for domains and references. A change gives the
 * next version; nothing is ever un-punctured.
 */
public final class KeyState implements Keyring {

    private KeyState() {}

    /** A first version, 1, from fresh randomness. */
    public static KeyState create() {
        throw new UnsupportedOperationException("not implemented");
    }

    @Override
    public long version() {
        throw new UnsupportedOperationException("not implemented");
    }

    @Override
    public OwnerKey ownerKey(OwnerId owner) {
        throw new UnsupportedOperationException("not implemented");
    }

    @Override
    public OwnerKey ownerKey(KeyReference reference) {
        throw new UnsupportedOperationException("not implemented");
    }

    @Override
    public SecretKey domainKey(String domain) {
        throw new UnsupportedOperationException("not implemented");
    }

    /** The sealed name of the owner's current leaf, also when that leaf is closing or punctured. */
    public KeyReference reference(OwnerId owner) {
        throw new UnsupportedOperationException("not implemented " + owner);
    }

    /** The next version, in which these leaves give {@code Erased} but are not yet gone (CLOSING). */
    public KeyState closing(Collection<KeyReference> leaves) {
        throw new UnsupportedOperationException("not implemented " + leaves.size());
    }

    /** The next version, in which these leaves are gone for ever; no longer closing. */
    public KeyState puncture(Collection<KeyReference> leaves) {
        throw new UnsupportedOperationException("not implemented " + leaves.size());
    }

    /** The next version, in which an erased owner's next generation is open. */
    public KeyState nextGeneration(OwnerId owner) {
        throw new UnsupportedOperationException("not implemented " + owner);
    }
}

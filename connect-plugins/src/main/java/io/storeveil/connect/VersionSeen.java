package io.storeveil.connect;

import io.storeveil.keys.Keyring;

/** Keys that remember, for a metric, which version of the state was last used. */
final class VersionSeen implements Keys {

    private final Keys keys;
    private volatile long version = -1;

    VersionSeen(Keys keys) {
        this.keys = keys;
    }

    long version() {
        return version;
    }

    @Override
    public Keyring current() {
        Keyring current = keys.current();
        if (current.version() != version) {
            version = current.version();
        }
        return current;
    }

    @Override
    public void close() {
        keys.close();
    }
}

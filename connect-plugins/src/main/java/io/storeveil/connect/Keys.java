package io.storeveil.connect;

import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.keys.Keyring;

/** The keys of this moment. */
interface Keys extends AutoCloseable {

    /** @throws KeyStateUnavailable if there is no state that may still be used; says why, without a value */
    Keyring current();

    /**
     * Probably the state of this moment, and nobody has looked whether it may still be used: what is made under it may
     * leave only if {@link #current} then gives the same.
     *
     * @throws KeyStateUnavailable as {@link #current} does
     */
    default Keyring likely() {
        return current();
    }

    /** How long the state may still be used without another look; 0 once that is over. */
    long leaseLeftMillis();

    @Override
    void close();
}

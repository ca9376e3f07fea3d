package io.storeveil.connect;

import io.storeveil.control.KeyStateUnavailable;

/** Interim. */
final class SharedKeys {

    private SharedKeys() {}

    static Keys open(ProtectSettings settings) {
        throw new KeyStateUnavailable("no key state at " + settings.keyCopies());
    }
}

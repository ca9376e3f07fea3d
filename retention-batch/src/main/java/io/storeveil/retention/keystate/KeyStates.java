package io.storeveil.retention.keystate;

import io.storeveil.control.SealedKeyStateStore;
import io.storeveil.retention.settings.Settings;

/** Opens the key state that the settings name. */
public final class KeyStates {

    private KeyStates() {}

    public static SealedKeyStateStore store(Settings settings) {
        return settings.keys().open();
    }
}

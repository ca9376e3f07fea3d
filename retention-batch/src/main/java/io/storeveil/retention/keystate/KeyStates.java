package io.storeveil.retention.keystate;

import io.storeveil.control.DirectoryKeyStateStore;
import io.storeveil.retention.settings.Settings;

/** Opens the key state that the settings name. */
public final class KeyStates {

    private KeyStates() {}

    public static DirectoryKeyStateStore store(Settings settings) {
        return new DirectoryKeyStateStore(
                settings.keys().copies(), settings.keys().keyEncryptionKeys());
    }
}

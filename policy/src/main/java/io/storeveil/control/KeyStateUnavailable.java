package io.storeveil.control;

/** The key state cannot be read or changed; nothing may be protected under a guess. */
public final class KeyStateUnavailable extends RuntimeException {

    public KeyStateUnavailable(String message) {
        super(message);
    }

    public KeyStateUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}

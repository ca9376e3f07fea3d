package io.storeveil.retention.control;

/** The control database cannot be used; without it nothing is decided. */
public final class ControlUnavailable extends RuntimeException {

    public ControlUnavailable(String message) {
        super(message);
    }

    public ControlUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}

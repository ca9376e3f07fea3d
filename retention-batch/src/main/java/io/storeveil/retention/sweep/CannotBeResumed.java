package io.storeveil.retention.sweep;

/** An attempt that broke off cannot go on with what was given; nothing was started. Says what is needed. */
public final class CannotBeResumed extends RuntimeException {

    CannotBeResumed(String message) {
        super(message);
    }
}

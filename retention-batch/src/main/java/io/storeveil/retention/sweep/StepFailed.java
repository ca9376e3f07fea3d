package io.storeveil.retention.sweep;

/** A step that could not do its work. The message says where, what and what to do next; never a value of a row. */
public final class StepFailed extends RuntimeException {

    public StepFailed(String message) {
        super(message);
    }

    public StepFailed(String message, Throwable cause) {
        super(message, cause);
    }
}

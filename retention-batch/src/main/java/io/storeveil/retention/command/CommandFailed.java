package io.storeveil.retention.command;

/** Something outside this program refused or was missing. The message says where, what and what to do next. */
public final class CommandFailed extends RuntimeException {

    public CommandFailed(String message) {
        super(message);
    }

    public CommandFailed(String message, Throwable cause) {
        super(message, cause);
    }
}

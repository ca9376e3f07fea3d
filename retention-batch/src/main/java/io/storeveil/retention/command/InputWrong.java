package io.storeveil.retention.command;

/** What the caller gave cannot be used; nothing was changed. The message says what is allowed, and repeats no value. */
public final class InputWrong extends RuntimeException {

    public InputWrong(String message) {
        super(message);
    }
}

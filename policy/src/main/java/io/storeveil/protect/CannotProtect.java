package io.storeveil.protect;

/** A protection was asked to take a type that it cannot. Says which, and what is allowed; never a value. */
public final class CannotProtect extends Exception {

    public CannotProtect(String message) {
        super(message);
    }
}

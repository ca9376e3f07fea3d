package io.storeveil.protect;

/** A text is no ciphertext of this column under these keys. Says why; never what the text was. */
public final class CannotOpen extends Exception {

    public CannotOpen(String message) {
        super(message);
    }

    CannotOpen(String message, Throwable cause) {
        super(message, cause);
    }
}

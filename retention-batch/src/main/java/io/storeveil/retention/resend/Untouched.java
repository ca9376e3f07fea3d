package io.storeveil.retention.resend;

/** Rows that cannot be sent again without changing something else; says what, and what to do. */
public final class Untouched extends Exception {

    private static final long serialVersionUID = 1L;

    Untouched(String why) {
        super(why);
    }
}

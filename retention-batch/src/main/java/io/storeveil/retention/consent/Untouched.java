package io.storeveil.retention.consent;

/** Rows that cannot be sent again without changing something else; says what, and what to do. */
final class Untouched extends Exception {

    private static final long serialVersionUID = 1L;

    Untouched(String why) {
        super(why);
    }
}

package io.storeveil.retention.precedence;

import java.util.Locale;

/** What may decide about a column of a row. The first that applies does, in this order. */
public enum Precedence {
    /** A legal hold is on the person: values and keys are frozen. */
    HOLD(1, "a legal hold freezes it"),
    /** Processing is restricted (GDPR Art. 18): frozen, and out of use. */
    RESTRICTION(2, "processing is restricted"),
    /** A law asks for it, and its period has not ended. */
    LEGAL_MINIMUM(3, "a law still asks for it"),
    /** The person asked for it, and a second person approved it. */
    ERASURE(4, "its erasure was approved"),
    /** The person takes back what it rested on, and no other purpose needs it. */
    CONSENT_WITHDRAWN(5, "the consent it rested on is withdrawn"),
    /** A contract with the person is not yet fulfilled, which postpones the end of every period. */
    OPEN_CONTRACT(6, "a contract is open"),
    /** The periods of all its purposes have ended. */
    EXPIRED(7, "every purpose has ended"),
    /** None of these. */
    KEPT(8, "it is still needed");

    private final int number;
    private final String meaning;

    Precedence(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** Its place in the order, from 1. */
    public int number() {
        return number;
    }

    /** In reports and in JSON: {@code legal-minimum}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if there is no such line */
    public static Precedence of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** For people: {@code legal minimum}. */
    public String label() {
        return word().replace('-', ' ');
    }

    /** True if what it decides about is left, wholly or in part, as it is. */
    public boolean stays() {
        return switch (this) {
            case ERASURE, CONSENT_WITHDRAWN, EXPIRED -> false;
            case HOLD, RESTRICTION, LEGAL_MINIMUM, OPEN_CONTRACT, KEPT -> true;
        };
    }

    /** Why, in words that end a sentence. */
    public String meaning() {
        return meaning;
    }
}

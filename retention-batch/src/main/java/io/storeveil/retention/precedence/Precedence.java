package io.storeveil.retention.precedence;

import java.util.Locale;

/** What may decide about a column of a row. The first that applies does, in this order. */
public enum Precedence {
    /** A legal hold is on the person: values and keys are frozen. */
    HOLD("a legal hold freezes it"),
    /** Processing is restricted (GDPR Art. 18): frozen, and out of use. */
    RESTRICTION("processing is restricted"),
    /** A law asks for it, and its period has not ended. */
    LEGAL_MINIMUM("a law still asks for it"),
    /** The person asked for it, and a second person approved it. */
    ERASURE("its erasure was approved"),
    /** The person takes back what it rested on, and no other purpose needs it. */
    CONSENT_WITHDRAWN("the consent it rested on is withdrawn"),
    /** A contract with the person is not yet fulfilled, which postpones the end of every period. */
    OPEN_CONTRACT("a contract is open"),
    /** The periods of all its purposes have ended. */
    EXPIRED("every purpose has ended"),
    /** None of these. */
    KEPT("it is still needed");

    private final String meaning;

    Precedence(String meaning) {
        this.meaning = meaning;
    }

    /** In reports and in JSON: {@code legal-minimum}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if there is no such line */
    static Precedence of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Why, in words that end a sentence. */
    public String meaning() {
        return meaning;
    }
}

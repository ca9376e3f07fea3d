package io.storeveil.retention.consent;

import io.storeveil.policy.Purpose.Choice;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a person said of a purpose. */
enum Decision {
    /** Yes; of a purpose that only waits for a no, that the no is taken back. */
    GRANTED,
    /** A yes is taken back. */
    WITHDRAWN,
    /** No, to a purpose that did not wait for a yes. */
    OBJECTED;

    static Decision no(Choice choice) {
        return choice == Choice.OPT_IN ? WITHDRAWN : OBJECTED;
    }

    static Optional<Decision> of(String word) {
        return Arrays.stream(values())
                .filter(decision -> decision.word().equals(word))
                .findFirst();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

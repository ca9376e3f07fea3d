package io.storeveil.policy;

import org.jspecify.annotations.Nullable;

/**
 * What a column becomes in a row that stays (a stub) once none of the column's own purposes lives.
 *
 * @param value the text of a {@link Action#CONSTANT}; null for every other action
 */
public record AtRest(Action action, @Nullable String value) {

    public enum Action {
        /** The value stays: keys, amounts, what is no personal data. */
        KEEP,
        /** SQL NULL. */
        NULL,
        /** A constant of the column's type: {@code redacted}, 0, the epoch; unique where the column must be. */
        REDACT,
        /** A text given in the policy, cast to the column's type. */
        CONSTANT
    }
}

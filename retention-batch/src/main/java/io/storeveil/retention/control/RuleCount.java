package io.storeveil.retention.control;

import org.jspecify.annotations.Nullable;

/**
 * What became of the rows that one rule found in one table. In a finished run {@code eligible = done + held + kept +
 * deferred + failed}.
 *
 * @param keptReference the legal reference that asks for the kept rows; null where none were kept
 */
public record RuleCount(
        String table,
        String rule,
        long eligible,
        long done,
        long held,
        long kept,
        @Nullable String keptReference,
        long deferred,
        long failed) {

    public boolean closes() {
        return eligible == done + held + kept + deferred + failed;
    }
}

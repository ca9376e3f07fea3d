package io.storeveil.retention.control;

/**
 * What became of the rows that one rule found in one table. In a finished run {@code eligible = done + held + kept +
 * deferred + failed}.
 *
 * @param held by a legal hold
 * @param kept by another line of the precedence; the run's decisions say by which, and why
 */
public record RuleCount(
        String table, String rule, long eligible, long done, long held, long kept, long deferred, long failed) {

    public boolean closes() {
        return eligible == done + held + kept + deferred + failed;
    }
}

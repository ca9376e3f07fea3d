package io.storeveil.retention.check;

/**
 * One thing a person should know before the policy is used.
 *
 * @param where  {@code schema.table} or {@code schema.table.column}
 * @param what   what is wrong
 * @param remedy what to do about it; SQL where SQL does it
 */
public record Finding(Severity severity, String where, String what, String remedy) {
    public enum Severity {
        /** The policy cannot be used with this database. */
        ERROR,
        /** It can, at a price that somebody should have seen. */
        WARNING
    }

    @Override
    public String toString() {
        return severity.name().toLowerCase(java.util.Locale.ROOT) + ": " + where + ": " + what
                + (remedy.isEmpty() ? "" : "\n    " + remedy);
    }
}

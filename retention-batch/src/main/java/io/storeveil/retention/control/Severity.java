package io.storeveil.retention.control;

/** How much a finding asks of the reader of the report. */
public enum Severity {
    INFO,
    WARNING,
    /** Someone has to decide. */
    DECISION,
    FAILED;

    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    static Severity of(String word) {
        return valueOf(word.toUpperCase(java.util.Locale.ROOT));
    }
}

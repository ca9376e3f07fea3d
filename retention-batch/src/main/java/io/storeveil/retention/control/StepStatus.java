package io.storeveil.retention.control;

/** Where a step of a run is. */
public enum StepStatus {
    STARTED,
    DONE,
    FAILED,
    /** Not started, because of a step before it or of the settings. */
    SKIPPED;

    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    static StepStatus of(String word) {
        return valueOf(word.toUpperCase(java.util.Locale.ROOT));
    }
}

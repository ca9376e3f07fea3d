package io.storeveil.retention.report;

/** What a report says first. */
public enum Verdict {
    CLEAN("Clean"),
    NEEDS_DECISION("Done, needs a decision"),
    FAILED("Failed");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}

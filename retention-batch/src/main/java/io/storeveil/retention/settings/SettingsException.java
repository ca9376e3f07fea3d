package io.storeveil.retention.settings;

import java.util.List;

/** Settings that cannot be used. Every problem says {@code file:line:column}, what was found and what is allowed. */
public final class SettingsException extends RuntimeException {

    private final List<String> problems;

    public SettingsException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}

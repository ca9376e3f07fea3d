package io.storeveil.retention.connector;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Something that makes the protection weaker than the policy promises.
 *
 * @param connector its name; {@code (worker)} and {@code (store)} for what is theirs
 * @param setting   where it stands; {@code state} for what a connector does
 * @param found     what stands there; never a secret, never a value of a row
 * @param allowed   what may stand there
 * @param why       what happens otherwise
 */
record Weakness(Severity severity, String connector, String setting, String found, String allowed, String why) {

    enum Severity {
        /** A value can leave the store in the clear, or an erasure can get lost. */
        ERROR,
        /** It holds today, and less than it could. */
        WARNING
    }

    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("severity", word());
        facts.put("connector", connector);
        facts.put("setting", setting);
        facts.put("found", found);
        facts.put("allowed", allowed);
        facts.put("why", why);
        return facts;
    }

    @Override
    public String toString() {
        return word() + ": " + connector + ": " + setting + " is " + found + "; allowed: " + allowed + "\n    " + why;
    }

    private String word() {
        return severity.name().toLowerCase(Locale.ROOT);
    }
}

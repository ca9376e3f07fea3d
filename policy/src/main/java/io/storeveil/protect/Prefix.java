package io.storeveil.protect;

import io.storeveil.protect.FieldType.Kind;
import java.util.Locale;
import java.util.Set;

/**
 * A text keeps its first characters.
 *
 * @param unit {@code prefix}, or {@code postcode}, of which only letters and digits count and case does not
 */
record Prefix(String unit, int size) implements Coarser {

    static final String PREFIX = "prefix";
    static final String POSTCODE = "postcode";

    @Override
    public String summary() {
        return unit.equals(POSTCODE)
                ? "A postcode keeps its first letters and digits, in upper case and without spaces and hyphens: with 2,"
                        + " 10115 becomes 10 and sw1a 1aa becomes SW."
                : "A text keeps its first characters.";
    }

    @Override
    public String malformed() {
        return "A text that is not longer than what is kept would pass whole: it becomes empty.";
    }

    @Override
    public Set<Kind> takes() {
        return Set.of(Kind.TEXT);
    }

    @Override
    public FieldType out(FieldType in) {
        return FieldType.text(in.length() == null ? size : Math.min(size, in.length()));
    }

    @Override
    public Object of(Object value) {
        String text = unit.equals(POSTCODE) ? postcode((String) value) : (String) value;
        return text.codePointCount(0, text.length()) <= size ? "" : text.substring(0, text.offsetByCodePoints(0, size));
    }

    private static String postcode(String text) {
        return text.replaceAll("[^\\p{L}\\p{Nd}]", "").toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "{" + unit + ": " + size + "}";
    }
}

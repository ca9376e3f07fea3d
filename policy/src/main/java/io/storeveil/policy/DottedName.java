package io.storeveil.policy;

import java.util.ArrayList;
import java.util.List;

/** Names with dots between their parts; a part in double quotes may hold anything, a double quote written twice. */
final class DottedName {

    private DottedName() {}

    /** @throws IllegalArgumentException if it does not parse, or a part is empty */
    static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int i = 0;
        while (true) {
            StringBuilder part = new StringBuilder();
            if (i < text.length() && text.charAt(i) == '"') {
                i = quoted(text, i + 1, part);
            } else {
                while (i < text.length() && ".\" \t\n".indexOf(text.charAt(i)) < 0) {
                    part.append(text.charAt(i++));
                }
            }
            if (part.isEmpty() || (i < text.length() && text.charAt(i) != '.')) {
                throw new IllegalArgumentException(Words.quote(text)
                        + " is no name; allowed: schema.table, or \"Schema\".\"Table\" for names with dots or spaces");
            }
            parts.add(part.toString());
            if (i++ >= text.length()) {
                return parts;
            }
        }
    }

    private static int quoted(String text, int start, StringBuilder part) {
        int i = start;
        while (i < text.length()) {
            if (text.charAt(i) != '"') {
                part.append(text.charAt(i++));
            } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                part.append('"');
                i += 2;
            } else {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("the name " + Words.quote(text) + " lacks its closing double quote");
    }
}

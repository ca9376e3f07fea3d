package io.storeveil.policy;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How messages speak of what was found and what is allowed. */
final class Words {

    private static final int LONGEST_QUOTE = 60;
    private static final int LONGEST_LIST = 24;

    private Words() {}

    static String quote(String text) {
        return "'" + plain(text, LONGEST_QUOTE) + "'";
    }

    /** On one line, without control characters, shortened. */
    static String plain(String text, int longest) {
        StringBuilder plain = new StringBuilder();
        text.codePoints()
                .limit(longest + 1L)
                .forEach(point -> plain.append(
                        Character.isISOControl(point) || isBreaking(point)
                                ? "\\u%04x".formatted(point)
                                : Character.toString(point)));
        if (text.codePointCount(0, text.length()) <= longest) {
            return plain.toString();
        }
        return plain.substring(0, plain.offsetByCodePoints(0, longest)) + "...";
    }

    private static boolean isBreaking(int point) {
        int type = Character.getType(point);
        return type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR || type == Character.FORMAT;
    }

    static String unknown(String what, String text, Collection<String> allowed) {
        return "unknown " + what + " " + quote(text) + "; " + allowed(allowed) + didYouMean(text, allowed);
    }

    static String allowed(Collection<String> allowed) {
        if (allowed.isEmpty()) {
            return "none is declared";
        }
        List<String> first = allowed.stream()
                .limit(LONGEST_LIST)
                .map(word -> plain(word, LONGEST_QUOTE))
                .toList();
        String more = allowed.size() > LONGEST_LIST ? " and " + (allowed.size() - LONGEST_LIST) + " more" : "";
        return "allowed: " + String.join(", ", first) + more;
    }

    static String didYouMean(String text, Collection<String> allowed) {
        return nearest(text, allowed)
                .map(word -> "; did you mean " + quote(word) + "?")
                .orElse("");
    }

    private static Optional<String> nearest(String text, Collection<String> allowed) {
        if (text.isEmpty() || text.length() > LONGEST_QUOTE) {
            return Optional.empty();
        }
        String found = fold(text);
        String best = null;
        int bestDistance = Math.max(1, text.length() / 3) + 1;
        for (String word : allowed) {
            int distance = distance(found, fold(word));
            if (distance < bestDistance && distance < word.length()) {
                best = word;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    private static String fold(String text) {
        return text.toLowerCase(Locale.ROOT).replace('_', '-').strip();
    }

    /** Edits, an exchange of neighbours counting as one (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}

package io.storeveil.protect;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Guesses what was meant by a word that is not known. */
public final class Spelling {

    private Spelling() {}

    /** {@code ; did you mean 'encrypt'?}, or nothing if no known word is near. */
    public static String didYouMean(@Nullable String found, Collection<String> known) {
        if (found == null) {
            return "";
        }
        return known.stream()
                .filter(word -> distance(found, word) <= Math.max(1, word.length() / 2))
                .min(Comparator.comparingInt(word -> distance(found, word)))
                .map(word -> "; did you mean '" + word + "'?")
                .orElse("");
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}

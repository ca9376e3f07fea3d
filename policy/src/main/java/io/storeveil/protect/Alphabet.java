package io.storeveil.protect;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The characters that a token is made of, in their order. Upper and lower case are different characters.
 *
 * @param word what the policy says: a name, or the characters themselves
 */
record Alphabet(String word, String characters) {

    private static final String DIGITS = "0123456789";
    private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
    private static final int LARGEST = 256;
    private static final Map<String, String> NAMED = named();

    private static Map<String, String> named() {
        Map<String, String> named = new LinkedHashMap<>();
        named.put("digits", DIGITS);
        named.put("upper-letters", UPPER);
        named.put("lower-letters", LOWER);
        named.put("letters", UPPER + LOWER);
        named.put("upper-alphanumeric", DIGITS + UPPER);
        named.put("lower-alphanumeric", DIGITS + LOWER);
        named.put("alphanumeric", DIGITS + UPPER + LOWER);
        return named;
    }

    static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /** @throws IllegalArgumentException saying what an alphabet may be */
    static Alphabet of(Options options) {
        String word = options.text("alphabet");
        String characters = NAMED.getOrDefault(word, word);
        int[] each = characters.codePoints().toArray();
        if (each.length < 2
                || each.length > LARGEST
                || Arrays.stream(each).distinct().count() < each.length
                || Arrays.stream(each).anyMatch(Alphabet::reserved)) {
            throw options.wrong(
                    "alphabet",
                    String.join(", ", NAMED.keySet()) + ", or 2 to " + LARGEST
                            + " different characters are allowed; no spaces, no " + Tokenise.NO_TOKEN);
        }
        return new Alphabet(word, characters);
    }

    private static boolean reserved(int character) {
        return character == Tokenise.NO_TOKEN
                || Character.isWhitespace(character)
                || Character.isISOControl(character)
                || Character.getType(character) == Character.SURROGATE;
    }

    int radix() {
        return characters.codePointCount(0, characters.length());
    }

    int[] codePoints() {
        return characters.codePoints().toArray();
    }

    Map<Integer, Integer> places() {
        int[] each = codePoints();
        Map<Integer, Integer> places = new HashMap<>();
        for (int i = 0; i < each.length; i++) {
            places.put(each[i], i);
        }
        return places;
    }

    /** The inside of a bracket expression that means the same to Java and to PostgreSQL. */
    static String escaped(String characters) {
        return characters
                .codePoints()
                .mapToObj(each -> each < 128 && !Character.isLetterOrDigit(each)
                        ? "\\" + Character.toString(each)
                        : Character.toString(each))
                .collect(Collectors.joining());
    }
}

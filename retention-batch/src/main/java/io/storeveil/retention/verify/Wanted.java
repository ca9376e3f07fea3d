package io.storeveil.retention.verify;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The identifiers to look for, as they stand in text. For the memory of one search only. */
final class Wanted {

    /** Left out of a text before it is looked through, and of what is looked for. */
    static final String SEPARATORS = " \t\r\n\u00a0()/.-";

    private static final int SHORTEST = 5;
    /** Of a telephone number: what is the same with and without its country's prefix. */
    private static final int NATIONAL = 9;

    private static final int FEWEST_DIGITS = 7;
    private static final Pattern TELEPHONE = Pattern.compile("\\+?[\\d \\t\u00a0()/.-]+");
    /** What may stand before: not a letter of a longer address, but for those that escape sequences end with. */
    private static final String BEFORE = "(^|[^[:alnum:]._%+-]|\\\\[nrtbf]|%[0-9a-f][0-9a-f])";

    private static final String AFTER = "($|[^[:alnum:]_.-]|\\.($|[^[:alnum:]]))";
    private static final String BETWEEN_DIGITS = "[\\s\u00a0()/.-]{0,3}";

    /**
     * One spelling.
     *
     * @param request whose it is
     * @param text    in lower case, without {@link #SEPARATORS}: where this is not, the pattern need not be tried
     * @param pattern a PostgreSQL regular expression over lower case: the identifier by itself, not as a part of a longer
     */
    record Spelling(String request, String text, String pattern) {}

    private final List<Spelling> spellings = new ArrayList<>();
    private final Map<String, Remembered> people;
    private int tooShort;

    /** @param people by request */
    Wanted(Map<String, Remembered> people) {
        this.people = people;
        people.forEach((request, person) -> person.identifiers().values().stream()
                .flatMap(List::stream)
                .map(identifier -> identifier.strip().toLowerCase(Locale.ROOT))
                .distinct()
                .forEach(identifier -> add(request, identifier)));
    }

    private void add(String request, String identifier) {
        String digits = identifier.replaceAll("\\D", "");
        if (TELEPHONE.matcher(identifier).matches() && digits.length() >= FEWEST_DIGITS) {
            String national = digits.substring(Math.max(0, digits.length() - NATIONAL));
            spellings.add(new Spelling(
                    request,
                    national,
                    national.chars()
                                    .mapToObj(digit -> String.valueOf((char) digit))
                                    .collect(Collectors.joining(BETWEEN_DIGITS))
                            + "($|[^0-9])"));
        } else if (identifier.length() < SHORTEST) {
            tooShort++;
        } else {
            Set<String> texts = new LinkedHashSet<>(Set.of(identifier));
            texts.add(URLEncoder.encode(identifier, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT));
            texts.forEach(text -> spellings.add(new Spelling(request, bare(text), BEFORE + pattern(text) + AFTER)));
        }
    }

    /** For a look through everything. */
    List<Spelling> spellings() {
        return spellings;
    }

    /** How many identifiers say too little to be looked for inside of other text. */
    int tooShort() {
        return tooShort;
    }

    /** A whole value, for a look through an index: as it was, and in the cases in which it is kept elsewhere. */
    List<Spelling> values() {
        List<Spelling> values = new ArrayList<>();
        people.forEach((request, person) -> {
            Set<String> texts = new LinkedHashSet<>();
            person.identifiers().values().stream().flatMap(List::stream).forEach(identifier -> {
                texts.add(identifier);
                texts.add(identifier.strip());
                texts.add(identifier.strip().toLowerCase(Locale.ROOT));
                texts.add(identifier.strip().toUpperCase(Locale.ROOT));
            });
            texts.forEach(text -> values.add(new Spelling(request, text, "")));
        });
        return values;
    }

    private static String bare(String text) {
        return text.chars()
                .filter(letter -> SEPARATORS.indexOf(letter) < 0)
                .mapToObj(letter -> String.valueOf((char) letter))
                .collect(Collectors.joining());
    }

    /** With or without space around its signs. */
    private static String pattern(String text) {
        StringBuilder pattern = new StringBuilder();
        text.codePoints().forEach(letter -> {
            if (Character.isLetterOrDigit(letter)) {
                pattern.appendCodePoint(letter);
            } else if (Character.isWhitespace(letter)) {
                pattern.append("\\s*");
            } else {
                pattern.append("\\s*\\").appendCodePoint(letter).append("\\s*");
            }
        });
        return pattern.toString();
    }

    /** Without values. */
    @Override
    public String toString() {
        return "Wanted[" + spellings.size() + "]";
    }
}

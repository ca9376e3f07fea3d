package io.storeveil.retention.draft;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The lists of {@code names.txt}, and how a name is held against them. */
final class Names {
    private final Map<String, List<List<String>>> lists;

    private Names(Map<String, List<List<String>>> lists) {
        this.lists = lists;
    }

    static Names load() {
        try (InputStream in = Names.class.getResourceAsStream("names.txt")) {
            if (in == null) {
                throw new IllegalStateException("names.txt is missing from the archive");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Names parse(String file) {
        Map<String, StringBuilder> texts = new LinkedHashMap<>();
        StringBuilder current = new StringBuilder();
        for (String line : file.lines().toList()) {
            if (line.startsWith("[")) {
                current = texts.computeIfAbsent(line.substring(1, line.indexOf(']')), list -> new StringBuilder());
            } else if (!line.startsWith("#")) {
                current.append(' ').append(line);
            }
        }
        Map<String, List<List<String>>> lists = new LinkedHashMap<>();
        texts.forEach((list, text) -> {
            List<List<String>> entries = new ArrayList<>();
            for (String entry : text.toString().split(",")) {
                if (!entry.isBlank()) {
                    entries.add(List.of(entry.trim().split("\\s+")));
                }
            }
            lists.put(list, entries);
        });
        return new Names(lists);
    }

    boolean fits(String list, String name) {
        return rank(list, name).isPresent();
    }

    /** One of many persons: {@code customers} is {@code customer}; what no list has in the singular stays as it is. */
    String singular(String name) {
        String one = name.endsWith("s") ? name.substring(0, name.length() - 1) : name;
        return fits("subjects", one) ? one : name;
    }

    /** The first of these lists that has an entry for the name. */
    Optional<String> first(List<String> candidates, String name) {
        return candidates.stream().filter(list -> fits(list, name)).findFirst();
    }

    /** Where in the list the first entry stands that fits. */
    OptionalInt rank(String list, String name) {
        return rank(list, words(name));
    }

    /** The same for the last word alone: {@code app_user}, but not {@code user_setting}. */
    OptionalInt rankOfLast(String list, String name) {
        List<String> words = words(name);
        return words.isEmpty() ? OptionalInt.empty() : rank(list, words.subList(words.size() - 1, words.size()));
    }

    private OptionalInt rank(String list, List<String> words) {
        List<List<String>> entries = lists.getOrDefault(list, List.of());
        for (int i = 0; i < entries.size(); i++) {
            if (inARow(words, entries.get(i)) || words.contains(String.join("", entries.get(i)))) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    private static boolean inARow(List<String> words, List<String> entry) {
        return Collections.indexOfSubList(words, entry) >= 0;
    }

    /** {@code BillingAddress2}, {@code billing_address2} and {@code Billing Address2} are billing, address. */
    static List<String> words(String name) {
        List<String> words = new ArrayList<>();
        String spaced =
                name.replaceAll("(\\p{Ll}|\\d)(\\p{Lu})", "$1 $2").replaceAll("(\\p{Lu})(\\p{Lu}\\p{Ll})", "$1 $2");
        for (String word : spaced.toLowerCase(Locale.ROOT).split("[^\\p{L}]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }
}

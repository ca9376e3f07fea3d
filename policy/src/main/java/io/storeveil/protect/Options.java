package io.storeveil.protect;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a policy says behind a protection's word. Every problem names the protection and the forms it allows. */
record Options(String protection, List<String> forms, Map<String, String> given) {

    /** What a form such as <code>tokenise: {alphabet: digits, keep: "+ -"}</code> gives; no value in it holds a comma. */
    static Map<String, String> in(String form) {
        int colon = form.indexOf(':');
        if (colon < 0) {
            return Map.of();
        }
        String rest = form.substring(colon + 1).strip();
        if (!rest.startsWith("{")) {
            return Map.of("", rest);
        }
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : rest.substring(1, rest.length() - 1).split(", ", -1)) {
            int split = option.indexOf(": ");
            String value = option.substring(split + 2);
            options.put(option.substring(0, split), value.replaceFirst("^\"(.*)\"$", "$1"));
        }
        return options;
    }

    /** True if the option is this one bare word. */
    boolean isWord(String word) {
        return given.size() == 1 && word.equals(given.get(""));
    }

    /** The bare word; an error if it is not one. */
    String word() {
        String word = given.get("");
        if (word == null || given.size() != 1) {
            throw wrong();
        }
        return word;
    }

    boolean has(String option) {
        return given.containsKey(option);
    }

    /** An error if there is any other option. */
    void only(String... allowed) {
        if (!Set.of(allowed).containsAll(given.keySet())) {
            throw wrong();
        }
    }

    String text(String option) {
        String text = given.get(option);
        if (text == null && !given.isEmpty()) {
            throw new IllegalArgumentException(protection + ": " + option + " is missing; allowed: " + allowed());
        }
        if (text == null) {
            throw wrong();
        }
        return text;
    }

    int number(String option, int least, int most) {
        String text = text(option);
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, in the same words
        }
        throw wrong(option, "a whole number from " + least + " to " + most + " is allowed");
    }

    /** A decimal above zero with at most nine digits before the point and nine behind it. */
    BigDecimal size(String option) {
        String text = text(option);
        if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") && new BigDecimal(text).signum() > 0) {
            return new BigDecimal(text);
        }
        throw wrong(option, "a number above 0 such as 10 or 0.5 is allowed");
    }

    IllegalArgumentException wrong(String option, String allowed) {
        return new IllegalArgumentException(protection + ": " + option + " is '" + given.get(option) + "'; " + allowed);
    }

    void none() {
        if (!given.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + protection + "' takes no options, found " + found() + "; write just '" + protection + "'");
        }
    }

    IllegalArgumentException wrong() {
        if (given.isEmpty()) {
            return new IllegalArgumentException("'" + protection + "' needs an option: " + allowed());
        }
        String hint = given.entrySet().stream()
                .map(option -> option.getKey().isEmpty() ? option.getValue() : option.getKey())
                .filter(option -> !words().contains(option))
                .map(option -> Spelling.didYouMean(option, words()))
                .findFirst()
                .orElse("");
        return new IllegalArgumentException(
                protection + ": unknown option " + found() + hint + "; allowed: " + allowed());
    }

    private String allowed() {
        return forms.stream()
                .map(form -> form.substring(form.indexOf(':') + 1).strip())
                .collect(Collectors.joining(", "));
    }

    private List<String> words() {
        return forms.stream()
                .flatMap(form -> in(form).entrySet().stream())
                .map(option -> option.getKey().isEmpty() ? option.getValue() : option.getKey())
                .distinct()
                .toList();
    }

    private String found() {
        if (given.size() == 1 && given.containsKey("")) {
            return "'" + given.get("") + "'";
        }
        return "'" + String.join("', '", given.keySet()) + "'";
    }
}

package io.storeveil.protect;

import java.util.List;
import java.util.Map;

/** What a policy says behind a protection's word. Every problem names the protection and the forms it allows. */
record Options(String protection, List<String> forms, Map<String, String> given) {

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
        return given.size() == 1 && given.containsKey(option);
    }

    int number(String option, int least, int most) {
        String text = given.get(option);
        if (text == null || given.size() != 1) {
            throw wrong();
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, in the same words
        }
        throw new IllegalArgumentException(protection + ": " + option + " is '" + text + "'; a whole number from "
                + least + " to " + most + " is allowed");
    }

    void none() {
        if (!given.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + protection + "' takes no options, found " + found() + "; write just '" + protection + "'");
        }
    }

    IllegalArgumentException wrong() {
        if (given.isEmpty()) {
            return new IllegalArgumentException("'" + protection + "' needs an option: " + String.join(", ", forms));
        }
        String hint = given.size() == 1
                ? Spelling.didYouMean(
                        given.containsKey("")
                                ? given.get("")
                                : given.keySet().iterator().next(),
                        words())
                : "";
        return new IllegalArgumentException(
                protection + ": unknown option " + found() + hint + "; allowed: " + String.join(", ", forms));
    }

    private List<String> words() {
        return forms.stream()
                .map(form ->
                        form.substring(form.indexOf(':') + 1).replace("{", " ").strip())
                .map(form -> form.contains(":") ? form.substring(0, form.indexOf(':')) : form)
                .map(form -> form.replace("}", "").strip())
                .toList();
    }

    private String found() {
        if (given.size() == 1 && given.containsKey("")) {
            return "'" + given.get("") + "'";
        }
        return "'" + String.join("', '", given.keySet()) + "'";
    }
}

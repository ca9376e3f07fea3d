package io.storeveil.demo.shop;

import java.util.Locale;

/**
 * Names that sound like names, and occur once in the world: a person's number is spelled in syllables. A few letters
 * can turn up anywhere by chance, in Base64 above all; nine in this order do not.
 */
final class Names {

    private static final String[] FIRST = {
        "Bel", "Cor", "Dal", "Fen", "Gil", "Hov", "Jas", "Kel", "Lor", "Mar", "Nev", "Ost", "Pel", "Quo", "Ras", "Sol",
        "Tam", "Ulv", "Vex", "Wil", "Yor", "Zam", "Bri", "Dro"
    };
    private static final String[] MIDDLE = {
        "van", "ber", "cal", "din", "fol", "gam", "hel", "jor", "kim", "lan", "mol", "nar", "pir", "ros", "sim", "tol",
        "ulm", "vek", "win", "xal", "yel", "zor", "bru", "dri"
    };
    private static final String[] LAST = {
        "dor", "bek", "cyn", "fax", "gor", "hym", "jul", "kov", "lin", "mez", "nox", "par", "qua", "rud", "sky", "tev",
        "umb", "vin", "wex", "yan", "zak", "bli", "cro", "dux"
    };

    /** How many people there can be. */
    static final int LIMIT = FIRST.length * MIDDLE.length * LAST.length;

    private Names() {}

    static String first(int person) {
        return spell(scatter(person, 5_039), FIRST, MIDDLE, LAST);
    }

    static String last(int person) {
        return spell(scatter(person, 8_641), MIDDLE, LAST, FIRST);
    }

    static String full(int person) {
        return first(person) + " " + last(person);
    }

    /** A word of nine letters for anything else that must occur once, with its kind's own ending. */
    static String word(int number, String ending) {
        return spell(scatter(number, 11_071), LAST, FIRST, MIDDLE) + ending;
    }

    /** Multiplication by a number coprime to the limit: neighbours differ in every syllable, and none collide. */
    private static int scatter(int number, int factor) {
        if (number < 0 || number >= LIMIT) {
            throw new IllegalArgumentException("there are names for numbers up to " + LIMIT + ", not for " + number);
        }
        return (int) ((long) number * factor % LIMIT);
    }

    private static String spell(int number, String[] ones, String[] twos, String[] threes) {
        String name = ones[number % ones.length]
                + twos[number / ones.length % twos.length]
                + threes[number / ones.length / twos.length];
        String lower = name.toLowerCase(Locale.ROOT);
        return Character.toUpperCase(lower.charAt(0)) + lower.substring(1);
    }
}

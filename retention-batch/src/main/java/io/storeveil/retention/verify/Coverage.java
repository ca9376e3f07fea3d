package io.storeveil.retention.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How far a search for identifiers went.
 *
 * @param tables   those that hold text
 * @param tooShort identifiers that were not looked for, because they say too little
 */
record Coverage(List<Searched> tables, int tooShort) {

    /**
     * One table's columns with text.
     *
     * @param indexed asked for whole values, through an index
     * @param scanned read in every row, anywhere in the text
     * @param left    not searched
     */
    record Searched(String table, List<String> indexed, List<String> scanned, List<String> left) {

        String sentence() {
            List<String> parts = new ArrayList<>();
            say(parts, "by index: ", indexed);
            say(parts, "read: ", scanned);
            say(parts, "not searched: ", left);
            return table + ": " + String.join("; ", parts);
        }

        private static void say(List<String> parts, String how, List<String> columns) {
            if (!columns.isEmpty()) {
                parts.add(how + String.join(", ", columns));
            }
        }
    }

    int indexed() {
        return count(Searched::indexed);
    }

    int scanned() {
        return count(Searched::scanned);
    }

    int left() {
        return count(Searched::left);
    }

    private int count(Function<Searched, List<String>> columns) {
        return tables.stream().mapToInt(table -> columns.apply(table).size()).sum();
    }

    private long in(Function<Searched, List<String>> columns) {
        return tables.stream().filter(table -> !columns.apply(table).isEmpty()).count();
    }

    String sentence(int people) {
        String who = (people == 1 ? "one person's" : people + " people's") + " identifiers were searched for ";
        String shortOnes = tooShort == 0 ? "" : "; " + tooShort + " were too short to be";
        return scanned() > 0
                ? who + "in all text of " + scanned() + " columns of " + in(Searched::scanned) + " tables" + shortOnes
                : who + "through the indexes of " + indexed() + " columns of " + in(Searched::indexed) + " tables; "
                        + left() + " columns with text have none, and are read by 'request verify REQUEST --full'";
    }

    /** Counts. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("indexed", indexed());
        facts.put("scanned", scanned());
        facts.put("left", left());
        facts.put("tooShort", tooShort);
        return facts;
    }
}

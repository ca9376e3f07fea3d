package io.storeveil.policy;

import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A policy told to a reader of the protected data: what each column is, what it becomes, and for how long it is there. */
public final class PolicyDescription {

    private static final List<String> HEAD =
            List.of("column", "category", "in the stream", "at rest, unneeded", "purposes");

    private final Policy policy;
    private final Ownership ownership;

    private PolicyDescription(Policy policy) {
        this.policy = policy;
        this.ownership = Ownership.of(policy);
    }

    public static PolicyDescription of(Policy policy) {
        return new PolicyDescription(policy);
    }

    /** Plain text for a terminal or a file: the purposes, then a paragraph and a table of columns for each table. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(policy.store())
                .append(", policy ")
                .append(policy.sha256(), 0, 12)
                .append(", controller ");
        text.append(policy.controller().name())
                .append(" (")
                .append(policy.controller().contact())
                .append(")\n");
        text.append("\npurposes\n");
        List<List<String>> purposes = new ArrayList<>();
        policy.purposes().values().forEach(purpose -> purposes.add(purpose(purpose)));
        text.append(aligned(purposes));
        policy.tables().values().forEach(table -> text.append('\n').append(table(table)));
        return text.toString();
    }

    private static List<String> purpose(Purpose purpose) {
        String from =
                switch (purpose.from()) {
                    case EVENT -> "the row's clock";
                    case END_OF_CALENDAR_YEAR -> "the end of the clock's calendar year";
                    case END_OF_FISCAL_YEAR ->
                        "the end of the clock's fiscal year ("
                                + purpose.yearEnds().toString().substring(2) + ")";
                };
        return List.of(
                purpose.name(),
                Language.word(purpose.basis())
                        + (purpose.reference() == null ? "" : " (" + purpose.reference() + ")")
                        + (purpose.optOut() == null ? "" : ", until a no: " + Language.word(purpose.optOut())),
                words(purpose.keep()) + " from " + from);
    }

    private String table(Table table) {
        StringBuilder text = new StringBuilder(table.name().toString()).append('\n');
        if (!table.captured()) {
            return text.append("  not captured: never streamed, never swept\n").toString();
        }
        text.append("  ").append(whose(table)).append('\n');
        List<ColumnRef> clock = ownership.clock(table.name());
        if (!table.shared() && !ownership.rowPurposes(table.name()).isEmpty()) {
            text.append("  clock: ")
                    .append(
                            clock.isEmpty()
                                    ? "none; rows go only with their owner or on request"
                                    : "the latest of "
                                            + clock.stream()
                                                    .map(ColumnRef::toString)
                                                    .collect(Collectors.joining(", ")))
                    .append('\n');
        }
        if (table.dropsPartitions()) {
            text.append("  partitions: dropped once all their time is over and no row in them is needed\n");
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        table.parts().forEach(part -> rows.add(column(part)));
        return text.append(aligned(rows)).toString();
    }

    private String whose(Table table) {
        if (table.shared()) {
            return "shared: rows go with the last person who refers to them";
        }
        if (ownership.subjectOf(table.name()).isPresent()) {
            return "one row for each " + ownership.subjectOf(table.name()).get().name();
        }
        if (table.owners().isEmpty()) {
            return "belongs to no person";
        }
        return "belongs to "
                + table.owners().stream()
                        .map(owner ->
                                owner.to() + " (" + String.join(", ", owner.on().keySet()) + ")")
                        .distinct()
                        .collect(Collectors.joining(", otherwise to "));
    }

    private List<String> column(Column column) {
        String inStream = column.inStream().toString();
        if (column.inStream().guarantee().domainKeyed()) {
            inStream += " (as " + column.domain() + ")";
        }
        String purposes =
                column.purposes().stream().map(name -> name + until(name)).collect(Collectors.joining(", "));
        return List.of(
                column.name(),
                column.category(),
                inStream,
                atRest(column.atRest()),
                purposes.isEmpty() ? "-" : purposes);
    }

    private String until(String purpose) {
        Purpose known = policy.purposes().get(purpose);
        return known == null ? "" : " (" + words(known.keep()) + ")";
    }

    private static String atRest(AtRest atRest) {
        return atRest.action() == AtRest.Action.CONSTANT
                ? "constant '" + atRest.value() + "'"
                : Language.word(atRest.action());
    }

    private static String words(Period period) {
        List<String> words = new ArrayList<>();
        count(words, period.getYears(), "year");
        count(words, period.getMonths(), "month");
        count(words, period.getDays(), "day");
        return String.join(" ", words);
    }

    private static void count(List<String> words, int number, String unit) {
        if (number != 0) {
            words.add(number + " " + unit + (number == 1 ? "" : "s"));
        }
    }

    private static String aligned(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(" ");
            for (int i = 0; i < columns; i++) {
                line.append(' ')
                        .append(row.get(i))
                        .append(" ".repeat(widths[i] - row.get(i).length() + 1));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}

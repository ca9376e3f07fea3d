package io.storeveil.retention.report;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was done with one person's data for one request, table by table, and what is still somewhere. It claims what was
 * seen to happen and nothing else.
 *
 * @param subject keyed reference of the person
 * @param shreddedAt when the last copy of the person's keys became unreadable; null while that has not happened
 * @param finished the whole erasure is committed in the store
 * @param limits what this certificate cannot speak for
 */
public record Certificate(
        String request,
        String kind,
        String subject,
        String state,
        String store,
        String controller,
        String run,
        String policySha256,
        Instant writtenAt,
        @Nullable Instant receivedAt,
        @Nullable Instant shreddedAt,
        boolean finished,
        List<TableFate> tables,
        List<String> limits) {

    public enum Fate {
        DELETED("deleted"),
        ANONYMISED("anonymised"),
        SHREDDED("shredded"),
        KEPT("kept"),
        REMAINING("remaining");

        private final String word;

        Fate(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** What became of one table's rows. */
    public record TableFate(String table, List<Line> lines) {}

    /**
     * @param columns which, by commas; empty for whole rows
     * @param words what happened and how that is known
     * @param until the day on which it ends, for what is kept; null where it does not, or nobody can say
     */
    public record Line(Fate fate, String columns, String words, @Nullable String ground, @Nullable String until) {}

    public String fileName() {
        return "certificate-" + request.replaceAll("[^A-Za-z0-9._-]", "-") + "-"
                + run.replaceAll("[^A-Za-z0-9._-]", "-");
    }

    List<Line> of(Fate fate) {
        return tables.stream()
                .flatMap(table -> table.lines().stream())
                .filter(line -> line.fate() == fate)
                .toList();
    }
}

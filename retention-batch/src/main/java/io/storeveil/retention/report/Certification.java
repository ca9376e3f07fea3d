package io.storeveil.retention.report;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.drain.TopicHistory;
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.report.Certificate.Fate;
import io.storeveil.retention.report.Certificate.Line;
import io.storeveil.retention.report.Certificate.TableFate;
import io.storeveil.retention.report.JournalOfRequest.Rows;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns what the journal and the ledger prove, and what the policy says of each column, into a certificate's lines. */
final class Certification {

    /** What these leave behind in the stream is no value at all. */
    private static final Set<String> LEAVE_NOTHING = Set.of("drop", "redact", "null");

    private final Policy policy;
    private final Evidence evidence;
    private final String topicPrefix;

    Certification(Policy policy, Evidence evidence, String topicPrefix) {
        this.policy = policy;
        this.evidence = evidence;
        this.topicPrefix = topicPrefix;
    }

    /**
     * @param decisions  what the precedence decided about the request
     * @param shreddedAt null while the keys are not destroyed
     */
    List<TableFate> tables(JournalOfRequest journal, List<Decision> decisions, @Nullable Instant shreddedAt) {
        Map<String, List<Line>> fates = new TreeMap<>();
        journal.tables().forEach((name, rows) -> fates.put(name.toString(), inTheStore(name, rows)));
        decisions.stream()
                .filter(decision -> decision.besides() && decision.by().stays())
                .forEach(decision -> fates.computeIfAbsent(decision.table(), table -> new ArrayList<>())
                        .add(kept(decision)));
        journal.tables().forEach((name, rows) -> policy.table(name)
                .filter(Table::captured)
                .ifPresent(table -> fates.computeIfAbsent(name.toString(), any -> new ArrayList<>())
                        .addAll(outside(table, rows, shreddedAt))));
        return fates.entrySet().stream()
                .map(fate -> new TableFate(fate.getKey(), fate.getValue()))
                .toList();
    }

    private List<Line> inTheStore(TableName name, Rows rows) {
        boolean captured = policy.table(name).map(Table::captured).orElse(false);
        List<Line> lines = new ArrayList<>();
        if (rows.deleted() > 0) {
            lines.add(new Line(
                    Fate.DELETED,
                    "",
                    Words.count(rows.deleted(), "row") + " deleted in the store" + seen(captured, "not found"),
                    null,
                    null));
        }
        if (rows.anonymised() > 0) {
            lines.add(new Line(
                    Fate.ANONYMISED,
                    String.join(", ", rows.columns()),
                    "in " + Words.count(rows.anonymised(), "row") + " of the store"
                            + seen(captured, "found without a value that opens"),
                    null,
                    null));
        }
        if (rows.detached() > 0) {
            lines.add(new Line(
                    Fate.ANONYMISED, "", Words.count(rows.detached(), "reference") + " to the person cut", null, null));
        }
        return lines;
    }

    private String seen(boolean captured, String found) {
        if (!captured) {
            return "; the table is not streamed";
        }
        if (!evidence.drained()) {
            return "; not confirmed outside the store";
        }
        return "; read back from its topic"
                + (evidence.checked()
                        ? "; looked for in the warehouse, " + found
                        : evidence.written() ? "; passed on to the warehouse" : "; not confirmed in a warehouse");
    }

    private static Line kept(Decision decision) {
        LocalDate until = decision.until();
        return new Line(
                Fate.KEPT,
                String.join(", ", decision.columns()),
                "in " + Words.count(decision.rows(), "row") + " of the store: "
                        + decision.by().meaning(),
                decision.ground(),
                until == null ? null : until.toString());
    }

    private List<Line> outside(Table table, Rows rows, @Nullable Instant shreddedAt) {
        List<Line> lines = new ArrayList<>();
        Predicate<Column> ownerKeyed = column -> column.inStream().guarantee().ownerKeyed();
        String encrypted = names(table, ownerKeyed);
        if (!encrypted.isEmpty()) {
            lines.add(
                    shreddedAt == null
                            ? new Line(
                                    Fate.REMAINING,
                                    encrypted,
                                    "encrypted in Kafka and the warehouse; the key is not destroyed yet",
                                    null,
                                    null)
                            : new Line(
                                    Fate.SHREDDED,
                                    encrypted,
                                    "unreadable in Kafka, the warehouse and their backups as of "
                                            + Words.moment(shreddedAt, policy.timeZone()),
                                    null,
                                    null));
        }
        String past = names(
                table,
                ownerKeyed
                        .negate()
                        .and(column -> !LEAVE_NOTHING.contains(column.inStream().name())));
        if (!past.isEmpty()) {
            String topic = topicPrefix + "." + table.name();
            TopicHistory history = evidence.histories().get(topic);
            lines.add(new Line(
                    Fate.REMAINING,
                    past,
                    "pseudonymised, coarsened or unprotected, in the history of topic " + topic + ": "
                            + (history == null ? "its retention is not known" : history.words())
                            + (rows.lawful() + rows.referred() > 0 ? "; also in the rows that are kept" : ""),
                    null,
                    null));
        }
        return lines;
    }

    private static String names(Table table, Predicate<Column> which) {
        return table.parts().stream().filter(which).map(Column::name).collect(Collectors.joining(", "));
    }
}

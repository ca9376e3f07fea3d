package io.storeveil.retention.precedence;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which line of the precedence decided about the rows of one request, as the store's journal tells it. */
public final class JournalledDecisions {

    /** The rule of what an erasure changes. */
    public static final String ERASE = "erase";
    /** Followed by the law: rows that were brought to rest as far as the law allows. */
    public static final String KEPT_BY_LAW = "erase, kept by law: ";
    /** Rows at rest that nothing keeps but a reference which cannot be null. */
    public static final String REFERRED = "erase, referred to";
    /** How the request is called in whose course a person is erased of whom nothing is needed any more. */
    public static final String INACTIVE = "inactive ";

    public static final String REFERRED_TO = "rows that stay refer to it";

    private static final String AT_REST = "keys, and values that the policy keeps at rest";
    private static final String LET_GO = "it names rows that are gone";

    private final Policy policy;
    private final LocalDate today;

    public JournalledDecisions(Policy policy, Instant cutoff) {
        this.policy = policy;
        this.today = LocalDate.ofInstant(cutoff, policy.timeZone());
    }

    private record Entry(String request, String table, String action, String rule, List<String> columns, long rows) {

        Decision decided(List<String> about, boolean besides, Precedence by, String ground, @Nullable LocalDate until) {
            return new Decision(request, table, ERASE, about, besides, by, ground, until, rows);
        }
    }

    /** By the run in which it was done. */
    public Map<String, List<Decision>> of(Connection store, String request) throws SQLException {
        Map<String, Map<Decision, Long>> rows = new LinkedHashMap<>();
        try (PreparedStatement query = store.prepareStatement(
                """
                select run, table_name, action, rule, columns, sum(rows)::bigint from storeveil.journal
                where request = ? and action <> 'marker' group by run, table_name, action, rule, columns""")) {
            query.setString(1, request);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Entry entry = new Entry(
                            request,
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            columns(row.getArray(5)),
                            row.getLong(6));
                    Map<Decision, Long> run = rows.computeIfAbsent(row.getString(1), any -> new LinkedHashMap<>());
                    decided(entry).forEach(decision -> run.merge(decision.about(0), decision.rows(), Long::sum));
                }
            }
        }
        Map<String, List<Decision>> decisions = new LinkedHashMap<>();
        rows.forEach((run, decided) -> decisions.put(
                run,
                decided.entrySet().stream()
                        .map(each -> each.getKey().about(each.getValue()))
                        .toList()));
        return decisions;
    }

    private List<Decision> decided(Entry entry) {
        Precedence goes = entry.request().startsWith(INACTIVE) ? Precedence.EXPIRED : Precedence.ERASURE;
        return switch (entry.action()) {
            case "delete" -> List.of(entry.decided(List.of(), false, goes, "", null));
            case "anonymise" -> stays(entry, goes);
            default -> List.of(entry.decided(entry.columns(), true, goes, LET_GO, null));
        };
    }

    /** The row, what of it came to rest, and why each of the other columns did not. */
    private List<Decision> stays(Entry entry, Precedence goes) {
        List<Decision> decided = new ArrayList<>();
        String law = entry.rule().startsWith(KEPT_BY_LAW) ? entry.rule().substring(KEPT_BY_LAW.length()) : "";
        decided.add(
                law.isEmpty()
                        ? entry.decided(List.of(), false, Precedence.KEPT, REFERRED_TO, null)
                        : entry.decided(List.of(), false, Precedence.LEGAL_MINIMUM, law, until(law)));
        if (!entry.columns().isEmpty()) {
            decided.add(entry.decided(entry.columns(), true, goes, "", null));
        }
        Map<String, List<String>> kept = new LinkedHashMap<>();
        policy.tables().values().stream()
                .filter(table -> table.name().toString().equals(entry.table()))
                .flatMap(table -> table.columns().values().stream())
                .filter(column -> !entry.columns().contains(column.name()))
                .forEach(column -> kept.computeIfAbsent(ground(column, law), ground -> new ArrayList<>())
                        .add(column.name()));
        kept.forEach((ground, columns) -> decided.add(
                ground.isEmpty()
                        ? entry.decided(columns, true, Precedence.KEPT, AT_REST, null)
                        : entry.decided(columns, true, Precedence.LEGAL_MINIMUM, ground, until(ground))));
        return decided;
    }

    /** The law of these that keeps a column longest; empty where none does. */
    private String ground(Column column, String laws) {
        return laws(laws)
                .filter(purpose ->
                        column.purposes().isEmpty() || column.purposes().contains(purpose.name()))
                .max(Comparator.comparing(purpose -> purpose.keptUntil(today)))
                .map(JournalledDecisions::reference)
                .orElse("");
    }

    /** What happened today would be kept longest. */
    private @Nullable LocalDate until(String laws) {
        Optional<LocalDate> latest =
                laws(laws).map(purpose -> purpose.keptUntil(today)).max(Comparator.naturalOrder());
        return latest.orElse(null);
    }

    private Stream<Purpose> laws(String named) {
        return policy.purposes().values().stream()
                .filter(purpose -> purpose.basis() == Purpose.Basis.LEGAL_OBLIGATION
                        && (", " + named + ", ").contains(", " + reference(purpose) + ", "));
    }

    /** As a person finds the law. */
    public static String reference(Purpose purpose) {
        String reference = purpose.reference();
        return reference == null ? purpose.name() : reference;
    }

    private static List<String> columns(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }
}

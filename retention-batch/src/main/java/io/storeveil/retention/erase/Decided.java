package io.storeveil.retention.erase;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.precedence.Precedence;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which line of the precedence decided about the rows of one request, as the journal tells it. */
final class Decided {

    private final SweepContext context;
    private final Policy policy;
    private final Decisions decisions;

    Decided(SweepContext context) {
        this.context = context;
        this.policy = context.policy();
        this.decisions = new Decisions(context.control());
    }

    /** Nothing was done: a line above the erasure, or the request's own terms, stand in the way. */
    void nothing(Erasure erasure, Precedence by, String ground) {
        decisions.record(
                context.run(),
                decision(erasure.request(), erasure.kind().table().toString(), List.of(), by, ground, 1));
    }

    /** In whichever run it was done. */
    void done(Connection connection, Erasure erasure) throws SQLException {
        for (Decision decision : read(connection, erasure.request())) {
            decisions.record(context.run(), decision);
        }
    }

    private List<Decision> read(Connection connection, String request) throws SQLException {
        List<Decision> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                """
                select table_name, action, rule, columns, sum(rows)::bigint from storeveil.journal
                where request = ? and action <> 'marker' group by table_name, action, rule, columns""")) {
            query.setString(1, request);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String table = row.getString(1);
                    String rule = row.getString(3);
                    List<String> columns = columns(row.getArray(4));
                    long rows = row.getLong(5);
                    if (row.getString(2).equals("anonymise")) {
                        found.add(stays(request, table, rule, rows));
                    }
                    if (!row.getString(2).equals("anonymise") || !columns.isEmpty()) {
                        String ground = row.getString(2).equals("detach") ? "names rows that are gone" : "";
                        found.add(decision(request, table, columns, Precedence.ERASURE, ground, rows));
                    }
                }
            }
        }
        return found;
    }

    private Decision stays(String request, String table, String rule, long rows) {
        if (!rule.startsWith(Erasing.KEPT)) {
            return decision(request, table, List.of(), Precedence.KEPT, "rows that stay refer to it", rows);
        }
        String law = rule.substring(Erasing.KEPT.length());
        return new Decision(request, table, List.of(), Precedence.LEGAL_MINIMUM, law, until(law), rows);
    }

    /** What happened today would be kept longest. */
    private @Nullable LocalDate until(String law) {
        LocalDate today = context.run().cutoff().atZone(policy.timeZone()).toLocalDate();
        return policy.purposes().values().stream()
                .filter(purpose -> purpose.basis() == Purpose.Basis.LEGAL_OBLIGATION
                        && purpose.reference() != null
                        && law.contains(purpose.reference()))
                .map(purpose -> purpose.keptUntil(today))
                .max(LocalDate::compareTo)
                .orElse(null);
    }

    private static List<String> columns(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    private static Decision decision(
            String request, String table, List<String> columns, Precedence by, String ground, long rows) {
        return new Decision(request, table, columns, by, ground, null, rows);
    }
}

package io.storeveil.retention.erase;

import io.storeveil.policy.TableName;
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.precedence.JournalledDecisions;
import io.storeveil.retention.precedence.Precedence;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes down which line of the precedence decided about the rows of each request. */
final class Decided {

    private final SweepContext context;
    private final Decisions decisions;
    private final JournalledDecisions journalled;

    Decided(SweepContext context) {
        this.context = context;
        this.decisions = new Decisions(context.control());
        this.journalled =
                new JournalledDecisions(context.policy(), context.run().cutoff());
    }

    /** Nothing was done: a line above the erasure, or the request's own terms, stand in the way. */
    void nothing(Erasure erasure, Precedence by, String ground) {
        Decision person = decision(erasure, erasure.kind().table(), false, by, ground, 1);
        decisions.ofRequest(context.run().id(), erasure.request(), List.of(person));
    }

    /** What was done, in whichever run, and what stays beside it. */
    void done(Connection connection, Erasure erasure, Erasing.Result result) throws SQLException {
        List<Decision> besides = new ArrayList<>();
        result.othersNeed()
                .forEach((table, rows) ->
                        besides.add(decision(erasure, table, true, Precedence.KEPT, "others need it", rows)));
        result.contested()
                .forEach((table, rows) -> besides.add(decision(
                        erasure,
                        table,
                        true,
                        Precedence.KEPT,
                        "nobody can tell whose of several people's it is",
                        rows)));
        for (Map.Entry<String, List<Decision>> run :
                journalled.of(connection, erasure.request()).entrySet()) {
            List<Decision> all = new ArrayList<>(run.getValue());
            all.addAll(besides);
            if (!decisions.of(run.getKey(), erasure.request()).containsAll(all)) {
                decisions.ofRequest(run.getKey(), erasure.request(), all);
            }
        }
    }

    private static Decision decision(
            Erasure erasure, TableName table, boolean besides, Precedence by, String ground, long rows) {
        return new Decision(
                erasure.request(),
                table.toString(),
                JournalledDecisions.ERASE,
                List.of(),
                besides,
                by,
                ground,
                null,
                rows);
    }
}

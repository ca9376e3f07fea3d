package io.storeveil.retention.erase;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.precedence.JournalledDecisions;
import io.storeveil.retention.precedence.Precedence;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** Erases, person by person, what approved requests ask for. */
public final class EraseStep implements Step {

    private final ErasureRequests requests;

    public EraseStep(ErasureRequests requests) {
        this.requests = requests;
    }

    @Override
    public String name() {
        return "erase";
    }

    @Override
    public void run(SweepContext context) throws SQLException {
        RunRecords records = new RunRecords(context.control(), context.clock());
        StoreTransaction transaction = context.transaction();
        Ownership ownership = transaction.run(connection -> new Ownership(context.policy(), Catalog.read(connection)));
        Journal journal = new Journal(context.run().id(), name());
        OwnerKeys keys = new OwnerKeys(ownership, context.keys().current());
        Erasing erasing = new Erasing(
                ownership, new Thresholds(context.policy(), context.run().cutoff()), keys, journal);
        Decided decided = new Decided(context);
        ErasedPeople remembered = new ErasedPeople(context);
        Map<TableName, Long> held = new TreeMap<>();
        Map<TableName, Long> restricted = new TreeMap<>();
        Map<TableName, Long> waiting = new TreeMap<>();
        for (Erasure erasure : requests.due(context)) {
            context.brakes().release();
            if (!requests.mayGo(erasure)) {
                continue;
            }
            Erasing.Result result = transaction.run(connection -> erasing.erase(connection, erasure));
            Erasing.Outcome outcome = result.outcome();
            stay(context, records, erasure, result);
            TableName table = erasure.kind().table();
            switch (outcome) {
                case DONE, DONE_BEFORE ->
                    transaction.run(connection -> {
                        decided.done(connection, erasure, result);
                        return outcome;
                    });
                case HELD -> {
                    held.merge(table, 1L, Long::sum);
                    decided.nothing(erasure, Precedence.HOLD, result.ground());
                }
                case RESTRICTED -> {
                    restricted.merge(table, 1L, Long::sum);
                    decided.nothing(erasure, Precedence.RESTRICTION, result.ground());
                }
                case OPEN_CONTRACT -> {
                    waiting.merge(table, 1L, Long::sum);
                    decided.nothing(erasure, Precedence.OPEN_CONTRACT, "the approval waits for its end");
                }
                case ANOTHER ->
                    records.finding(
                            context.run(),
                            name(),
                            Severity.DECISION,
                            table.toString(),
                            "request " + erasure.request()
                                    + ": the row with this person's key came to be at another time"
                                    + " than the person, so it is somebody else's and stays; withdraw the request, or record"
                                    + " it again for whoever is meant");
                case NOBODY ->
                    records.finding(
                            context.run(),
                            name(),
                            Severity.INFO,
                            table.toString(),
                            "request " + erasure.request() + ": the store has no row of this person");
            }
            if (outcome != Erasing.Outcome.ANOTHER) {
                requests.ended(context, erasure, frozen(outcome), finished(outcome));
            }
        }
        remembered.confirm();
        count(context, transaction, ownership, journal, held, restricted, waiting);
        requests.allEnded(context);
    }

    private void stay(SweepContext context, RunRecords records, Erasure erasure, Erasing.Result result) {
        result.othersNeed()
                .forEach((table, rows) -> records.finding(
                        context.run(),
                        name(),
                        Severity.INFO,
                        table.toString(),
                        "request " + erasure.request() + ": " + rows
                                + " shared rows stay as they are, because others need them"));
        result.contested()
                .forEach((table, rows) -> records.finding(
                        context.run(),
                        name(),
                        Severity.WARNING,
                        table.toString(),
                        "request " + erasure.request() + ": " + rows
                                + " rows stay, because they are found by an identifier that others have as well; a"
                                + " person has to find out whose they are"));
    }

    private static boolean finished(Erasing.Outcome outcome) {
        return !frozen(outcome) && outcome != Erasing.Outcome.OPEN_CONTRACT && outcome != Erasing.Outcome.ANOTHER;
    }

    private static boolean frozen(Erasing.Outcome outcome) {
        return outcome == Erasing.Outcome.HELD || outcome == Erasing.Outcome.RESTRICTED;
    }

    private void count(
            SweepContext context,
            StoreTransaction transaction,
            Ownership ownership,
            Journal journal,
            Map<TableName, Long> held,
            Map<TableName, Long> restricted,
            Map<TableName, Long> waiting)
            throws SQLException {
        RunRecords records = new RunRecords(context.control(), context.clock());
        for (TableName table : ownership.childrenFirst()) {
            Map<String, Long> rows = transaction.run(connection -> journal.done(connection, table.toString()));
            long kept = rows.entrySet().stream()
                            .filter(entry -> entry.getKey().startsWith(JournalledDecisions.KEPT_BY_LAW))
                            .mapToLong(Map.Entry::getValue)
                            .sum()
                    + restricted.getOrDefault(table, 0L);
            long referred = rows.getOrDefault(JournalledDecisions.REFERRED, 0L);
            long done = rows.getOrDefault(JournalledDecisions.ERASE, 0L) + referred;
            long onHold = held.getOrDefault(table, 0L);
            long open = waiting.getOrDefault(table, 0L);
            if (done + kept + onHold + open > 0) {
                records.count(
                        context.run(),
                        new RuleCount(
                                table.toString(),
                                JournalledDecisions.ERASE,
                                done + kept + onHold + open,
                                done,
                                onHold,
                                kept,
                                open,
                                0));
            }
            if (referred > 0) {
                records.finding(
                        context.run(),
                        name(),
                        Severity.INFO,
                        table.toString(),
                        referred + " rows were brought to rest and stay, because rows that stay refer to them");
            }
        }
    }
}

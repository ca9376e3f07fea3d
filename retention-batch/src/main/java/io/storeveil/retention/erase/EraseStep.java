package io.storeveil.retention.erase;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.precedence.Precedence;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

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
        Map<TableName, Long> held = new TreeMap<>();
        Map<TableName, Long> waiting = new TreeMap<>();
        for (Erasure erasure : requests.due(context)) {
            context.brakes().release();
            Erasing.Result result = transaction.run(connection -> erasing.erase(connection, erasure));
            Erasing.Outcome outcome = result.outcome();
            stay(context, records, erasure, result);
            TableName table = erasure.kind().table();
            switch (outcome) {
                case DONE, DONE_BEFORE ->
                    transaction.run(connection -> {
                        decided.done(connection, erasure);
                        return outcome;
                    });
                case HELD -> {
                    held.merge(table, 1L, Long::sum);
                    decided.nothing(erasure, Precedence.HOLD, "the person is frozen");
                }
                case OPEN_CONTRACT -> {
                    waiting.merge(table, 1L, Long::sum);
                    decided.nothing(erasure, Precedence.OPEN_CONTRACT, "the approval waits for its end");
                }
                case NOBODY ->
                    records.finding(
                            context.run(),
                            name(),
                            Severity.INFO,
                            table.toString(),
                            "request " + erasure.request() + ": the store has no row of this person");
            }
            requests.ended(context, erasure, outcome == Erasing.Outcome.HELD, finished(outcome));
        }
        count(context, transaction, ownership, journal, held, waiting);
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
        return outcome != Erasing.Outcome.HELD && outcome != Erasing.Outcome.OPEN_CONTRACT;
    }

    private void count(
            SweepContext context,
            StoreTransaction transaction,
            Ownership ownership,
            Journal journal,
            Map<TableName, Long> held,
            Map<TableName, Long> waiting)
            throws SQLException {
        RunRecords records = new RunRecords(context.control(), context.clock());
        for (TableName table : ownership.childrenFirst()) {
            Map<String, Long> rows = transaction.run(connection -> journal.done(connection, table.toString()));
            Set<String> laws = rows.keySet().stream()
                    .filter(rule -> rule.startsWith(Erasing.KEPT))
                    .map(rule -> rule.substring(Erasing.KEPT.length()))
                    .collect(Collectors.toSet());
            long kept = rows.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(Erasing.KEPT))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            long referred = rows.getOrDefault(Erasing.REFERRED, 0L);
            long done = rows.getOrDefault(Erasing.RULE, 0L) + referred;
            long onHold = held.getOrDefault(table, 0L);
            long open = waiting.getOrDefault(table, 0L);
            if (done + kept + onHold + open > 0) {
                records.count(
                        context.run(),
                        new RuleCount(
                                table.toString(),
                                Erasing.RULE,
                                done + kept + onHold + open,
                                done,
                                onHold,
                                kept,
                                laws.isEmpty() ? null : String.join(", ", laws),
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

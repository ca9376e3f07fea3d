package io.storeveil.retention.verify;

import io.storeveil.keys.KeyState;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.drain.Copies;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.erase.ErasureRequests;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.Approvals;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Rules;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks again, and trusts no count: by identity for each person erased, by what they were called, by rule for each rule
 * carried out, at the keys that should be gone, in Kafka and in the warehouse.
 */
public final class VerifyStep implements Step {

    private final ErasureRequests requests;

    public VerifyStep(ErasureRequests requests) {
        this.requests = requests;
    }

    @Override
    public String name() {
        return "verify";
    }

    @Override
    public void run(SweepContext context) throws SQLException {
        Ownership ownership =
                context.transaction().run(connection -> new Ownership(context.policy(), Catalog.read(connection)));
        Thresholds thresholds = new Thresholds(context.policy(), context.run().cutoff());
        Traces traces = new Traces(context);
        List<Erasure> due = due(context, traces);
        List<Erasure> erased = context.transaction().look(connection -> done(connection, due));
        List<String> residues = new ArrayList<>();
        if (!erased.isEmpty()) {
            residues.addAll(people(context, ownership, thresholds, traces, erased));
        }
        residues.addAll(rules(context, ownership, thresholds));
        RunRecords records = new RunRecords(context.control(), context.clock());
        residues.forEach(residue -> records.finding(context.run(), name(), Severity.FAILED, null, residue));
        long copies = Copies.run(context);
        if (!residues.isEmpty()) {
            throw new StepFailed("something is left that should be gone: " + String.join("; ", residues));
        }
        if (copies > 0) {
            throw new StepFailed(
                    copies + " erased rows are still in Kafka or the warehouse; the findings say in which tables");
        }
        if (!context.run().simulate()) {
            traces.forgetWithoutRequest();
        }
    }

    /** The requests', and those whom a rule found: also before this process began, when only their traces tell of them. */
    private List<Erasure> due(SweepContext context, Traces traces) {
        Map<String, Erasure> people = new LinkedHashMap<>();
        traces.withoutRequest(context.keys().current(), context.policy())
                .forEach(person -> people.put(person.request(), person));
        requests.due(context).forEach(person -> people.put(person.request(), person));
        return List.copyOf(people.values());
    }

    private static List<Erasure> done(Connection connection, List<Erasure> due) throws SQLException {
        List<Erasure> done = new ArrayList<>();
        for (Erasure erasure : due) {
            if (Journal.requestDone(connection, erasure.request())) {
                done.add(erasure);
            }
        }
        return done;
    }

    private List<String> people(
            SweepContext context, Ownership ownership, Thresholds thresholds, Traces traces, List<Erasure> erased)
            throws SQLException {
        KeyState keys = context.keys().current();
        Map<String, Remembered> remembered = new TreeMap<>();
        erased.forEach(person -> traces.of(keys, person).ifPresent(found -> remembered.put(person.request(), found)));
        Verification seen = context.transaction()
                .look(connection -> Verification.look(
                        connection, ownership, thresholds, erased, remembered, Verification.Depth.INDEXED));
        record(context, erased.size(), ownership.childrenFirst().size(), remembered.size(), seen);
        List<String> residues = new ArrayList<>(seen.residues());
        long open = context.transaction().look(connection -> OpenKeys.count(context, connection, erased));
        if (open > 0) {
            residues.add(open + " keys of erased people are called destroyed, and still open");
        }
        return residues;
    }

    private void record(SweepContext context, int people, int tables, int remembered, Verification seen) {
        RunRecords records = new RunRecords(context.control(), context.clock());
        seen.named().forEach(sentence -> records.finding(context.run(), name(), Severity.DECISION, null, sentence));
        seen.stubs().forEach(sentence -> records.finding(context.run(), name(), Severity.INFO, null, sentence));
        String looked = "by identity, " + people + (people == 1 ? " erased person was" : " erased people were")
                + " looked for in " + tables + " tables, along the links and by the keys that their rows had: "
                + seen.seen() + " rows stay";
        records.finding(context.run(), name(), Severity.INFO, null, looked);
        records.finding(
                context.run(), name(), Severity.INFO, null, seen.coverage().sentence(remembered));
        if (!context.run().simulate()) {
            Map<String, Object> facts = new TreeMap<>(seen.facts());
            facts.put("people", people);
            facts.put("tablesByIdentity", tables);
            new Ledger(context.control(), context.clock())
                    .append("verified", context.run().id(), facts);
        }
    }

    private static List<String> rules(SweepContext context, Ownership ownership, Thresholds thresholds)
            throws SQLException {
        List<RuleCount> counts = new RunRecords(context.control(), context.clock())
                .counts(context.run().id());
        Approvals approvals = new Approvals(context);
        List<String> residues = new ArrayList<>();
        Rules rules = new Rules(ownership, thresholds);
        List<Rule> all = new ArrayList<>(rules.ofInactivePeople());
        all.addAll(rules.all());
        Overdue overdue = new Overdue(ownership);
        int counted = 0;
        int approved = 0;
        for (Rule rule : all) {
            if (approvals.approved(rule)) {
                approved++;
                List<RuleCount> told = counts.stream()
                        .filter(count -> count.rule().equals(rule.name()))
                        .toList();
                long deferred = told.stream().mapToLong(RuleCount::deferred).sum();
                RuleSql sql = RuleSql.of(rule, ownership);
                context.transaction()
                        .look(sql.settled(), connection -> left(connection, rule, sql, deferred))
                        .ifPresent(residues::add);
                Optional<Long> over = context.transaction().look(connection -> overdue.count(connection, rule));
                counted += over.isPresent() ? 1 : 0;
                over.flatMap(rows -> unexplained(rule, rows, told)).ifPresent(residues::add);
            }
        }
        if (approved > 0) {
            String looked = "by rule, " + approved + " approved rules were asked for what they still find; " + counted
                    + " of them by their dates alone as well";
            new RunRecords(context.control(), context.clock())
                    .finding(context.run(), "verify", Severity.INFO, null, looked);
        }
        return residues;
    }

    /** What is over, and is neither held, nor kept, nor deferred by the run's own account. */
    private static Optional<String> unexplained(Rule rule, long rows, List<RuleCount> told) {
        long explained = told.stream()
                .mapToLong(count -> count.held() + count.kept() + count.deferred() + count.failed())
                .sum();
        return rows > explained
                ? Optional.of(rule.table() + ": " + rows + " rows are over by the dates of rule '" + rule.name()
                        + "', and the run accounts for " + explained + " of them")
                : Optional.empty();
    }

    private static Optional<String> left(Connection connection, Rule rule, RuleSql sql, long deferred)
            throws SQLException {
        if (!sql.countEligible().any(connection)) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + sql.from() + " where " + sql.due())) {
            long found = row.next() ? row.getLong(1) : 0;
            return found > deferred
                    ? Optional.of(rule.table() + ": rule '" + rule.name() + "' still finds " + found + " rows, "
                            + deferred + " of them deferred")
                    : Optional.empty();
        }
    }
}

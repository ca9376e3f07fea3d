package io.storeveil.retention.verify;

import io.storeveil.policy.Column;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.drain.WarehouseCheck;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.erase.ErasureRequests;
import io.storeveil.retention.ownership.AtRestValue;
import io.storeveil.retention.ownership.Clocks;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Subjects;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.Approvals;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Rules;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks again, and trusts no count: by identity for each person erased, by rule for each rule carried out. */
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
        RunRecords records = new RunRecords(context.control(), context.clock());
        StoreTransaction transaction = context.transaction();
        Ownership ownership = transaction.run(connection -> new Ownership(context.policy(), Catalog.read(connection)));
        Thresholds thresholds = new Thresholds(context.policy(), context.run().cutoff());
        List<String> residues = new ArrayList<>();
        List<Erasure> due = requests.due(context);
        List<Erasure> erased = transaction.look(connection -> done(connection, due));
        for (SubjectKind kind : context.policy().subjects().values()) {
            List<Erasure> people =
                    erased.stream().filter(each -> each.kind().equals(kind)).toList();
            if (!people.isEmpty()) {
                residues.addAll(
                        transaction.look(connection -> people(connection, ownership, thresholds, kind, people)));
            }
        }
        List<RuleCount> counts = records.counts(context.run().id());
        Approvals approvals = new Approvals(context);
        Rules rules = new Rules(ownership, thresholds);
        List<Rule> all = new ArrayList<>(rules.ofInactivePeople());
        all.addAll(rules.all());
        for (Rule rule : all) {
            if (approvals.approved(rule)) {
                long deferred = counts.stream()
                        .filter(count -> count.rule().equals(rule.name()))
                        .mapToLong(RuleCount::deferred)
                        .sum();
                RuleSql sql = RuleSql.of(rule, ownership);
                transaction
                        .look(sql.settled(), connection -> left(connection, rule, sql, deferred))
                        .ifPresent(residues::add);
            }
        }
        residues.forEach(residue -> records.finding(context.run(), name(), Severity.FAILED, null, residue));
        long copies = WarehouseCheck.run(context);
        if (!residues.isEmpty()) {
            throw new StepFailed("rows are left that should be gone: " + String.join("; ", residues));
        }
        if (copies > 0) {
            throw new StepFailed(copies + " erased rows are still in the warehouse; the findings say in which tables");
        }
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

    /** All of them in one look at each table, whatever their number. */
    private static List<String> people(
            Connection connection, Ownership ownership, Thresholds thresholds, SubjectKind kind, List<Erasure> people)
            throws SQLException {
        List<String> residues = new ArrayList<>();
        for (TableName table : ownership.childrenFirst()) {
            Optional<String> key = new Subjects(ownership).key(kind, table, "a");
            if (key.isEmpty()) {
                continue;
            }
            try (PreparedStatement query = connection.prepareStatement("select count(*), count(distinct "
                    + key.get() + ") from " + Sql.name(table) + " a where " + key.get() + " = any(?) and ("
                    + residue(ownership, thresholds, table) + ")")) {
                query.setArray(
                        1,
                        connection.createArrayOf(
                                "text", people.stream().map(Erasure::joinedKey).toArray()));
                try (ResultSet row = query.executeQuery()) {
                    if (row.next() && row.getLong(1) > 0) {
                        residues.add(table + ": " + row.getLong(1) + " rows of " + row.getLong(2)
                                + " erased people are neither gone nor at rest");
                    }
                }
            }
        }
        return residues;
    }

    /** A row that should be gone, or a column that should be at rest. */
    private static String residue(Ownership ownership, Thresholds thresholds, TableName table) {
        Clocks clocks = new Clocks(ownership);
        AtRestValue atRest = new AtRestValue(ownership);
        List<String> laws = ownership.rowPurposes(table).stream()
                .filter(name -> thresholds.purpose(name).basis() == Purpose.Basis.LEGAL_OBLIGATION)
                .toList();
        List<String> ended = laws.stream()
                .map(name -> ended(clocks, thresholds, table, name))
                .toList();
        List<String> found = new ArrayList<>();
        found.add("(" + Sql.all(ended) + " and " + new Dependents(ownership).none(table, "a") + ")");
        for (Column column : atRest.columns(table)) {
            List<String> own = ownership.columnPurposes(table, column).stream()
                    .filter(laws::contains)
                    .map(name -> ended(clocks, thresholds, table, name))
                    .toList();
            found.add("(" + atRest.differs(table, column, "a") + " and " + Sql.all(own) + ")");
        }
        return Sql.any(found);
    }

    private static String ended(Clocks clocks, Thresholds thresholds, TableName table, String purpose) {
        return "("
                + clocks.before(table, "a", thresholds.day(thresholds.purpose(purpose)))
                        .orElse("null::boolean") + ") is true";
    }

    private static Optional<String> left(Connection connection, Rule rule, RuleSql sql, long deferred)
            throws SQLException {
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

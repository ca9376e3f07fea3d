package io.storeveil.retention.expire;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.Approvals;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Rules;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Deletes what no purpose needs any more, children first, and brings to rest what a stub need not keep. */
public final class ExpireStep implements Step {

    /** The rule under which a shared row goes when the last row that referred to it has gone. */
    public static final String LAST_REFERRER = "last referrer gone";

    @Override
    public String name() {
        return "expire";
    }

    @Override
    public void run(SweepContext context) throws SQLException {
        RunRecords records = new RunRecords(context.control(), context.clock());
        StoreTransaction transaction = context.transaction();
        Ownership ownership = transaction.run(connection -> new Ownership(context.policy(), Catalog.read(connection)));
        Thresholds thresholds = new Thresholds(context.policy(), context.run().cutoff());
        List<Rule> rules = new Rules(ownership, thresholds).all();
        Approvals approvals = new Approvals(context);
        List<Rule> approved = rules.stream().filter(approvals::approved).toList();
        String run = context.run().id();
        decide(transaction, ownership, rules, run);
        Journal journal = new Journal(run, name());
        OwnerKeys keys = new OwnerKeys(ownership, context.keys().current());
        try (Expiring expiring = new Expiring(context, transaction, ownership, keys, journal)) {
            expiring.carryOut(approved);
        }
        stubs(
                context,
                records,
                ownership,
                rules,
                approved,
                new Stubs(transaction, ownership, thresholds, keys, journal));
        for (Rule rule : rules) {
            RuleSql sql = RuleSql.decided(rule, ownership, run);
            RuleCount count = transaction.look(sql.settled(), connection -> count(connection, rule, sql, journal));
            records.count(context.run(), count);
            if (count.deferred() > 0 && approved.contains(rule)) {
                records.finding(
                        context.run(),
                        name(),
                        Severity.WARNING,
                        count.table(),
                        "rule '" + rule.name() + "': " + count.deferred()
                                + " rows were locked by others, and are left for the next run");
            }
        }
        shared(transaction, ownership, journal, context, records);
        transaction.run(
                connection -> execute(connection, "delete from storeveil.expiring where run = " + Sql.literal(run)));
    }

    private void stubs(
            SweepContext context,
            RunRecords records,
            Ownership ownership,
            List<Rule> rules,
            List<Rule> approved,
            Stubs stubs)
            throws SQLException {
        Set<TableName> observed = rules.stream()
                .filter(rule -> rule.kind() == Rule.Kind.ANONYMISE && !approved.contains(rule))
                .map(Rule::table)
                .collect(Collectors.toSet());
        Set<TableName> whole = new HashSet<>(ownership.childrenFirst());
        whole.removeAll(observed);
        long settled = stubs.settle(whole);
        if (settled > 0) {
            records.finding(
                    context.run(),
                    name(),
                    Severity.INFO,
                    null,
                    settled + " keys go of rows that stay: nothing in the store is encrypted under them any more");
        }
    }

    /** Once a run; a run that is started again keeps what was decided. */
    private static void decide(StoreTransaction transaction, Ownership ownership, List<Rule> rules, String run)
            throws SQLException {
        transaction.look(connection -> {
            if (execute(
                            connection,
                            "insert into storeveil.expiring (run, table_name, rule, row_key) values ("
                                    + Sql.literal(run) + ", '', '', '{}') on conflict do nothing")
                    == 0) {
                return 0;
            }
            for (Rule rule : rules) {
                if (RuleSql.decidedBefore(rule, ownership)) {
                    RuleSql sql = RuleSql.of(rule, ownership);
                    execute(
                            connection,
                            "insert into storeveil.expiring (run, table_name, rule, row_key) select " + Sql.literal(run)
                                    + ", " + Sql.literal(rule.table().toString()) + ", " + Sql.literal(rule.name())
                                    + ", " + sql.keyArray() + " from " + sql.from() + " where " + sql.eligible());
                }
            }
            // A planner that still thinks it empty would read all of it for each row.
            execute(connection, "analyze storeveil.expiring");
            return rules.size();
        });
    }

    /** What is done stands in the journal; what is left is looked at again. */
    private static RuleCount count(Connection connection, Rule rule, RuleSql sql, Journal journal) throws SQLException {
        String table = rule.table().toString();
        long done = journal.done(connection, table).getOrDefault(rule.name(), 0L);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*), count(*) filter (where held),"
                        + " count(*) filter (where not held and open), count(*) filter (where not held and not open and"
                        + " needed), min(since) filter (where not held and open) from ("
                        + sql.found() + ") found")) {
            row.next();
            long left = row.getLong(1);
            long held = row.getLong(2);
            long open = row.getLong(3);
            long needed = row.getLong(4);
            List<String> why = new ArrayList<>();
            if (open > 0) {
                why.add("open contract: " + open + ", the oldest untouched since " + row.getString(5));
            }
            if (needed > 0) {
                why.add("referred to by rows that stay: " + needed);
            }
            return new RuleCount(
                    table,
                    rule.name(),
                    done + left,
                    done,
                    held,
                    open + needed,
                    why.isEmpty() ? null : String.join("; ", why),
                    left - held - open - needed,
                    0);
        }
    }

    private void shared(
            StoreTransaction transaction,
            Ownership ownership,
            Journal journal,
            SweepContext context,
            RunRecords records)
            throws SQLException {
        for (var table : ownership.childrenFirst()) {
            if (ownership.table(table).shared()) {
                Map<String, Long> done = transaction.run(connection -> journal.done(connection, table.toString()));
                Long gone = done.get(LAST_REFERRER);
                if (gone != null) {
                    records.count(
                            context.run(),
                            new RuleCount(table.toString(), LAST_REFERRER, gone, gone, 0, 0, null, 0, 0));
                }
            }
        }
    }

    private static int execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}

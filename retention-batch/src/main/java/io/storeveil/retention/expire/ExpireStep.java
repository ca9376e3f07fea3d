package io.storeveil.retention.expire;

import io.storeveil.retention.approval.PlanRecords;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        Map<String, Long> planned = planned(context);
        List<Rule> approved = rules.stream()
                .filter(rule -> approvals.approved(rule) && planned.containsKey(rule.name()))
                .toList();
        String run = context.run().id();
        Deciding deciding = new Deciding(ownership, rules, run);
        transaction.look(deciding::decide);
        Journal journal = new Journal(run, name());
        OwnerKeys keys = new OwnerKeys(ownership, context.keys().current());
        Allowance allowance = new Allowance(context);
        Stubs stubs = new Stubs(ownership, thresholds, rules, approved);
        try (Expiring expiring = new Expiring(
                context,
                transaction,
                ownership,
                keys,
                journal,
                allowance,
                stubs,
                rule -> planned.getOrDefault(rule.name(), 0L))) {
            expiring.takeKeys(stubs.ofRowsAlone());
            expiring.carryOut(approved);
            expiring.takeKeys(stubs.ofRowsAndMore());
        }
        stubs(context, records, transaction.run(connection -> journal.rows(connection, Stubs.RULE)));
        List<Family> families = Family.of(rules, ownership);
        List<Rule> left = new ArrayList<>();
        long late = 0;
        for (Rule rule : rules) {
            RuleSql sql = RuleSql.decided(rule, ownership, run).takingAlong(Family.along(families, rule));
            RuleCount count = transaction.look(sql.settled(), connection -> count(connection, rule, sql, journal));
            records.count(context.run(), count);
            if (count.eligible() > count.done()) {
                left.add(rule);
            }
            if (count.deferred() > 0 && approved.contains(rule)) {
                late += allowance.closed() && !allowance.spent(rule) ? count.deferred() : 0;
                records.finding(
                        context.run(), name(), Severity.WARNING, count.table(), deferred(rule, count, allowance));
            }
        }
        if (late > 0) {
            records.finding(context.run(), name(), Severity.DECISION, null, late(context, late));
        }
        shared(transaction, ownership, journal, context, records);
        transaction.run(connection -> deciding.end(connection, left));
    }

    private void stubs(SweepContext context, RunRecords records, long settled) {
        if (settled > 0) {
            records.finding(
                    context.run(),
                    name(),
                    Severity.INFO,
                    null,
                    settled + " keys go of rows that stay: nothing in the store is encrypted under them any more");
        }
    }

    /** What the plan found for each rule by which this run may act. */
    private static Map<String, Long> planned(SweepContext context) {
        Map<String, Long> planned = new HashMap<>();
        new PlanRecords(context.control(), context.clock())
                .plan(context.run().id())
                .ifPresent(plan -> plan.rules().stream()
                        .filter(rule -> !rule.observes())
                        .forEach(rule -> planned.put(rule.rule(), rule.eligible())));
        return planned;
    }

    private static String deferred(Rule rule, RuleCount count, Allowance allowance) {
        String rows = "rule '" + rule.name() + "': " + count.deferred() + " rows ";
        if (allowance.spent(rule)) {
            return rows + "are over the cap of " + allowance.cap(rule).orElseThrow()
                    + " a night, and go on with the next night, the oldest first";
        }
        return allowance.closed()
                ? rows + "are left, because the window had closed"
                : rows + "were locked by others, and are left for the next run";
    }

    private static String late(SweepContext context, long rows) {
        return "the window " + context.settings().sweep().limits().window().orElseThrow() + " closed with " + rows
                + " rows left, which the next night goes on with: begin earlier, or let sweep.window be longer, if that"
                + " happens again";
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
}

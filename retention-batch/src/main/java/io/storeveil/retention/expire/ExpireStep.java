package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.retention.approval.PlanRecords;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.Allowance;
import io.storeveil.retention.plan.Approvals;
import io.storeveil.retention.plan.Family;
import io.storeveil.retention.plan.Found;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Rules;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
        Set<KeyReference> taken = Set.copyOf(transaction.look(connection -> journal.keys(connection, Stubs.RULE)));
        boolean dropped;
        try (Expiring expiring = new Expiring(
                context,
                transaction,
                ownership,
                keys,
                journal,
                allowance,
                stubs,
                rule -> planned.getOrDefault(rule.name(), 0L))) {
            expiring.takeKeys(stubs.ofRowsAlone(), taken);
            expiring.carryOut(approved);
            expiring.takeKeys(stubs.ofRowsAndMore(), taken);
            dropped = expiring.dropped();
        }
        if (dropped) {
            // What a partition alone asked of its table's values at rest, nobody asks any more.
            run(context);
            return;
        }
        stubs(context, records, transaction.run(connection -> journal.rows(connection, Stubs.RULE)));
        List<Family> acting = Family.of(approved, ownership);
        List<Family> families = Family.of(rules, ownership);
        List<Rule> left = new ArrayList<>();
        long late = 0;
        for (Rule rule : rules) {
            RuleSql sql = RuleSql.decided(rule, ownership, run)
                    .takingAlong(Family.along(approved.contains(rule) ? acting : families, rule));
            Found found = transaction.look(
                    sql.settled(),
                    connection -> Found.left(connection, rule, sql, thresholds, done(connection, rule, journal)));
            found.write(context);
            RuleCount count = found.count();
            if (count.eligible() > count.done()) {
                left.add(rule);
            }
            if (found.waiting() > 0 && approved.contains(rule)) {
                records.finding(context.run(), name(), Severity.WARNING, count.table(), waits(rule, found.waiting()));
            }
            long over = count.deferred() - found.waiting();
            if (over > 0 && approved.contains(rule)) {
                late += allowance.closed() && !allowance.spent(rule) ? over : 0;
                records.finding(
                        context.run(),
                        name(),
                        Severity.WARNING,
                        count.table(),
                        Family.owner(acting, rule)
                                .map(head -> goesAlong(rule, over, head))
                                .orElseGet(() -> allowance.leftOver(rule, over)));
            }
        }
        if (late > 0) {
            records.finding(context.run(), name(), Severity.DECISION, null, allowance.late(late));
        }
        shared(transaction, ownership, journal, context);
        for (Finding each : transaction.look(connection -> Dropping.dropped(connection, run))) {
            records.finding(context.run(), each.step(), each.severity(), each.table(), each.text());
        }
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

    private static String waits(Rule rule, long rows) {
        return "rule '" + rule.name() + "': " + rows + " rows are left, because their people wait to be erased whole";
    }

    private static String goesAlong(Rule rule, long rows, Rule head) {
        return "rule '" + rule.name() + "': " + rows + " rows are left, and go along with those of rule '" + head.name()
                + "'";
    }

    private static long done(Connection connection, Rule rule, Journal journal) throws SQLException {
        return journal.done(connection, rule.table().toString()).getOrDefault(rule.name(), 0L);
    }

    private void shared(StoreTransaction transaction, Ownership ownership, Journal journal, SweepContext context)
            throws SQLException {
        for (var table : ownership.childrenFirst()) {
            if (ownership.table(table).shared()) {
                Map<String, Long> done = transaction.run(connection -> journal.done(connection, table.toString()));
                Long gone = done.get(LAST_REFERRER);
                if (gone != null) {
                    Found.gone(table.toString(), LAST_REFERRER, gone).write(context);
                }
            }
        }
    }
}

package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.plan.Allowance;
import io.storeveil.retention.plan.Family;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.SilentTriggers;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/** Carries rules out: parts of a rule at once, in short transactions, what others have locked at the end. */
final class Expiring implements AutoCloseable {

    private static final int WAITING_BATCH = 100;

    private final StoreTransaction transaction;
    private final Ownership ownership;
    private final OwnerKeys keys;
    private final Journal journal;
    private final SweepContext context;
    private final Walkers walkers;
    private final Allowance allowance;
    private final Stubs stubs;
    private final Dropping dropping;
    private final ToLongFunction<Rule> planned;

    /** @param planned how many rows the plan found that a rule may change */
    Expiring(
            SweepContext context,
            StoreTransaction transaction,
            Ownership ownership,
            OwnerKeys keys,
            Journal journal,
            Allowance allowance,
            Stubs stubs,
            ToLongFunction<Rule> planned) {
        this.transaction = transaction;
        this.ownership = ownership;
        this.keys = keys;
        this.journal = journal;
        this.context = context;
        this.walkers = new Walkers(context, transaction, allowance);
        this.allowance = allowance;
        this.stubs = stubs;
        this.dropping = new Dropping(context, transaction, ownership, keys, journal, allowance);
        this.planned = planned;
    }

    /** @param rules children first */
    void carryOut(List<Rule> rules) throws SQLException {
        List<Family> families = Family.of(rules, ownership);
        for (Rule rule : rules) {
            if (families.stream().noneMatch(family -> family.tables().contains(rule.table()))) {
                Family family = families.stream()
                        .filter(each -> each.head().equals(rule))
                        .findFirst()
                        .orElseGet(() -> Family.alone(rule));
                carryOut(family);
                for (Rule below : rules) {
                    if (family.tables().contains(below.table()) && below.kind() != Rule.Kind.DELETE) {
                        carryOut(Family.alone(below));
                    }
                }
            }
            circles(rule, rules);
        }
    }

    /** Behind the last rule of tables that refer to each other, and before those of the tables above. */
    private void circles(Rule rule, List<Rule> rules) throws SQLException {
        List<Rule> together = rules.stream()
                .filter(each -> each.kind() == Rule.Kind.DELETE
                        && ownership.components().stream()
                                .anyMatch(tables -> tables.contains(rule.table()) && tables.contains(each.table())))
                .toList();
        if (!together.isEmpty() && together.get(together.size() - 1).equals(rule)) {
            new Circles(together, transaction, ownership, keys, journal, allowance, context).carryOut();
        }
    }

    /** Rows that go along do so with those that own them, and only what is left of them goes by their own rules. */
    private void carryOut(Family family) throws SQLException {
        Rule head = family.head();
        open(head);
        dropping.carryOut(head);
        rows(family);
        dropping.carryOut(head);
    }

    private void rows(Family family) throws SQLException {
        Rule head = family.head();
        if (together(family)) {
            return;
        }
        rest(family, RuleSql.decided(head, ownership, context.run().id()).takingAlong(family.tables()));
        for (Family.Member member : family.members()) {
            open(member.rule());
            rest(
                    Family.alone(member.rule()),
                    RuleSql.decided(member.rule(), ownership, context.run().id())
                            .behind(family, member));
        }
    }

    /** True if partitions were dropped, and the catalog is another one now. */
    boolean dropped() {
        return dropping.some();
    }

    private void open(Rule rule) throws SQLException {
        if (allowance.cap(rule).isPresent()) {
            transaction.look(connection -> {
                allowance.open(connection, rule);
                return rule;
            });
        }
    }

    /**
     * Where nothing must be let go of first, and no row waits for another of its own table.
     *
     * @return whether all of it is done, and nothing need be looked for row by row
     */
    private boolean together(Family family) throws SQLException {
        Rule head = family.head();
        Sweeping turn = new Sweeping(
                family, ownership, keys, journal, stubs, context.run().id());
        if (!turn.stretches().possible()
                || !family.indexed(ownership)
                || (head.kind() == Rule.Kind.DELETE && tied(head))
                || triggered(head)) {
            return false;
        }
        // The oldest come first only where one worker takes them all, and are counted beforehand only where they are
        // cut by.
        boolean scarce = allowance.scarce(head, planned.applyAsLong(head));
        if (scarce && !turn.stretches().ofRows()) {
            return false;
        }
        Walkers.Walked walked = scarce ? walkers.alone(head, turn) : walkers.together(head, turn, turn.stretches());
        return walked.whole() && turn.stretches().ofRows();
    }

    /**
     * @param looks for keys that go, though the rows stay
     * @param taken by this run, before it was started again
     */
    void takeKeys(List<Rule> looks, Set<KeyReference> taken) throws SQLException {
        for (Rule look : looks) {
            StubKeys turn = new StubKeys(look, stubs, ownership, keys, journal, taken);
            if (transaction.look(turn.settled(), connection -> turn.stretches().count(connection) > 0)) {
                walkers.together(look, turn, turn.stretches());
            }
        }
    }

    /** Row by row the shop's triggers can be kept silent. */
    private boolean triggered(Rule rule) {
        return rule.kind() == Rule.Kind.ANONYMISE && SilentTriggers.wouldFire(ownership.described(rule.table()));
    }

    private boolean tied(Rule rule) {
        return inCycle(rule)
                || !ownership.toShared(rule.table()).isEmpty()
                || !new Dependents(ownership).lettingGo(rule.table()).isEmpty();
    }

    /** What is left of a rule: rows that others had locked get a second look, and then a short wait. */
    private void rest(Family family, RuleSql sql) throws SQLException {
        Rule rule = family.head();
        boolean again = true;
        while (again && left(sql)) {
            long changed = walkers.alone(rule, rowByRow(family, sql, false)).rows();
            if (left(sql)) {
                changed += waiting(family, sql);
            }
            // A row of a table that refers to itself goes after those under it.
            again = changed > 0 && rule.kind() == Rule.Kind.DELETE && inCycle(rule);
        }
    }

    private boolean left(RuleSql sql) throws SQLException {
        return transaction.look(sql.settled(), connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "select exists (select 1 from " + sql.from() + " where " + sql.due() + ")")) {
                return row.next() && row.getBoolean(1);
            }
        });
    }

    private long waiting(Family family, RuleSql sql) throws SQLException {
        try {
            return walkers.alone(family.head(), rowByRow(family, sql, true), WAITING_BATCH)
                    .rows();
        } catch (SQLException failed) {
            if (StoreTransaction.lockTimedOut(failed)) {
                return 0;
            }
            throw failed;
        }
    }

    private Chunk rowByRow(Family family, RuleSql sql, boolean waiting) {
        return new Chunk(family, sql, waiting, ownership, keys, journal, stubs);
    }

    private boolean inCycle(Rule rule) {
        return ownership.catalog().foreignKeysInto(rule.table()).stream()
                        .anyMatch(key -> key.table().equals(rule.table()))
                || ownership.linksInto(rule.table()).stream()
                        .anyMatch(link -> link.from().equals(rule.table()));
    }

    @Override
    public void close() {
        walkers.close();
    }
}

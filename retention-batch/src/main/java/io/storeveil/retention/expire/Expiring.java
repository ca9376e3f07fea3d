package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.plan.Allowance;
import io.storeveil.retention.plan.Family;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Stretches;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.SilentTriggers;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.Brakes;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Carries rules out: parts of a rule at once, in short transactions, what others have locked at the end. */
final class Expiring implements AutoCloseable {

    private static final int WAITING_BATCH = 100;
    /** Parts for each walker, so that one who has been given the harder rows does not finish alone. */
    private static final int PARTS = 4;

    private final StoreTransaction transaction;
    private final Ownership ownership;
    private final OwnerKeys keys;
    private final Journal journal;
    private final String run;
    private final int batch;
    /** One more than statements at once: while the store has the next, what the last one answered is worked on here. */
    private final int walkers;

    private final Semaphore statements;
    private final ExecutorService threads;
    private final Brakes brakes;
    private final Allowance allowance;
    private final Stubs stubs;
    private final Dropping dropping;
    private final ToLongFunction<Rule> planned;
    private final Map<String, List<Stretches.Part>> parts = new HashMap<>();

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
        Settings.Sweep settings = context.settings().sweep();
        this.transaction = transaction;
        this.ownership = ownership;
        this.keys = keys;
        this.journal = journal;
        this.run = context.run().id();
        this.batch = settings.batch();
        // A simulation is one transaction, and so one worker.
        boolean alone = context.run().simulate();
        this.walkers = alone ? 1 : settings.parallelism() + 1;
        this.statements = new Semaphore(alone ? 1 : settings.parallelism());
        this.brakes = context.brakes();
        this.allowance = allowance;
        this.stubs = stubs;
        this.dropping = new Dropping(context, transaction, ownership, keys, journal, allowance);
        this.planned = planned;
        this.threads = Executors.newFixedThreadPool(walkers);
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
            new Circles(together, transaction, ownership, keys, journal, allowance, brakes, run).carryOut();
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
        rest(family, RuleSql.decided(head, ownership, run).takingAlong(family.tables()));
        for (Family.Member member : family.members()) {
            open(member.rule());
            rest(
                    Family.alone(member.rule()),
                    RuleSql.decided(member.rule(), ownership, run).behind(family, member));
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
        Sweeping turn = new Sweeping(family, ownership, keys, journal, stubs, run);
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
        boolean whole = turn.stretches().ofRows();
        for (Walked walked : inParts(head, turn, turn.stretches(), scarce ? 1 : walkers)) {
            whole &= walked.whole();
        }
        return whole;
    }

    /** @param walkers how many may walk at once */
    private List<Walked> inParts(Rule rule, Turn turn, Stretches stretches, int walkers) throws SQLException {
        int number = walkers == 1 ? 1 : walkers * PARTS;
        List<Future<Walked>> walks = parts(stretches, number).stream()
                .map(part -> threads.submit(() -> walk(rule, turn, part, batch)))
                .toList();
        List<Walked> walked = new ArrayList<>();
        for (Future<Walked> walk : walks) {
            walked.add(result(walk));
        }
        return walked;
    }

    /** Bounds are found once for all who walk along them: whatever goes meanwhile, the parts lie beside one another. */
    private List<Stretches.Part> parts(Stretches stretches, int number) throws SQLException {
        String way = number + " of " + stretches.way();
        List<Stretches.Part> found = parts.get(way);
        if (found == null) {
            found = transaction.look(connection -> stretches.parts(connection, number, batch));
            parts.put(way, found);
        }
        return found;
    }

    /**
     * @param looks for keys that go, though the rows stay
     * @param taken by this run, before it was started again
     */
    void takeKeys(List<Rule> looks, Set<KeyReference> taken) throws SQLException {
        for (Rule look : looks) {
            StubKeys turn = new StubKeys(look, stubs, ownership, keys, journal, taken);
            inParts(look, turn, turn.stretches(), walkers);
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
            long changed = walk(rule, rowByRow(family, sql, false), Stretches.Part.WHOLE, batch)
                    .rows();
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
            return walk(family.head(), rowByRow(family, sql, true), Stretches.Part.WHOLE, WAITING_BATCH)
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

    private static Walked result(Future<Walked> walk) throws SQLException {
        try {
            return walk.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SQLException refused) {
                throw refused;
            }
            throw failed.getCause() instanceof RuntimeException wrong ? wrong : new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", "57014", interrupted);
        }
    }

    /** What came of a walk: rows of the rule that were changed, and whether these were all that it looked at. */
    private record Walked(long rows, boolean whole) {}

    private Walked walk(Rule rule, Turn turn, Stretches.Part part, int longest) throws SQLException {
        Stride stride = new Stride(longest);
        long changed = 0;
        boolean whole = true;
        List<String> after = null;
        while (true) {
            int rows = rule.kind() == Rule.Kind.KEYS ? stride.rows() : allowance.take(rule, stride.rows());
            if (rows == 0) {
                return new Walked(changed, false);
            }
            Turn.Outcome outcome;
            try {
                outcome = take(turn, part, after, rows);
                allowance.giveBack(rule, rows - outcome.rows());
                stride.kept();
            } catch (SQLException failed) {
                allowance.giveBack(rule, rows);
                if (StoreTransaction.statementTimedOut(failed) && stride.shorten()) {
                    continue;
                }
                throw failed;
            }
            changed += outcome.rows();
            whole &= outcome.whole();
            if (outcome.end()) {
                return new Walked(changed, whole);
            }
            after = outcome.last();
        }
    }

    private Turn.Outcome take(Turn turn, Stretches.Part part, @Nullable List<String> after, int rows)
            throws SQLException {
        brakes.release();
        statements.acquireUninterruptibly();
        AtomicBoolean answered = new AtomicBoolean();
        Runnable next = () -> {
            if (answered.compareAndSet(false, true)) {
                statements.release();
            }
        };
        StoreTransaction.Work<Turn.Outcome> work = connection -> turn.take(connection, part, after, rows, next);
        try {
            return turn.worthAnother() ? transaction.run(turn.opening(), work) : transaction.once(turn.opening(), work);
        } finally {
            next.run();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

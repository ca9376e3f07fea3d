package io.storeveil.retention.expire;

import io.storeveil.retention.plan.Allowance;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.Stretches;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.Brakes;
import io.storeveil.retention.sweep.SweepContext;
import io.storeveil.retention.sweep.Workers;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Those who take a rule's rows, each along a part of the walk, turn by turn and as long as the allowance and the brakes let them. */
final class Walkers implements AutoCloseable {

    /** What came of a walk: rows of the rule that were changed, and whether these were all that it looked at. */
    record Walked(long rows, boolean whole) {

        Walked and(Walked other) {
            return new Walked(rows + other.rows, whole && other.whole);
        }
    }

    private static final Walked NOTHING = new Walked(0, true);

    private final StoreTransaction transaction;
    private final Allowance allowance;
    private final Brakes brakes;
    private final int batch;
    private final int walkers;

    private final Semaphore statements;
    private final Workers threads;

    Walkers(SweepContext context, StoreTransaction transaction, Allowance allowance) {
        Settings.Sweep settings = context.settings().sweep();
        this.transaction = transaction;
        this.allowance = allowance;
        this.brakes = context.brakes();
        this.batch = settings.batch();
        // While the store has one's statement, another works on its own answer; a third would take the processor from
        // two.
        this.walkers = context.run().simulate() ? 1 : Math.max(2, settings.parallelism());
        this.statements = new Semaphore(context.parallelism());
        this.threads = new Workers(walkers);
    }

    /** All of them at once, where the walk can be parted. */
    Walked together(Rule rule, Turn turn, Stretches stretches) throws SQLException {
        if (walkers == 1 || !stretches.partable()) {
            return alone(rule, turn);
        }
        // Shorter than a batch, so that the rest of its last moment still goes with it, in one stretch.
        long rows = Math.max(1, batch * 4L / 5);
        Parts parts = new Parts(transaction.look(connection -> stretches.parts(connection, rows)), walkers);
        return threads
                .all(IntStream.range(0, walkers)
                        .<Workers.Task<Walked>>mapToObj(i -> () -> walk(rule, turn, parts, i, batch))
                        .toList())
                .stream()
                .reduce(NOTHING, Walked::and);
    }

    /** One from the beginning to the end. */
    Walked alone(Rule rule, Turn turn) throws SQLException {
        return alone(rule, turn, batch);
    }

    /** @param longest how many rows a transaction takes at most */
    Walked alone(Rule rule, Turn turn, int longest) throws SQLException {
        return walk(rule, turn, new Parts(List.of(Stretches.Part.WHOLE), 1), 0, longest);
    }

    private Walked walk(Rule rule, Turn turn, Parts parts, int walker, int longest) throws SQLException {
        Stride stride = new Stride(longest);
        Walked walked = NOTHING;
        try {
            for (Stretches.Part part = parts.next(walker); part != null; part = parts.next(walker)) {
                walked = walked.and(walk(rule, turn, part, stride, parts));
            }
            return walked;
        } finally {
            // After an error, nobody else goes on either.
            parts.end();
        }
    }

    private Walked walk(Rule rule, Turn turn, Stretches.Part part, Stride stride, Parts parts) throws SQLException {
        Walked walked = NOTHING;
        List<String> after = null;
        while (true) {
            int rows = rule.kind() == Rule.Kind.KEYS ? stride.rows() : allowance.take(rule, stride.rows());
            if (rows == 0) {
                parts.end();
                return walked.and(new Walked(0, false));
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
            walked = walked.and(new Walked(outcome.rows(), outcome.whole()));
            if (outcome.end()) {
                return walked;
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
        StoreTransaction.Work<Turn.Outcome> work = connection -> {
            if (answered.getAndSet(false)) {
                // Tried again, after it had let another go before.
                statements.acquireUninterruptibly();
            }
            return turn.take(connection, part, after, rows, next);
        };
        try {
            return turn.worthAnother() ? transaction.run(turn.opening(), work) : transaction.once(turn.opening(), work);
        } finally {
            next.run();
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}

package io.storeveil.retention.expire;

import io.storeveil.retention.plan.Allowance;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.Stretches;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.Brakes;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    /** One more than statements at once: while the store has the next, what the last one answered is worked on here. */
    private final int walkers;

    private final Semaphore statements;
    private final ExecutorService threads;

    Walkers(SweepContext context, StoreTransaction transaction, Allowance allowance) {
        Settings.Sweep settings = context.settings().sweep();
        // A simulation is one transaction, and so one worker.
        boolean alone = context.run().simulate();
        this.transaction = transaction;
        this.allowance = allowance;
        this.brakes = context.brakes();
        this.batch = settings.batch();
        this.walkers = alone ? 1 : settings.parallelism() + 1;
        this.statements = new Semaphore(alone ? 1 : settings.parallelism());
        this.threads = Executors.newFixedThreadPool(walkers);
    }

    /** All of them at once, where the walk can be parted. */
    Walked together(Rule rule, Turn turn, Stretches stretches) throws SQLException {
        if (walkers == 1 || !stretches.partable()) {
            return alone(rule, turn);
        }
        Parts parts = new Parts();
        List<Future<Walked>> walks = IntStream.range(0, walkers)
                .mapToObj(i -> threads.submit(() -> walk(rule, turn, parts, batch)))
                .toList();
        find(parts, stretches);
        Walked walked = NOTHING;
        for (Future<Walked> walk : walks) {
            walked = walked.and(result(walk));
        }
        return walked;
    }

    /**
     * A part is shorter than a batch, so that its one stretch need not be looked for among more rows, and that further rows
     * of its last moment still go with it. All are found soon, before rows that have gone make the index slow to read.
     */
    private void find(Parts parts, Stretches stretches) throws SQLException {
        long rows = Math.max(1, batch * 4L / 5);
        try {
            Optional<String> end;
            String behind = null;
            do {
                String from = behind;
                end = transaction.look(connection -> stretches.bound(connection, from, rows));
                parts.found(end);
                behind = end.orElse(null);
            } while (behind != null && !parts.ended());
        } catch (SQLException | RuntimeException failed) {
            parts.end();
            throw failed;
        }
    }

    /** One from the beginning to the end. */
    Walked alone(Rule rule, Turn turn) throws SQLException {
        return alone(rule, turn, batch);
    }

    /** @param longest how many rows a transaction takes at most */
    Walked alone(Rule rule, Turn turn, int longest) throws SQLException {
        return walk(rule, turn, Parts.one(), longest);
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
            throw interrupted(interrupted);
        }
    }

    private static SQLException interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new SQLException("interrupted", "57014", interrupted);
    }

    private Walked walk(Rule rule, Turn turn, Parts parts, int longest) throws SQLException {
        Stride stride = new Stride(longest);
        Walked walked = NOTHING;
        try {
            for (Stretches.Part part = parts.next(); part != null; part = parts.next()) {
                walked = walked.and(walk(rule, turn, part, stride, parts));
            }
            return walked;
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
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

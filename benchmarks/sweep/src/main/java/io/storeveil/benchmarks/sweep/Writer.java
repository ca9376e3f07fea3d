package io.storeveil.benchmarks.sweep;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The shop's own work on the tables that are swept, as pgbench with a rate: so many transactions a second, each begun when
 * it is due, and the time it waits for the one before counts as its own.
 */
final class Writer implements AutoCloseable {

    private static final long APART = TimeUnit.MILLISECONDS.toNanos(10);

    private final Cluster cluster;
    private final String database;
    private final int customers;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final List<Long> latencies = new ArrayList<>();
    private volatile boolean ended;

    Writer(Cluster cluster, String database, int customers) {
        this.cluster = cluster;
        this.database = database;
        this.customers = customers;
    }

    /** Milliseconds that the median and the 99th of a hundred transactions took, while the work was done. */
    record Latency(double median, double p99, int transactions) {}

    Latency beside(Callable<?> work) throws Exception {
        Future<?> writing = thread.submit(() -> {
            write();
            return null;
        });
        work.call();
        ended = true;
        try {
            writing.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the writer was refused", failed.getCause());
        }
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Latency(at(sorted, 50), at(sorted, 99), sorted.length);
    }

    private static double at(long[] sorted, int hundredth) {
        return sorted[Math.min(sorted.length - 1, sorted.length * hundredth / 100)] / 1e6;
    }

    private void write() throws SQLException {
        try (Connection connection = cluster.connect(database);
                PreparedStatement customer =
                        connection.prepareStatement("update customer set last_login_at = now() where id = ?");
                PreparedStatement order = connection.prepareStatement(
                        "insert into orders values (?, ?, 'open', 9.99, 'gift', now()) on conflict do nothing");
                PreparedStatement line = connection.prepareStatement(
                        "insert into order_line values (?, 1, 7, 1, 9.99, null) on conflict do nothing");
                PreparedStatement look =
                        connection.prepareStatement("select sum(total) from orders where customer_id = ?")) {
            connection.setAutoCommit(false);
            long id = 1_000_000_000;
            for (long due = System.nanoTime(); !ended; due += APART) {
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                long person = ThreadLocalRandom.current().nextLong(customers) + 1;
                customer.setLong(1, person);
                customer.executeUpdate();
                order.setLong(1, ++id);
                order.setLong(2, person);
                order.executeUpdate();
                line.setLong(1, id);
                line.executeUpdate();
                look.setLong(1, person);
                look.execute();
                connection.commit();
                latencies.add(System.nanoTime() - due);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

package io.storeveil.benchmarks.sweep;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The loops that a DBA runs at night, by keyset over the index on the date: no journal, no holds, no check, no second
 * look, no approval.
 */
final class HandWritten {

    private static final int BATCH = 5_000;
    private static final List<String> ERASE = Stream.of(
                    "order_line a using orders o where a.orders_id = o.id and o.",
                    "payment a using orders o where a.orders_id = o.id and o.",
                    "shipment a using orders o where a.orders_id = o.id and o.",
                    "ticket_message a using ticket o where a.ticket_id = o.id and o.",
                    "wishlist_item a using wishlist o where a.wishlist_id = o.id and o.",
                    "address where ",
                    "orders where ",
                    "ticket where ",
                    "review where ",
                    "wishlist where ",
                    "session where ")
            .map(delete -> "delete from " + delete + "customer_id = ?")
            .toList();

    private final Cluster cluster;
    private final String database;

    HandWritten(Cluster cluster, String database) {
        this.cluster = cluster;
        this.database = database;
    }

    /** @return rows that are gone */
    long deleteOrders(int workers) throws Exception {
        return inRanges(
                "orders",
                "placed_at",
                Nights.BOOKS_OVER,
                workers,
                List.of("delete from order_line where order_id = any(?)", "delete from orders where id = any(?)"));
    }

    /** @return customers without a name */
    long anonymiseCustomers(int workers) throws Exception {
        return inRanges(
                "customer",
                "last_login_at",
                Nights.CONTRACT_OVER,
                workers,
                List.of(
                        "update customer set email = 'redacted-' || id, first_name = 'redacted', last_name = 'redacted',"
                                + " phone = 'redacted', street = 'redacted' where id = any(?)"));
    }

    /** As engines for privacy requests do it: each row by its key, found one by one, in a transaction of its own. */
    long deleteOrdersRowByRow(int orders) throws SQLException {
        long changed = 0;
        try (Connection connection = cluster.connect(database);
                PreparedStatement next = connection.prepareStatement("select id from orders where placed_at < '"
                        + Nights.BOOKS_OVER + "' order by placed_at limit " + orders);
                PreparedStatement lines =
                        connection.prepareStatement("select line from order_line where order_id = ?");
                PreparedStatement line =
                        connection.prepareStatement("delete from order_line where order_id = ? and line = ?");
                PreparedStatement order = connection.prepareStatement("delete from orders where id = ?");
                ResultSet row = next.executeQuery()) {
            while (row.next()) {
                long id = row.getLong(1);
                lines.setLong(1, id);
                try (ResultSet below = lines.executeQuery()) {
                    while (below.next()) {
                        line.setLong(1, id);
                        line.setInt(2, below.getInt(1));
                        changed += line.executeUpdate();
                    }
                }
                order.setLong(1, id);
                changed += order.executeUpdate();
            }
        }
        return changed;
    }

    /** Person by person, one transaction each, down the twelve tables by their indexes. */
    long erase(int people) throws SQLException {
        long changed = 0;
        try (Connection connection = cluster.connect(database)) {
            connection.setAutoCommit(false);
            for (int person = 1; person <= people; person++) {
                for (String sql : ERASE) {
                    changed += delete(connection, sql, person);
                }
                changed += delete(connection, "delete from customer where id = ?", person);
                connection.commit();
            }
        }
        return changed;
    }

    private static int delete(Connection connection, String sql, long person) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setLong(1, person);
            return delete.executeUpdate();
        }
    }

    private long inRanges(String table, String clock, String over, int workers, List<String> statements)
            throws Exception {
        List<String> bounds = bounds(table, clock, over, workers);
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            List<Future<Long>> parts = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                String from = bounds.get(i);
                String to = bounds.get(i + 1);
                parts.add(threads.submit(() -> loop(table, clock, from, to, statements)));
            }
            long rows = 0;
            for (Future<Long> part : parts) {
                rows += part.get();
            }
            return rows;
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } finally {
            threads.shutdown();
        }
    }

    private List<String> bounds(String table, String clock, String over, int workers) throws SQLException {
        List<String> bounds = new ArrayList<>(List.of("-infinity"));
        for (int i = 1; i < workers; i++) {
            bounds.add(cluster.one(
                    database,
                    "select %2$s from %1$s where %2$s < '%3$s' order by %2$s offset (select count(*) * %4$d / %5$d from %1$s where %2$s < '%3$s') limit 1"
                            .formatted(table, clock, over, i, workers)));
        }
        bounds.add(over);
        return bounds;
    }

    private long loop(String table, String clock, String from, String to, List<String> statements) throws SQLException {
        long changed = 0;
        try (Connection connection = cluster.connect(database);
                PreparedStatement next = connection.prepareStatement(
                        "select id, %2$s::text as at from %1$s where %2$s >= ?::timestamptz and (%2$s, id) > (?::timestamptz, ?) and %2$s < '%3$s' order by %2$s, id limit %4$d"
                                .formatted(table, clock, to, BATCH))) {
            connection.setAutoCommit(false);
            String time = from;
            long id = 0;
            while (true) {
                next.setString(1, time);
                next.setString(2, time);
                next.setLong(3, id);
                List<Long> ids = new ArrayList<>(BATCH);
                try (ResultSet row = next.executeQuery()) {
                    while (row.next()) {
                        id = row.getLong(1);
                        time = row.getString(2);
                        ids.add(id);
                    }
                }
                if (ids.isEmpty()) {
                    connection.commit();
                    return changed;
                }
                Array batch = connection.createArrayOf("bigint", ids.toArray());
                for (String sql : statements) {
                    try (PreparedStatement change = connection.prepareStatement(sql)) {
                        change.setArray(1, batch);
                        changed += change.executeUpdate();
                    }
                }
                connection.commit();
            }
        }
    }
}

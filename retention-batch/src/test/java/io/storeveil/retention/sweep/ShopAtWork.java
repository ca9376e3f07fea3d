package io.storeveil.retention.sweep;

import io.storeveil.keys.OwnerId;
import io.storeveil.retention.store.Fences;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A shop that goes on selling while it is swept: new customers with an order, changes of orders, young and long over, and
 * now and then a legal hold on somebody whose time is over. What it did can be done again in another store.
 */
final class ShopAtWork implements Runnable {

    private static final int NEW = 100_000;

    private final Shop shop;
    private final Random random;
    private final List<String> done = new ArrayList<>();
    private final Set<Integer> held = new TreeSet<>();
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;
    private int inserted;

    ShopAtWork(Shop shop, long seed) {
        this.shop = shop;
        this.random = new Random(seed);
    }

    /** A person's rows as one text. */
    static String rowsOf(String customer) {
        return "((select c::text from customer c where c.id = " + customer + ") || coalesce((select string_agg(o::text,"
                + " ';' order by o.id) from orders o where o.customer_id = " + customer + "), '')"
                + " || coalesce((select string_agg(l::text, ';' order by l.order_id) from order_line l join orders o on"
                + " o.id = l.order_id where o.customer_id = " + customer + "), ''))";
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                work();
                Thread.sleep(random.nextInt(20));
            }
        } catch (Exception failed) {
            failure = failed;
        }
    }

    private void work() throws Exception {
        int what = random.nextInt(20);
        if (what < 8) {
            int id = NEW + inserted;
            change("insert into customer values (%1$d, 'n%1$d@x.example', 'N', 'h', '2026-11-20', null, null)"
                            .formatted(id)
                    + " on conflict do nothing; insert into orders values (%1$d, %1$d, 'N', 1, 'open', '2026-11-20')"
                            .formatted(id)
                    + " on conflict do nothing; insert into order_line values (%1$d, 1, 'thing', 'N')".formatted(id)
                    + " on conflict do nothing");
            inserted++;
        } else if (what < 14) {
            // Of those whose time is not over, and who have not asked to be forgotten.
            int customer = 1151 + 3 * random.nextInt(1600);
            change("update orders set total = %d where id = %d".formatted(random.nextInt(1000), 4 * customer));
        } else if (what < 18) {
            // Somebody else's hands on rows that the sweep is after.
            attempt("update orders set total = total where id = %d".formatted(4 * overdue()));
        } else {
            hold(overdue());
        }
    }

    private int overdue() {
        return 1002 + 3 * random.nextInt(1660);
    }

    /** Until it is done, however often PostgreSQL starts anew. */
    private void change(String sql) throws InterruptedException {
        while (!attempt(sql)) {
            Thread.sleep(50);
        }
        done.add(sql);
    }

    private boolean attempt(String sql) {
        try (Connection store = shop.store.getConnection();
                Statement statement = store.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException restarting) {
            return false;
        }
    }

    /** As the hold command does it: under the person's fence, against which no sweep is at work on their rows. */
    private void hold(int customer) {
        try (Connection store = shop.store.getConnection()) {
            store.setAutoCommit(false);
            Fences.close(store, shop.keys.current().reference(OwnerId.of("public.customer", List.of("" + customer))));
            try (PreparedStatement hold = store.prepareStatement(
                            "insert into storeveil.hold (id, subject_kind, subject_key) select 'H-' || id, 'customer',"
                                    + " id::text from customer where id = ? on conflict do nothing");
                    PreparedStatement witness =
                            store.prepareStatement("insert into storeveil.witness select 'H-' || id," + " id, "
                                    + rowsOf("customer.id") + " from customer where id = ? on conflict do nothing")) {
                hold.setInt(1, customer);
                hold.executeUpdate();
                witness.setInt(1, customer);
                witness.executeUpdate();
            }
            store.commit();
        } catch (SQLException restarting) {
            // whether it is there, the store knows
        }
    }

    void stop() {
        stopped = true;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    int inserted() {
        return inserted;
    }

    /** Of customers. */
    Set<Integer> held() {
        if (held.isEmpty()) {
            shop.rows("select customer from storeveil.witness")
                    .forEach(row -> held.add(Integer.parseInt(row.replaceAll("[()]", ""))));
        }
        return held;
    }

    /** What has lasted, holds left out. */
    void repeat(Shop other) {
        done.forEach(other::sql);
    }
}

package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * SIGKILL where the replay of erasures in a restored store has written one database and not yet the other, and inside of one
 * person's erasure; then the same command again.
 */
class KilledReplayIT {

    private static final List<String> TABLES =
            List.of("customer", "orders", "order_line", "message", "audit", "note", "address", "product_review");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void killedBetweenTheTwoDatabases_andAmidAPerson_itEndsAsTheFirstErasuresDid_andErasesEachOnce() throws Exception {
        RestoredShop restored = RestoredShop.open(directory, "created: created_at");
        Shop shop = restored.shop;
        shop.sql("insert into orders values (1022, 22, 'Vic', 9, 'done', '2026-10-01')");
        shop.sql("insert into message values (1022, null, 22, 'Vic asks', '2026-10-01')");
        shop.sweep();
        restored.backUp();
        erase(shop, "21", "22", "24");
        List<String> erased = everything(shop);
        restored.putBack();
        assertThat(everything(shop)).isNotEqualTo(erased);
        assertThat(shop.sweep().exitCode()).isEqualTo(3);
        restored.approve();

        killedAtTheLockOf(shop.control, "lock table storeveil.epoch in exclusive mode", shop);
        assertThat(restored.ledger("restore-adopted"))
                .as("written to the store alone")
                .isEmpty();
        assertThat(shop.rows("select 1 from storeveil.journal where rule = 'restored'"))
                .hasSize(1);

        killedAtTheLockOf(shop.control, lockOfPerson("R-21"), shop);
        assertThat(done(shop)).as("written to the store alone").containsExactly("(R-21,1)");
        assertThat(restored.ledger("erased-again-after-restore")).isEmpty();

        killedAtTheLockOf(shop.store, "select from message where customer_id = 22 for update", shop);
        assertThat(done(shop)).as("half of a person is nothing").containsExactly("(R-21,1)");
        assertThat(shop.rows("select name from customer where id = 22")).containsExactly("(Vic)");

        Sweep.Outcome ended = shop.sweep();

        assertThat(ended.run().attempt()).as("the run that was killed").isEqualTo(4);
        assertThat(everything(shop)).isEqualTo(erased);
        assertThat(done(shop)).containsExactly("(R-21,1)", "(R-22,1)", "(R-24,1)");
        assertThat(restored.ledger("restore-adopted")).hasSize(1);
        assertThat(restored.ledger("erased-again-after-restore")).hasSize(3);
        assertThat(shop.sweep().run().attempt()).isEqualTo(5);
        assertThat(done(shop)).as("nothing is done again").hasSize(3);
        assertThat(everything(shop)).isEqualTo(erased);
    }

    /** Of the second an order stays, and whose it is, for the books. */
    private static void erase(Shop shop, String... customers) throws Exception {
        for (String customer : customers) {
            shop.eraseByRequest("R-" + customer, "customer", customer);
        }
        shop.sweep();
        shop.requestsHaveEnded();
        assertThat(shop.rows("select id, name from customer where id > 20"))
                .containsExactly("(22,redacted)", "(23,Wim)");
    }

    private static List<String> everything(Shop shop) {
        List<String> rows = new ArrayList<>();
        TABLES.forEach(table -> rows.addAll(shop.rows("select '" + table + "', * from " + table)));
        return rows;
    }

    private static List<String> done(Shop shop) {
        return shop.rows("select request, count(*) from storeveil.journal where rule = 'request-done' group by 1");
    }

    private static String lockOfPerson(String request) {
        return "select from storeveil.restored_person where request = '" + request + "' for update";
    }

    /** Starts the command, and kills it when it stands at a lock that nobody gives it. */
    private void killedAtTheLockOf(DataSource database, String lock, Shop shop) throws Exception {
        try (Connection holder = database.getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute(lock);
            Process sweep = SweepProcess.start(directory, shop, 0, 5000);
            while (sweep.isAlive() && !waitsForALock(database)) {
                Thread.sleep(10);
            }
            assertThat(sweep.isAlive()).as("at work when it is killed").isTrue();
            sweep.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
            holder.rollback();
        }
    }

    private static boolean waitsForALock(DataSource database) {
        return JdbcClient.create(database)
                .sql("select exists (select from pg_stat_activity where datname = current_database()"
                        + " and wait_event_type = 'Lock')")
                .query(Boolean.class)
                .single();
    }
}

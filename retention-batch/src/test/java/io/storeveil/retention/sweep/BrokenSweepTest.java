package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.control.StepStatus;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.testing.Cable;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What breaks while a sweep is at work ends it with its reason, and the same call afterwards does the rest. */
class BrokenSweepTest {

    private static final String MANY =
            """
            insert into orders select i, null, 'Guest', 1, 'done', timestamp '2010-01-01' + i * interval '1 hour'
                from generate_series(1000, 3000) i;
            insert into order_line select i, l, 'thing', null from generate_series(1000, 3000) i,
                generate_series(1, 2) l""";
    /** The sweep meets it at the order in the middle, and stands there. */
    private static final String STANDS =
            """
            create schema if not exists storeveil;
            create table storeveil.gate (shut bool);
            insert into storeveil.gate values (true);
            create function stand() returns trigger language plpgsql as $$
            begin
                while old.id = 2000 and exists (select from storeveil.gate where shut) loop
                    perform pg_sleep(0.05);
                end loop;
                return old;
            end $$;
            create trigger stand before delete on orders for each row execute function stand()""";

    private static final EmbeddedPostgres SERVER = StoreServer.running();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Shop shop;

    @BeforeEach
    void openShop() throws Exception {
        shop = Shop.open(directory);
        shop.sql(MANY);
        shop.approveEverything();
        shop.pace = shop.pace.withBatch(100).withParallelism(1);
    }

    @Test
    void aBackendThatIsEnded_endsTheSweep() throws Exception {
        shop.sql(STANDS);

        Sweep.Outcome broken = brokenBy(() -> shop.rows("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and wait_event = 'PgSleep'"));

        assertThat(failure(broken))
                .contains("the database ended the connection")
                .contains("57P01")
                .contains("start the same command again");
        completesAfter(broken);
    }

    @Test
    void aSweepThatCouldNotSayHowItEnded_isResumed() throws Exception {
        shop.sql(STANDS);
        Sweep.Outcome broken = brokenBy(() -> shop.rows("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and wait_event = 'PgSleep'"));

        JdbcClient control = JdbcClient.create(shop.control);
        assertThat(control.sql(
                                "update storeveil.batch_step_execution set status = 'UNKNOWN' where step_name = 'expire'")
                        .update())
                .isEqualTo(1);
        assertThat(control.sql("update storeveil.batch_job_execution set status = 'UNKNOWN', end_time = null")
                        .update())
                .isEqualTo(1);

        completesAfter(broken);
    }

    @Test
    void aStatementThatTakesTooLong_isHalved_andThenEndsTheSweep() throws Exception {
        shop.sql(STANDS);
        Settings.Sweep patient = shop.pace;
        shop.pace = shop.pace.withStatementTimeout(Duration.ofMillis(300));

        Sweep.Outcome broken = shop.sweep();

        assertThat(failure(broken))
                .contains("a statement took longer than it may")
                .contains("57014");
        assertThat(shop.count("orders where id between 1000 and 1900"))
                .as("what lies before the slow row")
                .isZero();
        shop.pace = patient;
        completesAfter(broken);
    }

    @Test
    void aLostWayToTheStore_endsTheSweep() throws Exception {
        try (Cable cable = new Cable(SERVER.getPort())) {
            Shop far = shop.reachedBy(cable.port(), SERVER.getPort());
            far.pace = shop.pace;
            shop.sql(STANDS);

            Sweep.Outcome broken = brokenBy(far, cable::cut);

            assertThat(failure(broken))
                    .contains("the connection to it broke")
                    .contains("; the store does not answer")
                    .doesNotContain("the control database does not answer");
            assertThatThrownBy(far::sweep)
                    .isInstanceOf(StepFailed.class)
                    .hasMessageContaining("no sweep was started: the store at jdbc:postgresql:")
                    .hasMessageContaining("then start the same command again");
            cable.join();
            completesAfter(broken);
        }
    }

    @Test
    void aFullDisk_endsTheSweep() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(mounted(disk), "needs the right to mount a file system of 1 MB");
        try {
            JdbcClient server = JdbcClient.create(SERVER.getPostgresDatabase());
            server.sql("create tablespace small location '" + Files.createDirectory(disk.resolve("space")) + "'")
                    .update();
            StoreSchema.open(shop.store);
            shop.sql("alter table storeveil.journal set tablespace small");
            Path filler = disk.resolve("filler");
            fill(filler);

            Sweep.Outcome broken = shop.sweep();

            assertThat(failure(broken)).contains("the database's disk is full").contains("53100");
            Files.delete(filler);
            completesAfter(broken);
            shop.sql("alter table storeveil.journal set tablespace pg_default");
            server.sql("drop tablespace small").update();
        } finally {
            new ProcessBuilder("umount", disk.toString()).inheritIO().start().waitFor(30, TimeUnit.SECONDS);
        }
    }

    private static boolean mounted(Path disk) throws Exception {
        try {
            Process mount =
                    new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()).start();
            return mount.waitFor(30, TimeUnit.SECONDS) && mount.exitValue() == 0;
        } catch (java.io.IOException noSuchCommand) {
            return false;
        }
    }

    private static void fill(Path filler) {
        try (var out = Files.newOutputStream(filler)) {
            byte[] page = new byte[4096];
            while (true) {
                out.write(page);
            }
        } catch (java.io.IOException full) {
            // as meant
        }
    }

    @Test
    void aSlotThatIsLost_endsTheSweepBeforeAnythingGoes() throws Exception {
        JdbcClient server = JdbcClient.create(SERVER.getPostgresDatabase());
        String slot = "lost" + System.nanoTime();
        shop.rows("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
        try {
            server.sql("alter system set max_slot_wal_keep_size = '1MB'").update();
            shop.rows("select pg_reload_conf()");
            while (shop.count("pg_replication_slots where slot_name = '" + slot + "' and wal_status = 'lost'") == 0) {
                shop.rows("select pg_switch_wal()");
                shop.sql("create table if not exists wal (t text); insert into wal select repeat('w', 1000) from"
                        + " generate_series(1, 1000)");
                shop.sql("checkpoint");
            }
        } finally {
            server.sql("alter system reset max_slot_wal_keep_size").update();
            shop.rows("select pg_reload_conf()");
        }
        shop.sql("drop table wal");
        long orders = shop.count("orders");

        Sweep.Outcome broken = shop.sweep();

        assertThat(failure(broken))
                .contains("replication slot " + slot + " is lost")
                .contains("Drop the slot");
        assertThat(shop.count("orders")).isEqualTo(orders);
        shop.rows("select pg_drop_replication_slot('" + slot + "')");
        completesAfter(broken);
    }

    private Sweep.Outcome brokenBy(Runnable trouble) throws Exception {
        return brokenBy(shop, trouble);
    }

    /** Begins a sweep, waits until it stands at the row in the middle, and lets the trouble begin. */
    private Sweep.Outcome brokenBy(Shop sweeping, Runnable trouble) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Sweep.Outcome> sweep = thread.submit(sweeping::sweep);
            while (!sweep.isDone()
                    && shop.count("pg_stat_activity where datname = current_database() and state = 'active'"
                                    + " and wait_event = 'PgSleep'")
                            == 0) {
                Thread.sleep(20);
            }
            trouble.run();
            return sweep.get(3, TimeUnit.MINUTES);
        } finally {
            thread.shutdownNow();
        }
    }

    private String failure(Sweep.Outcome broken) {
        assertThat(broken.exitCode()).isOne();
        List<StepRecord> failed = shop.records().steps(broken.run().id()).stream()
                .filter(step -> step.status() == StepStatus.FAILED)
                .toList();
        assertThat(failed).hasSize(1);
        return failed.get(0).detail();
    }

    private void completesAfter(Sweep.Outcome broken) throws Exception {
        if (shop.count("pg_class where relname = 'gate'") > 0) {
            shop.sql("update storeveil.gate set shut = false");
        }
        Sweep.Outcome resumed = shop.sweep();
        assertThat(resumed.run()).isEqualTo(broken.run());
        allIsDone(resumed);
    }

    private void allIsDone(Sweep.Outcome resumed) {
        assertThat(resumed.exitCode())
                .as("findings: %s", shop.records().findings(resumed.run().id()))
                .isZero();
        assertThat(shop.count("orders where id >= 1000") + shop.count("order_line where order_id >= 1000"))
                .isZero();
        assertThat(shop.records().counts(resumed.run().id())).allMatch(RuleCount::closes);
        assertThat(shop.rows("select sum(rows) from storeveil.journal where table_name = 'public.orders'"
                        + " and action = 'delete' and rule = 'delete public.orders'"))
                .as("each once")
                .containsExactly("(" + (2001 + 4) + ")");
    }
}

package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.control.StepStatus;
import io.storeveil.retention.settings.Settings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A streaming replica that really falls behind: the sweep waits for it, ends when that takes too long, and goes on. */
class LaggingReplicaIT {

    private static final Set<String> OF_THE_RUNNING_SERVER =
            Set.of("postmaster.pid", "postmaster.opts", "epg-lock", "pg_replslot");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aReplicaThatIsBehind_holdsTheSweepBack_untilItHasCaughtUp() throws Exception {
        Path data = directory.resolve("primary");
        try (EmbeddedPostgres primary =
                        EmbeddedPostgres.builder().setDataDirectory(data).start();
                EmbeddedPostgres replica = started(copied(primary, data))) {
            JdbcClient server = JdbcClient.create(primary.getPostgresDatabase());
            JdbcClient behind = JdbcClient.create(replica.getPostgresDatabase());
            Shop shop = shop(primary);
            Settings.Brakes brakes = shop.pace.brakes();
            shop.pace = shop.pace.with(new Settings.Brakes(
                    brakes.slotLag(), Duration.ofSeconds(1), Duration.ofSeconds(1), brakes.pauseFile()));
            behind.sql("select pg_wal_replay_pause()::text").query(String.class).list();
            while (lag(server) < 3) {
                server.sql("select pg_logical_emit_message(false, 'test', 'x')::text")
                        .query(String.class)
                        .single();
                Thread.sleep(100);
            }

            Sweep.Outcome broken = shop.sweep();

            failed(shop, broken)
                    .matches("the sweep has waited for PT1S: a replica is \\d+ s behind; allowed are 1; the same"
                            + " command goes on once that is over");
            assertThat(shop.count("orders")).isEqualTo(9);

            shop.pace = shop.pace.with(new Settings.Brakes(
                    brakes.slotLag(), Duration.ofSeconds(1), Duration.ofMinutes(5), brakes.pauseFile()));
            Sweep.Outcome resumed = sweptWhileItCatchesUp(shop, behind);

            assertThat(resumed.run()).isEqualTo(broken.run());
            assertThat(resumed.exitCode()).isZero();
            assertThat(shop.count("orders where id = 70")).isZero();
        }
    }

    @Test
    void aReplicaThatIsAway_holdsTheSweepBackByItsSlot_untilItIsBack() throws Exception {
        Path data = directory.resolve("primary");
        try (EmbeddedPostgres primary =
                EmbeddedPostgres.builder().setDataDirectory(data).start()) {
            JdbcClient server = JdbcClient.create(primary.getPostgresDatabase());
            server.sql("select pg_create_physical_replication_slot('standby', true)::text")
                    .query(String.class)
                    .single();
            Path copy = copied(primary, data);
            try (EmbeddedPostgres replica = started(copy)) {
                follows(replica, server);
            }
            while (connected(server)) {
                Thread.sleep(100);
            }
            Shop shop = shop(primary);
            Settings.Brakes brakes = shop.pace.brakes();
            shop.pace = shop.pace.with(
                    new Settings.Brakes(32 << 20, brakes.replicaLag(), Duration.ofSeconds(1), brakes.pauseFile()));
            server.sql("select count(pg_logical_emit_message(false, 'test', repeat('x', 1 << 20)))"
                            + " from generate_series(1, 40)")
                    .query(Long.class)
                    .single();

            Sweep.Outcome broken = shop.sweep();

            failed(shop, broken)
                    .matches("the sweep has waited for PT1S: a replication slot holds back \\d+ MB of the store's log;"
                            + " allowed are 32; nobody is connected to slot standby; the same command goes on once"
                            + " that is over");
            assertThat(shop.count("orders")).isEqualTo(9);

            shop.pace = shop.pace.with(
                    new Settings.Brakes(32 << 20, brakes.replicaLag(), Duration.ofMinutes(5), brakes.pauseFile()));
            try (EmbeddedPostgres back = started(copy)) {
                Sweep.Outcome resumed = shop.sweep();

                assertThat(resumed.run()).isEqualTo(broken.run());
                assertThat(resumed.exitCode()).isZero();
                follows(back, server);
            }
            assertThat(shop.count("orders where id = 70")).isZero();
        }
    }

    private static void follows(EmbeddedPostgres replica, JdbcClient server) throws Exception {
        assertThat(JdbcClient.create(replica.getPostgresDatabase())
                        .sql("select pg_is_in_recovery()")
                        .query(Boolean.class)
                        .single())
                .isTrue();
        while (!connected(server)) {
            Thread.sleep(100);
        }
    }

    private static boolean connected(JdbcClient server) {
        return server.sql("select active from pg_replication_slots where slot_name = 'standby'")
                .query(Boolean.class)
                .single();
    }

    private static Sweep.Outcome sweptWhileItCatchesUp(Shop shop, JdbcClient behind) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Sweep.Outcome> sweep = thread.submit(shop::sweep);
            Thread.sleep(3000);
            assertThat(sweep.isDone()).isFalse();
            assertThat(shop.count("orders where id = 70")).isEqualTo(1);
            behind.sql("select pg_wal_replay_resume()::text")
                    .query(String.class)
                    .list();
            return sweep.get(2, TimeUnit.MINUTES);
        } finally {
            thread.shutdownNow();
        }
    }

    private static long lag(JdbcClient server) {
        return server.sql("select coalesce(extract(epoch from max(replay_lag)), 0)::bigint from pg_stat_replication")
                .query(Long.class)
                .single();
    }

    private Shop shop(EmbeddedPostgres primary) throws Exception {
        JdbcClient server = JdbcClient.create(primary.getPostgresDatabase());
        server.sql("create database store").update();
        server.sql("create database control").update();
        Shop shop = new Shop(
                directory,
                Files.writeString(directory.resolve("policy.yaml"), Shop.resource("shop.yaml")),
                primary.getJdbcUrl("postgres", "store"),
                primary.getJdbcUrl("postgres", "control"));
        shop.sql(Shop.resource("shop.sql"));
        shop.approveEverything();
        return shop;
    }

    /** The running server's files, to follow it from there; by its slot, if it has one. */
    private Path copied(EmbeddedPostgres primary, Path data) throws Exception {
        Path copy = directory.resolve("replica");
        DataSource database = primary.getPostgresDatabase();
        List<String> slots = JdbcClient.create(database)
                .sql("select slot_name from pg_replication_slots")
                .query(String.class)
                .list();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_backup_start('replica', true)");
            copy(data, copy);
            try (ResultSet label = statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
                label.next();
                Files.writeString(copy.resolve("backup_label"), label.getString(1));
            }
        }
        Files.createFile(copy.resolve("standby.signal"));
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                "\nprimary_conninfo = 'host=localhost port=" + primary.getPort()
                        + " user=postgres'\nprimary_slot_name = '" + String.join("", slots)
                        + "'\nwal_receiver_status_interval = 1s\nhot_standby = on\n",
                StandardOpenOption.APPEND);
        return copy;
    }

    private static EmbeddedPostgres started(Path copy) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(copy)
                .setCleanDataDirectory(false)
                .start();
    }

    /** Files come and go meanwhile, which is what the label is for. */
    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes any) throws IOException {
                Files.createDirectories(
                        to.resolve(from.relativize(each)),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes any) throws IOException {
                if (!OF_THE_RUNNING_SERVER.contains(each.getFileName().toString())) {
                    try {
                        Files.copy(each, to.resolve(from.relativize(each)));
                    } catch (NoSuchFileException gone) {
                        return FileVisitResult.CONTINUE;
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path each, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static AbstractStringAssert<?> failed(Shop shop, Sweep.Outcome broken) {
        assertThat(broken.exitCode()).isOne();
        return assertThat(shop.records().steps(broken.run().id()))
                .filteredOn(step -> step.status() == StepStatus.FAILED)
                .singleElement()
                .extracting(StepRecord::detail)
                .asString();
    }
}

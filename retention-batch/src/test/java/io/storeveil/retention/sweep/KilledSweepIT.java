package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.stores.StoreServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** SIGKILL in each step, then the same command again: the end is that of an undisturbed run. */
class KilledSweepIT {

    private static final int REQUESTS = 150;
    private static final long SEED = 41;
    private static final int BATCH = 5000;
    private static final String MORE =
            """
            insert into customer select i, 'c' || i || '@x.example', 'C' || i, 'h', case when i % 3 = 0 then
                timestamptz '2012-01-01' else '2026-01-01' end, null, null from generate_series(1000, 4000) i;
            insert into orders select i, i, 'C' || i, i, 'done', case when i % 3 = 0 then timestamp '2012-01-01'
                else '2026-01-01' end from generate_series(1000, 4000) i;
            insert into order_line select i, l, 'thing', 'C' || i from generate_series(1000, 4000) i,
                generate_series(1, 3) l;""";

    private static final EmbeddedPostgres SERVER = StoreServer.running();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void killedInEachStep_itEndsLikeAnUndisturbedRun_andJournalsEachChangeOnce() throws Exception {
        Path policy = directory.resolve("policy.yaml");
        Files.writeString(policy, Shop.resource("shop.yaml"));
        Shop quiet = open(SERVER, policy, "quiet");
        quiet.eraseByRequests(REQUESTS);
        Sweep.Outcome undisturbed = quiet.sweep();
        Shop killed = open(SERVER, policy, "killed");

        int alive = 0;
        for (String moment : List.of("preflight", "plan", "erase", "journal 20", "expire", "journal 700", "verify")) {
            alive += kill(killed, moment) ? 1 : 0;
        }
        assertThat(alive).as("sweeps that were killed at work").isGreaterThan(4);
        killed.eraseByRequests(REQUESTS);
        Sweep.Outcome resumed = killed.sweep();

        same(quiet, undisturbed, killed, resumed);
    }

    /** A backend that is killed takes all others with it, and the server starts anew. */
    @Test
    void backendsKilledInThreeSteps_itEndsLikeAnUndisturbedRun_andJournalsEachChangeOnce() throws Exception {
        Path policy = Files.writeString(directory.resolve("policy.yaml"), Shop.resource("shop.yaml"));
        Random random = new Random(SEED);
        try (EmbeddedPostgres server = ServerProcesses.remembering()) {
            Shop quiet = open(server, policy, "quiet");
            quiet.eraseByRequests(REQUESTS);
            Sweep.Outcome undisturbed = quiet.sweep();
            Shop killed = open(server, policy, "killed");
            int backends = 0;
            for (String moment : List.of("erase", "journal 20", "journal 700")) {
                backends += killBackend(killed, moment, random) ? 1 : 0;
            }
            assertThat(backends)
                    .as("backends that were killed at work, seed %s", SEED)
                    .isGreaterThan(1);
            killed.eraseByRequests(REQUESTS);

            same(quiet, undisturbed, killed, killed.sweep());
        }
    }

    private static void same(Shop quiet, Sweep.Outcome undisturbed, Shop killed, Sweep.Outcome resumed) {
        assertThat(resumed.run()).isEqualTo(undisturbed.run());
        assertThat(resumed.exitCode()).isEqualTo(undisturbed.exitCode());
        for (String table : List.of("customer", "orders", "order_line", "message", "audit", "note", "address")) {
            assertThat(killed.rows("select * from " + table)).as(table).isEqualTo(quiet.rows("select * from " + table));
        }
        String changes = "select step, action, table_name, rule, request, row_ref, subject_ref, sum(rows) as rows,"
                + " sum(length(key_refs)) as keys from storeveil.journal group by 1, 2, 3, 4, 5, 6, 7";
        assertThat(killed.rows(changes)).isEqualTo(quiet.rows(changes));
        assertThat(killed.records().counts(resumed.run().id()))
                .isEqualTo(quiet.records().counts(undisturbed.run().id()))
                .allMatch(RuleCount::closes);
    }

    private Shop open(EmbeddedPostgres server, Path policy, String name) throws Exception {
        JdbcClient databases = JdbcClient.create(server.getPostgresDatabase());
        databases.sql("create database " + name).update();
        databases.sql("create database " + name + "_control").update();
        Shop shop = new Shop(
                directory,
                policy,
                server.getJdbcUrl("postgres", name),
                server.getJdbcUrl("postgres", name + "_control"));
        shop.sql(Shop.resource("shop.sql"));
        shop.sql(MORE);
        shop.approveEverything();
        return shop;
    }

    /** False if it had ended by itself. */
    private boolean kill(Shop shop, String moment) throws Exception {
        Process sweep = SweepProcess.start(directory, shop, REQUESTS, BATCH);
        await(sweep, shop, moment);
        boolean alive = sweep.isAlive();
        sweep.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        return alive;
    }

    /** False if the sweep had ended by itself. */
    private boolean killBackend(Shop shop, String moment, Random random) throws Exception {
        Process sweep = SweepProcess.start(directory, shop, REQUESTS, BATCH);
        await(sweep, shop, moment);
        boolean killed = sweep.isAlive() && ServerProcesses.kill(shop, random).isPresent();
        assertThat(sweep.waitFor(2, TimeUnit.MINUTES)).as("the sweep ends").isTrue();
        ServerProcesses.patiently(() -> shop.count("storeveil.journal"));
        if (killed) {
            assertThat(sweep.exitValue()).isOne();
        }
        return killed;
    }

    /** Until the moment has come, or the sweep has ended; by connections that stay, since each new one takes its time from it. */
    private static void await(Process sweep, Shop shop, String moment) throws Exception {
        try (Connection store = shop.store.getConnection();
                Connection control = shop.control.getConnection()) {
            while (sweep.isAlive() && !reached(one(store), one(control), moment)) {
                Thread.sleep(2);
            }
        }
    }

    private static JdbcClient one(Connection connection) {
        return JdbcClient.create(new SingleConnectionDataSource(connection, true));
    }

    private static boolean reached(JdbcClient store, JdbcClient control, String moment) {
        if (moment.startsWith("journal ")) {
            return count(store, "pg_class where oid = to_regclass('storeveil.journal')") > 0
                    && count(store, "storeveil.journal") >= Long.parseLong(moment.substring("journal ".length()));
        }
        return count(control, "storeveil.run_step where status = 'started' and step = '" + moment + "'") > 0;
    }

    private static long count(JdbcClient database, String from) {
        return database.sql("select count(*) from " + from).query(Long.class).single();
    }
}

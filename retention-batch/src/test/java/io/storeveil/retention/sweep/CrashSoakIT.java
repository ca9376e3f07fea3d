package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import io.storeveil.retention.command.DatabaseTrouble;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.testing.Cable;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The sweep's process, or a backend of PostgreSQL, is killed at random while the shop goes on selling and holds are placed:
 * in the end each row is where an undisturbed sweep leaves it, journalled once. {@code -Dsoak.kills=100 -Dsoak.seed=1}.
 */
@Tag("soak")
class CrashSoakIT {

    private static final Logger LOG = LoggerFactory.getLogger(CrashSoakIT.class);
    private static final int KILLS = Integer.getInteger("soak.kills", 100);
    private static final long SEED = Long.getLong("soak.seed", 1);
    private static final int REQUESTS = 150;
    private static final int BATCH = 50;
    private static final List<String> TABLES =
            List.of("customer", "orders", "order_line", "message", "audit", "note", "address");
    /** Every third has been gone for years. */
    private static final String MORE =
            """
            insert into customer select i, 'c' || i || '@x.example', 'C' || i, 'h', case when i % 3 = 0 then
                timestamptz '2012-01-01' else '2026-01-01' end, null, null from generate_series(1000, 6000) i;
            insert into orders select 4 * i + n, i, 'C' || i, i, 'done', case when i % 3 = 0 then timestamp '2012-01-01'
                else '2026-01-01' end from generate_series(1000, 6000) i, generate_series(0, 3) n;
            insert into order_line select o.id, 1, 'thing', o.ship_name from orders o where o.id >= 4000;
            create index on orders (placed_at)""";

    private static EmbeddedPostgres postgres;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @BeforeAll
    static void start() throws Exception {
        postgres = ServerProcesses.remembering();
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @Test
    void killedAtRandom_whileTheShopGoesOn_itEndsLikeAnUndisturbedRun() throws Exception {
        Files.writeString(directory.resolve("policy.yaml"), Shop.resource("shop.yaml"));
        Random random = new Random(SEED);
        Kills kills = new Kills();
        int longest = undisturbed();
        LOG.warn("soak: an undisturbed sweep takes {} ms", longest);
        for (int round = 1; kills.all() < KILLS; round++) {
            round(round, random, longest, kills);
            LOG.warn("soak: {} rounds, {}", round, kills);
        }
    }

    /** One store, swept until a sweep has ended by itself. */
    private void round(int round, Random random, int longest, Kills kills) throws Exception {
        Shop crashed = open("crashed" + round);
        ShopAtWork atWork = new ShopAtWork(crashed, random.nextLong());
        Thread writer = new Thread(atWork, "shop at work");
        writer.start();
        boolean ended = false;
        // A little longer each time, however slow the machine has become since, so that a sweep does end.
        for (double most = longest; !ended; most *= 1.05) {
            ended = life(crashed, random, kills.all() < KILLS ? (int) most : Integer.MAX_VALUE, kills);
        }
        atWork.stop();
        writer.join();
        assertThat(atWork.failure()).isNull();
        crashed.eraseByRequests(REQUESTS);
        Sweep.Outcome last = crashed.sweep();
        assertThat(last.exitCode()).isIn(0, 3);

        Shop quiet = open("quiet" + round);
        atWork.repeat(quiet);
        quiet.eraseByRequests(REQUESTS);
        quiet.sweep();
        compare(crashed, quiet, atWork.held());
        journalledOnce(crashed, atWork);
    }

    /** How many milliseconds a sweep is at work on this machine, so that kills fall on all of it, and it still ends. */
    private int undisturbed() throws Exception {
        Shop shop = open("undisturbed");
        Process sweep = SweepProcess.start(directory, shop, REQUESTS, BATCH);
        try {
            begun(sweep, shop);
            long begun = System.nanoTime();
            assertThat(sweep.waitFor(5, TimeUnit.MINUTES)).isTrue();
            return (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        } finally {
            sweep.destroyForcibly();
        }
    }

    private static void begun(Process sweep, Shop shop) throws InterruptedException {
        while (sweep.isAlive() && !atWork(shop)) {
            Thread.sleep(20);
        }
    }

    /**
     * @param longest milliseconds that the sweep is left at work
     * @return true if it ended by itself, and with everything done
     */
    private boolean life(Shop shop, Random random, int longest, Kills kills) throws Exception {
        Process sweep = SweepProcess.start(directory, shop, REQUESTS, BATCH);
        try {
            begun(sweep, shop);
            sweep.waitFor(longest == Integer.MAX_VALUE ? longest : random.nextInt(longest), TimeUnit.MILLISECONDS);
            if (sweep.isAlive() && random.nextInt(5) < 2) {
                ServerProcesses.kill(shop, random).ifPresent(kills::backend);
                sweep.waitFor(2, TimeUnit.MINUTES);
            } else if (sweep.isAlive()) {
                sweep.destroyForcibly();
                kills.process();
            }
            sweep.waitFor(2, TimeUnit.MINUTES);
            return sweep.exitValue() == 0 || sweep.exitValue() == 3;
        } finally {
            sweep.destroyForcibly();
        }
    }

    private static boolean atWork(Shop shop) {
        return ServerProcesses.patiently(() -> shop.count("pg_stat_activity where datname = current_database()"
                        + " and application_name = 'storeveil' and pid <> pg_backend_pid()"))
                > 0;
    }

    private static void compare(Shop crashed, Shop quiet, Set<Integer> held) {
        String ids = held.stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", ", "(-1, ", ")"))
                .replace(", )", ")");
        for (String table : TABLES) {
            String others =
                    switch (table) {
                        case "customer" -> " where id not in " + ids;
                        case "orders" -> " where customer_id is null or customer_id not in " + ids;
                        case "order_line" ->
                            " where order_id not in (select id from orders where customer_id in " + ids + ")";
                        default -> "";
                    };
            List<String> left = new ArrayList<>(crashed.rows("select * from " + table + others));
            List<String> expected = new ArrayList<>(quiet.rows("select * from " + table + others));
            List<String> both = List.copyOf(left);
            left.removeAll(Set.copyOf(expected));
            expected.removeAll(Set.copyOf(both));
            assertThat(left)
                    .as("rows of " + table + " that should not be there")
                    .isEmpty();
            assertThat(expected).as("rows of " + table + " that are missing").isEmpty();
        }
        assertThat(crashed.count("order_line l where not exists (select from orders o where o.id = l.order_id)"))
                .as("orphans")
                .isZero();
        List<String> witnessed = crashed.rows("select hold, rows from storeveil.witness");
        assertThat(witnessed).hasSameSizeAs(held);
        assertThat(crashed.rows(
                        "select hold, " + ShopAtWork.rowsOf("w.customer") + " as rows from storeveil.witness w"))
                .as("what held people had when the hold was placed")
                .isEqualTo(witnessed);
    }

    private static void journalledOnce(Shop shop, ShopAtWork atWork) {
        for (String table : List.of("customer", "orders", "order_line")) {
            long before = shop.count("storeveil.begun where table_name = '" + table + "'") == 0
                    ? 0
                    : Long.parseLong(shop.rows("select rows from storeveil.begun where table_name = '" + table + "'")
                            .get(0)
                            .replaceAll("[()]", ""));
            long journalled = Long.parseLong(shop.rows("select coalesce(sum(rows), 0) from storeveil.journal where"
                            + " action = 'delete' and table_name = 'public." + table + "'")
                    .get(0)
                    .replaceAll("[()]", ""));
            assertThat(before + atWork.inserted() - shop.count(table)).as(table).isEqualTo(journalled);
        }
        assertThat(shop.count("(select 1 from storeveil.journal where request is not null and action <> 'marker'"
                        + " group by request, table_name, row_ref having count(*) > 1) twice"))
                .isZero();
        assertThat(shop.count("(select 1 from storeveil.journal where rule = 'request-done' group by request"
                        + " having count(*) > 1) twice"))
                .isZero();
        Set<KeyReference> named = new java.util.HashSet<>();
        for (byte[] keys : JdbcClient.create(shop.store)
                .sql("select key_refs from storeveil.journal where key_refs is not null and action <> 'marker'")
                .query(byte[].class)
                .list()) {
            for (int at = 0; at < keys.length; at += KeyReference.LENGTH) {
                assertThat(named.add(KeyReference.of(Arrays.copyOfRange(keys, at, at + KeyReference.LENGTH))))
                        .as("a key that is named twice")
                        .isTrue();
            }
        }
        Set<String> living = new TreeSet<>(shop.rows("select id from customer"));
        for (int id = 1000; id <= 6000; id++) {
            KeyReference owner = shop.keys.current().reference(OwnerId.of("public.customer", List.of("" + id)));
            if (!living.contains("(" + id + ")")) {
                assertThat(named).as("the key of a person who is gone").contains(owner);
            } else if (atWork.held().contains(id)) {
                assertThat(named).as("the key of a person on hold").doesNotContain(owner);
            }
        }
    }

    private Shop open(String name) throws Exception {
        JdbcClient server = JdbcClient.create(postgres.getPostgresDatabase());
        ServerProcesses.patiently(() -> server.sql("create database " + name).update());
        ServerProcesses.patiently(
                () -> server.sql("create database " + name + "_control").update());
        Shop shop = new Shop(
                directory,
                directory.resolve("policy.yaml"),
                postgres.getJdbcUrl("postgres", name),
                postgres.getJdbcUrl("postgres", name + "_control"));
        shop.pace = shop.pace.withBatch(BATCH);
        shop.sql(Shop.resource("shop.sql"));
        shop.sql(MORE);
        shop.approveEverything();
        io.storeveil.retention.store.StoreSchema.open(shop.store);
        shop.sql("create table storeveil.witness (hold text primary key, customer int, rows text);"
                + " create table storeveil.begun as select t as table_name, case t when 'customer' then (select count(*)"
                + " from customer) when 'orders' then (select count(*) from orders) else (select count(*) from"
                + " order_line) end as rows from unnest(array['customer', 'orders', 'order_line']) t");
        return shop;
    }

    private static final class Kills {

        private int processes;
        private int backends;

        void process() {
            processes++;
        }

        void backend(long pid) {
            backends++;
        }

        int all() {
            return processes + backends;
        }

        @Override
        public String toString() {
            return processes + " processes and " + backends + " backends killed";
        }
    }

    @Test
    void aLostWayToTheControlDatabase_endsTheSweep_andTheSameCallCompletesIt() throws Exception {
        Files.writeString(directory.resolve("policy.yaml"), Shop.resource("shop.yaml"));
        Shop shop = open("cut");
        try (Cable cable = new Cable(postgres.getPort())) {
            Shop far = new Shop(
                    directory,
                    directory.resolve("policy.yaml"),
                    shop.settings.store().url(),
                    shop.settings.control().url().replace(":" + postgres.getPort(), ":" + cable.port()));
            far.pace = shop.pace;
            Thread cutting = new Thread(() -> {
                while (shop.count("storeveil.journal") < 10) {
                    Thread.onSpinWait();
                }
                cable.cut();
            });
            cutting.start();

            assertThatThrownBy(far::sweep).satisfies(failed -> assertThat(DatabaseTrouble.words(failed))
                    .hasValueSatisfying(words -> assertThat(words).contains("the database does not answer")));
            cutting.join();
        }
        Sweep.Outcome resumed = shop.sweep();
        assertThat(resumed.run().attempt()).isOne();
        assertThat(resumed.exitCode()).isZero();
        assertThat(shop.records().counts(resumed.run().id())).allMatch(RuleCount::closes);
    }
}

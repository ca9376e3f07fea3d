package io.storeveil.retention.testing;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.control.KeyStateStore;
import io.storeveil.control.SealedKeyStateStore;
import io.storeveil.keys.KeyReference;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.retention.control.ControlDatabase;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.precedence.JournalledDecisions;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.stores.Connections;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.sweep.Run;
import io.storeveil.retention.sweep.SweepContext;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One night on real databases and real key directories, up to the point where its rows are erased. */
public final class NightFixture {

    public static final Instant NOW = Instant.parse("2026-11-24T00:05:00Z");

    private static final EmbeddedPostgres SERVER = StoreServer.running();
    private static final AtomicInteger NIGHTS = new AtomicInteger();

    private int night;

    /** New databases, new keys, and the policy that ships with Storeveil. */
    public SweepContext context(Path directory) throws SQLException {
        night = NIGHTS.incrementAndGet();
        Settings.Database store = database("night" + night);
        Settings.Database control = database("night" + night + "_control");
        StoreSchema.open(Connections.to(store));
        ControlDatabase.open(Connections.to(control));
        KeyStatePlace keys = KeyStatePlace.inDirectories(
                List.of(directory.resolve("keys-1"), directory.resolve("keys-2")), directory.resolve("keks"));
        SealedKeyStateStore states = keys.open();
        states.init();
        Settings settings = new Settings(
                store,
                control,
                Optional.empty(),
                new Settings.Kafka(""),
                new Settings.Connect("", "", "", "store"),
                keys,
                Period.ofDays(30),
                directory.resolve("reports"));
        Policy policy = PolicyLoader.load(Path.of("..", "config", "policy.yaml"));
        Run run = new Run("shop/2026-11-23/1", "shop", LocalDate.parse("2026-11-23"), 1, NOW.minusSeconds(3900), false);
        return new SweepContext(
                run,
                policy,
                settings,
                Connections.to(store),
                Connections.to(control),
                states,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private Settings.Database database(String name) {
        StoreServer.admin().sql("create database " + name).update();
        return new Settings.Database(SERVER.getJdbcUrl("postgres", name), "postgres", "postgres");
    }

    /** The same night with an empty warehouse. */
    public SweepContext withWarehouse(SweepContext context) {
        Settings settings = context.settings();
        return new SweepContext(
                context.run(),
                context.policy(),
                new Settings(
                        settings.store(),
                        settings.control(),
                        Optional.of(database("night" + night + "_warehouse")),
                        settings.kafka(),
                        settings.connect(),
                        settings.keys(),
                        settings.keyBackupsKept(),
                        settings.reports()),
                context.store(),
                context.control(),
                context.keys(),
                context.clock());
    }

    public static SweepContext with(SweepContext context, KeyStateStore keys) {
        return new SweepContext(
                context.run(),
                context.policy(),
                context.settings(),
                context.store(),
                context.control(),
                keys,
                context.clock());
    }

    public static SweepContext simulated(SweepContext context) {
        Run run = context.run();
        return new SweepContext(
                new Run(run.id(), run.store(), run.businessDate(), run.attempt(), run.cutoff(), true),
                context.policy(),
                context.settings(),
                context.store(),
                context.control(),
                context.keys(),
                context.clock());
    }

    /** One erased row of a request. */
    public void journal(SweepContext context, String action, String table, String request, KeyReference leaf) {
        journal(context.store(), context.run().id(), action, table, "erase", request, "rowref", leaf.toBytes(), "{}");
    }

    /** A row that the books keep, but for these columns. */
    public void stub(SweepContext context, String table, String request, String columns) {
        String rule = JournalledDecisions.KEPT_BY_LAW + "AO s. 147";
        journal(
                context.store(),
                context.run().id(),
                "anonymise",
                table,
                rule,
                request,
                "stubref",
                new byte[0],
                columns);
    }

    /** As the erase step ends. */
    public void decided(SweepContext context, String request) throws SQLException {
        try (Connection store = context.store().getConnection()) {
            new JournalledDecisions(context.policy(), context.run().cutoff())
                    .of(store, request)
                    .forEach((run, decisions) -> new Decisions(context.control()).ofRequest(run, request, decisions));
        }
    }

    private static void journal(
            DataSource store,
            String run,
            String action,
            String table,
            String rule,
            String request,
            String rowRef,
            byte[] leaves,
            String columns) {
        JdbcClient.create(store)
                .sql(
                        """
                        insert into storeveil.journal (run, step, action, table_name, rule, request, row_ref, subject_ref,
                            key_refs, columns, rows)
                        values (:run, 'erase', :action, :table, :rule, :request, :rowRef, '5f0e', :leaves,
                            cast(:columns as text[]), 1)""")
                .param("run", run)
                .param("action", action)
                .param("table", table)
                .param("rule", rule)
                .param("request", request)
                .param("rowRef", rowRef)
                .param("leaves", leaves)
                .param("columns", columns)
                .update();
    }

    /** The erasure of this request is whole. */
    public void done(SweepContext context, String request) {
        JdbcClient.create(context.store())
                .sql(
                        """
                        insert into storeveil.journal (run, step, action, rule, request, rows)
                        values (?, 'erase', 'marker', 'request-done', ?, 0)""")
                .param(context.run().id())
                .param(request)
                .update();
    }

    public void marker(SweepContext context) {
        JdbcClient.create(context.store())
                .sql(
                        "insert into storeveil.journal (run, step, action, rule, rows) values (?, 'drain', 'marker', 'drain', 0)")
                .param(context.run().id())
                .update();
    }

    public void forgetMarker(SweepContext context) {
        JdbcClient.create(context.store())
                .sql("delete from storeveil.journal where action = 'marker'")
                .update();
    }

    public void putBackTheStore(SweepContext context) {
        JdbcClient.create(context.store())
                .sql("truncate storeveil.journal restart identity")
                .update();
        journal(
                context.store(),
                context.run().id(),
                "delete",
                "public.customer",
                "erase",
                "R-2026-0009",
                "x",
                new byte[0],
                "{}");
        JdbcClient.create(context.store())
                .sql("select setval('storeveil.journal_id_seq', 1)")
                .query(Long.class)
                .single();
    }

    public List<String> shredded(SweepContext context) {
        return JdbcClient.create(context.control())
                .sql("select leaves || ' keys up to entry ' || up_to_journal_id from storeveil.shred order by run")
                .query(String.class)
                .list();
    }
}

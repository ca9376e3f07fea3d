package io.storeveil.retention.sweep;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.control.SealedKeyStateStore;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.approval.Plan;
import io.storeveil.retention.approval.PlanRecords;
import io.storeveil.retention.approval.PlannedRule;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.consent.ResendStep;
import io.storeveil.retention.control.ControlDatabase;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.erase.EraseStep;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.erase.ErasureRequests;
import io.storeveil.retention.erase.InactivePeople;
import io.storeveil.retention.expire.ExpireStep;
import io.storeveil.retention.expire.VacuumStep;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.PlanStep;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.Rules;
import io.storeveil.retention.preflight.PreflightStep;
import io.storeveil.retention.restore.Replays;
import io.storeveil.retention.restore.RestoreStep;
import io.storeveil.retention.settings.Limits;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.stores.Connections;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.subject.Born;
import io.storeveil.retention.verify.RememberStep;
import io.storeveil.retention.verify.VerifyStep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A store with its control database and keys, swept as the command line would. */
public final class Shop implements ErasureRequests {

    public static final LocalDate NIGHT = LocalDate.of(2026, 11, 23);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T01:00:00Z"), ZoneOffset.UTC);

    private static final AtomicInteger SHOPS = new AtomicInteger();

    public final Policy policy;
    final Settings settings;
    public final SealedKeyStateStore keys;
    public final DataSource store;
    public final DataSource control;
    /** Half of what is in this shop may be due at once. */
    Settings.Sweep pace =
            Settings.Sweep.BY_DEFAULT.with(Settings.Sweep.BY_DEFAULT.limits().with(new Limits.Breaker(1000, 100, 0)));

    Clock clock = CLOCK;
    private final Path directory;
    private int people;
    private @Nullable KeyPair signing;
    private final List<Erasure> erasures = new ArrayList<>();

    public Shop(Path directory, Path policyFile, String storeUrl, String controlUrl) {
        this.directory = directory;
        policy = PolicyLoader.load(policyFile);
        settings = new Settings(
                new Settings.Database(storeUrl, "postgres", ""),
                new Settings.Database(controlUrl, "postgres", ""),
                Optional.empty(),
                new Settings.Kafka(""),
                new Settings.Connect("", "", "", ""),
                KeyStatePlace.inDirectories(
                        List.of(directory.resolve("a"), directory.resolve("b")), directory.resolve("kek")),
                Period.ZERO,
                directory.resolve("reports"));
        keys = settings.keys().open();
        if (!Files.exists(directory.resolve("kek"))) {
            keys.init();
        }
        store = Connections.to(settings.store());
        control = Connections.to(settings.control());
    }

    /** In new databases. */
    static Shop open(Path directory) throws Exception {
        Path policy = Files.writeString(directory.resolve("policy.yaml"), resource("shop.yaml"));
        int number = SHOPS.incrementAndGet();
        Shop shop = new Shop(
                directory,
                policy,
                database("store" + number),
                control("control").url());
        shop.sql(resource("shop.sql"));
        return shop;
    }

    /** To copy a control database's tables takes less time than to make them. Not for processes that have no server. */
    private static final class Prepared {

        static final Settings.Database CONTROL = control();

        private static Settings.Database control() {
            try {
                Settings.Database control = StoreServer.database("prepared_control");
                ControlDatabase.open(control.dataSource());
                JobRepositoryTables.open(control.dataSource());
                return control;
            } catch (Exception e) {
                throw new IllegalStateException("no control database to copy", e);
            }
        }
    }

    /** A new control database, whose name begins like this. */
    public static Settings.Database control(String name) {
        return StoreServer.copy(Prepared.CONTROL, name);
    }

    public static String database(String name) {
        StoreServer.admin().sql("create database " + name).update();
        return StoreServer.running().getJdbcUrl("postgres", name);
    }

    /** The same shop, whose databases are reached by other ports. */
    Shop reachedBy(int storePort, int controlPort) {
        return new Shop(
                directory,
                directory.resolve("policy.yaml"),
                settings.store().url().replace(":" + StoreServer.running().getPort(), ":" + storePort),
                settings.control().url().replace(":" + StoreServer.running().getPort(), ":" + controlPort));
    }

    public static String resource(String name) throws Exception {
        try (var in = Shop.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public void eraseByRequest(String id, String kind, String... key) {
        eraseByRequest(id, kind, (String) null, List.of(key));
    }

    /** @param born hash of whom the request means; null where it was not written down */
    void eraseByRequest(String id, String kind, @Nullable String born, List<String> key) {
        SubjectKind subject = Objects.requireNonNull(policy.subjects().get(kind));
        erasures.add(new Erasure(
                id,
                subject,
                key,
                keys.current().reference(OwnerId.of(subject.table().toString(), key)),
                false,
                null,
                born));
    }

    /** From now on nothing is due. */
    void requestsHaveEnded() {
        erasures.clear();
    }

    /** Of a person as they are in the store. */
    String bornHash(String kind, String key) {
        SubjectKind subject = Objects.requireNonNull(policy.subjects().get(kind));
        String created = JdbcClient.create(store)
                .sql("select " + Born.sql(subject, "a") + " from " + subject.table() + " a where id::text = ?")
                .param(key)
                .query(String.class)
                .single();
        return Objects.requireNonNull(Born.hash(keys.current(), subject, key, created));
    }

    /** Customers 1000 and the following. */
    void eraseByRequests(int number) {
        for (int i = 0; i < number; i++) {
            eraseByRequest("R-" + i, "customer", "" + (1000 + i));
        }
    }

    public void hold(String kind, String key) throws Exception {
        StoreSchema.open(store);
        sql("insert into storeveil.hold (id, subject_kind, subject_key) values ('H-" + key + "', '" + kind + "', '"
                + key + "')");
    }

    void restrict(String kind, String key) throws Exception {
        StoreSchema.open(store);
        sql("insert into storeveil.hold (id, subject_kind, subject_key, line) values ('R-" + key + "', '" + kind
                + "', '" + key + "', 'restriction')");
    }

    public void approveEverything() throws Exception {
        ControlDatabase.open(control);
        try (Connection connection = store.getConnection()) {
            Ownership ownership = new Ownership(policy, Catalog.read(connection));
            Instant cutoff = NIGHT.atStartOfDay(policy.timeZone()).toInstant();
            JdbcClient client = JdbcClient.create(control);
            KeyPair second = enrolled();
            Rules rules = new Rules(ownership, new Thresholds(policy, cutoff));
            List<Rule> all = new ArrayList<>(rules.ofInactivePeople());
            all.addAll(rules.all());
            for (Rule rule : all) {
                client.sql("insert into storeveil.rule_approval values (?, ?, 'earlier', 'plan', ?, now(), ?)")
                        .param(rule.name())
                        .param(rule.sha256())
                        .param("second" + people)
                        .param(signed(second, "earlier", "plan", rule.name(), rule.sha256()))
                        .update();
            }
        }
    }

    /** A second person signs the plan of a run, with all its rules. */
    void approve(Run run) throws Exception {
        Plan plan = new PlanRecords(control, clock).plan(run.id()).orElseThrow();
        KeyPair second = enrolled();
        for (PlannedRule rule : plan.rules()) {
            JdbcClient.create(control)
                    .sql("insert into storeveil.count_approval values (?, ?, ?, ?, ?, ?, ?)")
                    .param(rule.rule())
                    .param(rule.sha256())
                    .param(plan.run())
                    .param(plan.sha256())
                    .param("second" + people)
                    .param(clock.instant().atOffset(ZoneOffset.UTC))
                    .param(signed(second, plan.run(), plan.sha256(), rule.rule(), rule.sha256()))
                    .update();
        }
    }

    private KeyPair enrolled() throws Exception {
        KeyPair second = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        JdbcClient.create(control)
                .sql("insert into storeveil.person (name, role, public_key, enrolled_at) values (?, 'dpo', ?, now())")
                .param("second" + ++people)
                .param(second.getPublic().getEncoded())
                .update();
        return second;
    }

    private static byte[] signed(KeyPair person, String run, String plan, String rule, String sha256) throws Exception {
        return signed(person, String.join("\n", "storeveil/v1/rule-approval", run, plan, rule, sha256));
    }

    private static byte[] signed(KeyPair person, String text) throws Exception {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(person.getPrivate());
        signature.update(text.getBytes(StandardCharsets.UTF_8));
        return signature.sign();
    }

    /** Enrols one more person, by whom the next text is signed. */
    String enrolledSecond() throws Exception {
        signing = enrolled();
        return "second" + people;
    }

    byte[] signed(String text) throws Exception {
        return signed(Objects.requireNonNull(signing), text);
    }

    public Sweep.Outcome sweep() throws Exception {
        return sweep(NIGHT, false);
    }

    /** Sweeps while somebody else's transaction goes on in which this was run. */
    Sweep.Outcome sweepBeside(String statement) throws Exception {
        try (Connection other = store.getConnection();
                Statement work = other.createStatement()) {
            other.setAutoCommit(false);
            work.execute(statement);
            return sweep();
        }
    }

    Sweep.Outcome sweepOn(LocalDate night) throws Exception {
        return sweep(night, false);
    }

    Sweep.Outcome simulate() throws Exception {
        return sweep(NIGHT, true);
    }

    private Sweep.Outcome sweep(LocalDate night, boolean simulate) throws Exception {
        ErasureRequests requests = new Replays(new InactivePeople(this));
        List<Step> steps = List.of(
                new PreflightStep(),
                new RestoreStep(),
                new ResendStep(),
                new PlanStep(),
                new RememberStep(requests),
                new EraseStep(requests),
                new ExpireStep(),
                new VerifyStep(requests),
                new VacuumStep());
        return new Sweep(policy, settings.with(pace), keys, clock, steps, new JudgedReport(context -> 0))
                .run(night, simulate, "operator");
    }

    /** What a step of its own is run with, on this store or what stands for it. */
    public SweepContext context(DataSource as, int attempt) {
        Run one = new Run(
                policy.store() + "/" + NIGHT + "/" + attempt,
                policy.store(),
                NIGHT,
                attempt,
                NIGHT.atStartOfDay(policy.timeZone()).toInstant(),
                false);
        records().begin(one, policy.sha256(), "operator");
        return new SweepContext(one, policy, settings.with(pace), as, control, keys, clock);
    }

    public RunRecords records() {
        return new RunRecords(control, CLOCK);
    }

    public void sql(String sql) {
        JdbcClient.create(store).sql(sql).update();
    }

    /** Each row as one text, in order. */
    List<String> rows(String query) {
        return JdbcClient.create(store)
                .sql("select r::text from (" + query + ") r order by 1")
                .query(String.class)
                .list();
    }

    long count(String from) {
        return JdbcClient.create(store)
                .sql("select count(*) from " + from)
                .query(Long.class)
                .single();
    }

    @Override
    public List<Erasure> due(SweepContext context) {
        return List.copyOf(erasures);
    }

    @Override
    public void ended(SweepContext context, Erasure erasure, boolean held, boolean finished) {}
}

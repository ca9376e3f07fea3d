package io.storeveil.benchmarks.sweep;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.control.SealedKeyStateStore;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.ControlDatabase;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.erase.EraseStep;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.erase.ErasureRequests;
import io.storeveil.retention.expire.ExpireStep;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.PlanStep;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.Rules;
import io.storeveil.retention.preflight.PreflightStep;
import io.storeveil.retention.settings.Limits;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.sweep.JudgedReport;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.Sweep;
import io.storeveil.retention.sweep.SweepContext;
import io.storeveil.retention.verify.RememberStep;
import io.storeveil.retention.verify.VerifyStep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Storeveil's sweep of one database, from the lock to the second look; without Kafka, which has nothing to do with rows. */
final class Nights implements ErasureRequests {

    /** Half of a table may go in one night. */
    private static final Limits.Breaker NO_BREAKER = new Limits.Breaker(1000, 100, 0);

    /** What happened before these moments is over on the night of the benchmark, by the policy's periods. */
    static final String BOOKS_OVER = "2018-01-01 00:00:00+01";

    static final String CONTRACT_OVER = "2023-11-22 00:00:00+01";

    private static final LocalDate NIGHT = LocalDate.of(2026, 11, 23);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T01:00:00Z"), ZoneOffset.UTC);

    private final Policy policy;
    private final Settings settings;
    private final SealedKeyStateStore keys;
    private int requests;

    Nights(Cluster cluster, Path directory, String policyText, String store, String control, int workers)
            throws Exception {
        Path file = directory.resolve(store + ".yaml");
        Files.writeString(file, policyText);
        policy = PolicyLoader.load(file);
        Path home = directory.resolve(store);
        settings = new Settings(
                        new Settings.Database(cluster.url(store), "postgres", ""),
                        new Settings.Database(cluster.url(control), "postgres", ""),
                        Optional.empty(),
                        new Settings.Kafka(""),
                        new Settings.Connect("", "", "", ""),
                        KeyStatePlace.inDirectories(List.of(home.resolve("a"), home.resolve("b")), home.resolve("kek")),
                        Period.ZERO,
                        home.resolve("reports"))
                .with(Settings.Sweep.BY_DEFAULT
                        .withParallelism(workers)
                        .with(Settings.Sweep.BY_DEFAULT.limits().with(NO_BREAKER)));
        keys = settings.keys().open();
        keys.init();
        approve();
        // It is not the store's first: what a run creates once is there.
        sweep(NIGHT.minusDays(1), List.of(new PreflightStep()));
    }

    /** Customers 1 and the following ask to be forgotten. */
    void request(int number) {
        requests = number;
    }

    Sweep.Outcome sweep() throws Exception {
        return sweep(
                NIGHT,
                List.of(
                        new PreflightStep(),
                        new PlanStep(),
                        new RememberStep(this),
                        new EraseStep(this),
                        new ExpireStep(),
                        new VerifyStep(this)));
    }

    private Sweep.Outcome sweep(LocalDate night, List<Step> steps) throws Exception {
        return new Sweep(policy, settings, keys, Clock.systemUTC(), steps, new JudgedReport(context -> 0))
                .run(night, false, "benchmark");
    }

    long done(Sweep.Outcome outcome) {
        return records().counts(outcome.run().id()).stream()
                .mapToLong(RuleCount::done)
                .sum();
    }

    /** How long each step took. */
    Map<String, Duration> steps(Sweep.Outcome outcome) {
        Map<String, Duration> steps = new TreeMap<>();
        for (StepRecord step : records().steps(outcome.run().id())) {
            if (step.startedAt() != null && step.finishedAt() != null) {
                steps.put(step.step(), Duration.between(step.startedAt(), step.finishedAt()));
            }
        }
        return steps;
    }

    @Override
    public List<Erasure> due(SweepContext context) {
        SubjectKind kind = Objects.requireNonNull(policy.subjects().get("customer"));
        KeyState state = keys.current();
        return IntStream.rangeClosed(1, requests)
                .mapToObj(id -> new Erasure(
                        "R-" + id,
                        kind,
                        List.of("" + id),
                        state.reference(OwnerId.of(kind.table().toString(), List.of("" + id))),
                        false))
                .toList();
    }

    @Override
    public void ended(SweepContext context, Erasure erasure, boolean held, boolean finished) {}

    private RunRecords records() {
        return new RunRecords(settings.control().dataSource(), CLOCK);
    }

    /** A second person has approved every rule, on an earlier night. */
    private void approve() throws Exception {
        ControlDatabase.open(settings.control().dataSource());
        JdbcClient control = JdbcClient.create(settings.control().dataSource());
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        control.sql(
                        "insert into storeveil.person (name, role, public_key, enrolled_at) values ('ada', 'dpo', ?, now())")
                .param(pair.getPublic().getEncoded())
                .update();
        try (Connection connection = settings.store().dataSource().getConnection()) {
            Ownership ownership = new Ownership(policy, Catalog.read(connection));
            Instant cutoff = NIGHT.atStartOfDay(policy.timeZone()).toInstant();
            for (Rule rule : new Rules(ownership, new Thresholds(policy, cutoff)).all()) {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(pair.getPrivate());
                signature.update(
                        String.join("\n", "storeveil/v1/rule-approval", "earlier", "plan", rule.name(), rule.sha256())
                                .getBytes(StandardCharsets.UTF_8));
                control.sql("insert into storeveil.rule_approval values (?, ?, 'earlier', 'plan', 'ada', now(), ?)")
                        .param(rule.name())
                        .param(rule.sha256())
                        .param(signature.sign())
                        .update();
            }
        }
    }
}

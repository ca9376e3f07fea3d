package io.storeveil.retention.sweep;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeveil.control.KeyStateStore;
import io.storeveil.policy.Policy;
import io.storeveil.retention.command.DatabaseTrouble;
import io.storeveil.retention.control.ControlDatabase;
import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RunRecord;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.preflight.Caps;
import io.storeveil.retention.request.RequestState;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.SimulatedStore;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.store.SweepLock;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * One night of one store, from the lock to the verdict. The same call after a crash goes on with the same attempt; a new
 * attempt begins only after one that has ended without failing.
 */
public final class Sweep {

    /** How long a database may be away, for a restart, before the sweep ends. */
    private static final Duration SOON = Duration.ofSeconds(10);

    /** @param exitCode as the command line has them: 0 clean, 1 failed, 3 something needs a person */
    public record Outcome(Run run, int exitCode, String verdict) {}

    private final Policy policy;
    private final Settings settings;
    private final KeyStateStore keys;
    private final Clock clock;
    private final List<Step> steps;
    private final JudgedReport report;
    private final Step last;

    /** @param steps in their order, the report left out: it is also written when one of them failed */
    public Sweep(
            Policy policy, Settings settings, KeyStateStore keys, Clock clock, List<Step> steps, JudgedReport report) {
        this.policy = policy;
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
        this.steps = List.copyOf(steps);
        this.report = report;
        this.last = new RequestProgress(report, RequestState.CHECKED, RequestState.CLOSED);
    }

    /**
     * @throws StepFailed         if another sweep holds the store
     * @throws io.storeveil.retention.settings.SettingsException if a cap is for a rule that there is not
     * @throws CannotBeResumed if the last attempt broke off under another policy
     */
    public Outcome run(LocalDate businessDate, boolean simulate, String operator) throws Exception {
        DataSource store = settings.store().dataSource();
        DataSource control = settings.control().dataSource();
        ControlDatabase.open(control);
        try (SweepLock ours = lock(store);
                HikariDataSource connections = pool(store);
                HikariDataSource controls = pool(control)) {
            RunRecords records = new RunRecords(controls, clock);
            Run run = attempt(records, businessDate, simulate);
            Caps.check(settings.sweep().limits().caps().keySet(), policy, run.cutoff(), connections);
            records.begin(run, policy.sha256(), operator);
            if (!simulate) {
                StoreSchema.open(connections);
                return job(context(run, connections, controls, ours), records);
            }
            try (SimulatedStore simulated = new SimulatedStore(connections)) {
                return job(context(run, simulated, controls, ours), records);
            }
        }
    }

    private SweepLock lock(DataSource store) throws SQLException {
        try {
            Optional<SweepLock> lock = SweepLock.take(store);
            if (lock.isPresent()) {
                return lock.get();
            }
        } catch (SQLException refused) {
            throw new StepFailed(
                    "no sweep was started: the store at " + settings.store().url() + ": "
                            + DatabaseTrouble.words(refused).orElse("cannot be opened")
                            + "; then start the same command again",
                    refused);
        }
        throw new StepFailed(
                "another sweep of this store is running: " + SweepLock.holder(store) + "; wait for it to end");
    }

    /** A backend for each transaction would cost more than the transaction, and forget how to plan it. */
    private HikariDataSource pool(DataSource database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(settings.sweep().parallelism() + 2);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(SOON.toMillis());
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private SweepContext context(Run run, DataSource store, DataSource control, SweepLock lock) {
        Brakes brakes = new StoreBrakes(store, lock, settings.sweep().brakes());
        return new SweepContext(run, policy, settings, store, control, keys, clock, brakes);
    }

    private Run attempt(RunRecords records, LocalDate businessDate, boolean simulate) {
        Optional<RunRecord> last = records.lastAttempt(policy.store(), businessDate, simulate);
        if (last.isPresent() && !simulate && !ended(last.get())) {
            if (!last.get().policySha256().equals(policy.sha256())) {
                throw new CannotBeResumed(last.get().run().id() + " broke off under the policy "
                        + last.get().policySha256() + "; this file is " + policy.sha256()
                        + ". Start the sweep with that policy first");
            }
            return last.get().run();
        }
        int attempt = last.map(found -> found.run().attempt() + 1).orElse(1);
        return new Run(
                policy.store() + "/" + businessDate + "/" + attempt + (simulate ? "/simulated" : ""),
                policy.store(),
                businessDate,
                attempt,
                businessDate.atStartOfDay(policy.timeZone()).toInstant(),
                simulate);
    }

    private static boolean ended(RunRecord run) {
        Integer code = run.exitCode();
        return code != null && code != 1;
    }

    private Outcome job(SweepContext context, RunRecords records) throws Exception {
        boolean done = new SweepJob(context, steps).run();
        boolean reported = new RecordedStep(last, context).attempt();
        Outcome outcome = judge(context.run(), records, done && reported && report.exitCode() != 1);
        records.finish(context.run(), outcome.exitCode(), outcome.verdict());
        return outcome;
    }

    private Outcome judge(Run run, RunRecords records, boolean done) {
        List<Finding> findings = records.findings(run.id());
        if (!done || has(findings, Severity.FAILED)) {
            return new Outcome(run, 1, "failed");
        }
        return has(findings, Severity.DECISION) || report.exitCode() != 0
                ? new Outcome(run, 3, "done, needs a decision")
                : new Outcome(run, 0, "clean");
    }

    private static boolean has(List<Finding> findings, Severity severity) {
        return findings.stream().anyMatch(finding -> finding.severity() == severity);
    }
}

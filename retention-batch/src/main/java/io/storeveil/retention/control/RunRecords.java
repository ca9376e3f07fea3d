package io.storeveil.retention.control;

import io.storeveil.retention.sweep.Run;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What is known of each run: its steps, counts and findings. Writing is idempotent per run: a step that is started again
 * begins with a clean page, and a count written twice is the later one.
 */
public final class RunRecords {

    private final JdbcClient control;
    private final Clock clock;

    public RunRecords(DataSource control, Clock clock) {
        this.control = JdbcClient.create(control);
        this.clock = clock;
    }

    /** Enters a run; one that is entered already keeps its beginning. */
    public void begin(Run run, String policySha256, String operator) {
        control.sql(
                        """
                        insert into storeveil.run
                            (id, store, business_date, attempt, policy_sha256, cutoff, operator, simulate, started_at)
                        values (:id, :store, :date, :attempt, :policy, :cutoff, :operator, :simulate, :now)
                        on conflict (id) do nothing""")
                .param("id", run.id())
                .param("store", run.store())
                .param("date", run.businessDate())
                .param("attempt", run.attempt())
                .param("policy", policySha256)
                .param("cutoff", utc(run.cutoff()))
                .param("operator", operator)
                .param("simulate", run.simulate())
                .param("now", now())
                .update();
    }

    public void finish(Run run, int exitCode, String verdict) {
        control.sql(
                        """
                        update storeveil.run set finished_at = :now, exit_code = :code, verdict = :verdict
                        where id = :id""")
                .param("now", now())
                .param("code", exitCode)
                .param("verdict", verdict)
                .param("id", run.id())
                .update();
    }

    /** {@code STARTED} takes the step's earlier findings away: they are found again, or are no more. */
    public void step(Run run, String step, StepStatus status, String detail) {
        boolean ended = status != StepStatus.STARTED;
        if (!ended) {
            control.sql("delete from storeveil.run_finding where run = :run and step = :step")
                    .param("run", run.id())
                    .param("step", step)
                    .update();
        }
        control.sql(
                        """
                        insert into storeveil.run_step (run, step, status, started_at, finished_at, detail)
                        values (:run, :step, :status, :started, :finished, :detail)
                        on conflict (run, step) do update set status = excluded.status, detail = excluded.detail,
                            started_at = coalesce(excluded.started_at, run_step.started_at),
                            finished_at = excluded.finished_at""")
                .param("run", run.id())
                .param("step", step)
                .param("status", status.word())
                .param("started", ended ? null : now())
                .param("finished", ended ? now() : null)
                .param("detail", detail)
                .update();
    }

    /** Replaces what this run has of this table and rule. */
    public void count(Run run, RuleCount count) {
        control.sql(
                        """
                        insert into storeveil.run_count (run, table_name, rule, eligible, done, held, kept,
                            deferred, failed)
                        values (:run, :table, :rule, :eligible, :done, :held, :kept, :deferred, :failed)
                        on conflict (run, table_name, rule) do update set eligible = excluded.eligible,
                            done = excluded.done, held = excluded.held, kept = excluded.kept,
                            deferred = excluded.deferred, failed = excluded.failed""")
                .param("run", run.id())
                .param("table", count.table())
                .param("rule", count.rule())
                .param("eligible", count.eligible())
                .param("done", count.done())
                .param("held", count.held())
                .param("kept", count.kept())
                .param("deferred", count.deferred())
                .param("failed", count.failed())
                .update();
    }

    /** The same finding twice is one. */
    public void finding(Run run, String step, Severity severity, @Nullable String table, String text) {
        control.sql(
                        """
                        insert into storeveil.run_finding (run, step, severity, table_name, text)
                        select :run, :step, :severity, cast(:table as text), :text
                        where not exists (select 1 from storeveil.run_finding
                            where run = :run and step = :step and severity = :severity
                              and table_name is not distinct from cast(:table as text) and text = :text)""")
                .param("run", run.id())
                .param("step", step)
                .param("severity", severity.word())
                .param("table", table)
                .param("text", text)
                .update();
    }

    public Optional<RunRecord> run(String id) {
        return control.sql("select * from storeveil.run where id = :id")
                .param("id", id)
                .query(RunRecords::run)
                .optional();
    }

    /** The last attempt at this night, simulated or real. */
    public Optional<RunRecord> lastAttempt(String store, LocalDate businessDate, boolean simulate) {
        return control.sql(
                        """
                        select * from storeveil.run where store = :store and business_date = :date
                            and simulate = :simulate order by attempt desc limit 1""")
                .param("store", store)
                .param("date", businessDate)
                .param("simulate", simulate)
                .query(RunRecords::run)
                .optional();
    }

    /** The latest run first. */
    public List<RunRecord> runs(int limit) {
        return control.sql("select * from storeveil.run order by started_at desc, id desc limit :limit")
                .param("limit", limit)
                .query(RunRecords::run)
                .list();
    }

    /** In the order of their beginning. */
    public List<StepRecord> steps(String run) {
        return control.sql("select * from storeveil.run_step where run = :run order by started_at, finished_at, step")
                .param("run", run)
                .query((row, n) -> new StepRecord(
                        row.getString("step"),
                        StepStatus.of(row.getString("status")),
                        instant(row, "started_at"),
                        instant(row, "finished_at"),
                        row.getString("detail")))
                .list();
    }

    public List<RuleCount> counts(String run) {
        return control.sql("select * from storeveil.run_count where run = :run order by table_name, rule")
                .param("run", run)
                .query((row, n) -> new RuleCount(
                        row.getString("table_name"),
                        row.getString("rule"),
                        row.getLong("eligible"),
                        row.getLong("done"),
                        row.getLong("held"),
                        row.getLong("kept"),
                        row.getLong("deferred"),
                        row.getLong("failed")))
                .list();
    }

    public List<Finding> findings(String run) {
        return control.sql("select * from storeveil.run_finding where run = :run order by id")
                .param("run", run)
                .query((row, n) -> new Finding(
                        row.getString("step"),
                        Severity.of(row.getString("severity")),
                        row.getString("table_name"),
                        row.getString("text")))
                .list();
    }

    private static RunRecord run(ResultSet row, int number) throws SQLException {
        Run run = new Run(
                row.getString("id"),
                row.getString("store"),
                row.getObject("business_date", LocalDate.class),
                row.getInt("attempt"),
                row.getObject("cutoff", OffsetDateTime.class).toInstant(),
                row.getBoolean("simulate"));
        return new RunRecord(
                run,
                row.getString("policy_sha256"),
                row.getString("operator"),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                instant(row, "finished_at"),
                row.getObject("exit_code", Integer.class),
                row.getString("verdict"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    private OffsetDateTime now() {
        return utc(clock.instant());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}

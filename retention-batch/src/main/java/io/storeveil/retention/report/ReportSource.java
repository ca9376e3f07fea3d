package io.storeveil.retention.report;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Review;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecord;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.ledger.RunSeal;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.report.Certificate.Fate;
import io.storeveil.retention.report.Certificate.Line;
import io.storeveil.retention.report.Report.HandledRequest;
import io.storeveil.retention.report.Report.Kept;
import io.storeveil.retention.report.Report.KeyFacts;
import io.storeveil.retention.report.Report.Night;
import io.storeveil.retention.report.Report.OpenRequest;
import io.storeveil.retention.report.Report.PolicyFacts;
import io.storeveil.retention.report.Report.PreviousReport;
import io.storeveil.retention.report.Report.RunFacts;
import io.storeveil.retention.report.Report.Unsigned;
import io.storeveil.retention.sweep.Run;
import io.storeveil.retention.sweep.SweepContext;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Gathers a report from the control database. It reads and never decides. */
final class ReportSource {

    private static final int NIGHTS = 14;

    private final SweepContext context;
    private final RunRecords records;
    private final JdbcClient control;
    private final Clock clock;

    ReportSource(SweepContext context) {
        this.context = context;
        this.clock = context.clock();
        this.records = new RunRecords(context.control(), clock);
        this.control = JdbcClient.create(context.control());
    }

    /** @param certificates of this run's requests */
    Report read(List<Certificate> certificates) {
        Run run = context.run();
        RunRecord record = records.run(run.id())
                .orElseThrow(() -> new IllegalStateException("run " + run.id() + " is not in the control database"));
        Instant now = clock.instant();
        return new Report(
                new RunFacts(
                        run.id(),
                        run.store(),
                        run.businessDate(),
                        run.attempt(),
                        run.simulate(),
                        run.cutoff(),
                        record.startedAt(),
                        record.finishedAt()),
                policy(context.policy()),
                now,
                records.steps(run.id()).stream()
                        .filter(step -> !step.step().equals("report"))
                        .toList(),
                records.counts(run.id()),
                new Decisions(context.control()).of(run.id()),
                records.findings(run.id()).stream()
                        .filter(finding -> !finding.step().equals("report"))
                        .toList(),
                open(),
                certificates.stream().map(ReportSource::handled).toList(),
                keys(),
                new RunSeal(context.control(), clock).of(run.id()).orElse(null),
                nights(),
                previous(),
                unsigned(now));
    }

    private static PolicyFacts policy(Policy policy) {
        Review reviewed = policy.reviewed();
        return new PolicyFacts(
                policy.controller().name(),
                policy.controller().dataProtectionOfficer(),
                policy.timeZone(),
                policy.sha256(),
                reviewed == null ? null : reviewed.by(),
                reviewed == null ? null : reviewed.due());
    }

    private List<OpenRequest> open() {
        return control.sql(
                        """
                        select id, kind, subject_ref, state, received_at, due_at from storeveil.request
                        where state not in ('closed', 'withdrawn', 'refused', 'restricted') order by due_at, id""")
                .query((row, n) -> new OpenRequest(
                        row.getString("id"),
                        row.getString("kind"),
                        row.getString("subject_ref"),
                        row.getString("state"),
                        day(row.getObject("received_at", OffsetDateTime.class)),
                        day(row.getObject("due_at", OffsetDateTime.class))))
                .list();
    }

    private LocalDate day(OffsetDateTime moment) {
        return LocalDate.ofInstant(moment.toInstant(), context.policy().timeZone());
    }

    private static HandledRequest handled(Certificate certificate) {
        return new HandledRequest(
                certificate.request(),
                certificate.kind(),
                certificate.subject(),
                certificate.state(),
                Brief.erased(certificate),
                certificate.tables().stream()
                        .flatMap(table -> table.lines().stream()
                                .filter(line -> line.fate() == Fate.KEPT && line.until() != null)
                                .map(line -> kept(table.table(), line)))
                        .toList(),
                Brief.shredded(certificate),
                Brief.remaining(certificate),
                certificate.fileName() + ".html");
    }

    private static Kept kept(String table, Line line) {
        String ground = line.ground();
        String until = line.until();
        return new Kept(
                table + ": " + line.columns(),
                ground == null ? "" : ground,
                LocalDate.parse(until == null ? LocalDate.MAX.toString() : until));
    }

    private KeyFacts keys() {
        record Shred(long version, long leaves, Instant at) {}
        String own = "select state_version, leaves, effective_at from storeveil.shred where run = :run";
        String before =
                """
                select state_version, leaves, effective_at from storeveil.shred
                where run <> :run order by effective_at desc limit 1""";
        @Nullable
        Shred mine = control.sql(own)
                .param("run", context.run().id())
                .query((row, n) -> new Shred(
                        row.getLong(1),
                        row.getLong(2),
                        row.getObject(3, OffsetDateTime.class).toInstant()))
                .optional()
                .orElse(null);
        @Nullable
        Long earlier = control.sql(before)
                .param("run", context.run().id())
                .query((row, n) -> row.getLong(1))
                .optional()
                .orElse(null);
        long now = context.keys().currentVersion();
        return mine == null
                ? new KeyFacts(now, now, 0, null)
                : new KeyFacts(
                        earlier == null ? 1 : earlier, now, mine.leaves(), mine.leaves() == 0 ? null : mine.at());
    }

    private List<Night> nights() {
        List<Night> nights = new ArrayList<>();
        for (RunRecord past : records.runs(NIGHTS * 3)) {
            Run run = past.run();
            if (nights.size() == NIGHTS
                    || run.simulate()
                    || !run.store().equals(context.run().store())) {
                continue;
            }
            List<RuleCount> counts = records.counts(run.id());
            nights.add(new Night(
                    run.businessDate(),
                    run.attempt(),
                    counts.stream().mapToLong(RuleCount::done).sum(),
                    counts.stream().mapToLong(RuleCount::deferred).sum(),
                    counts.stream().mapToLong(RuleCount::failed).sum(),
                    past.verdict()));
        }
        Collections.reverse(nights);
        return nights;
    }

    private @Nullable PreviousReport previous() {
        return control.sql(
                        """
                        select run, sha256 from storeveil.report
                        where run <> :run and written_at <= coalesce(
                            (select written_at from storeveil.report where run = :run), 'infinity')
                        order by written_at desc limit 1""")
                .param("run", context.run().id())
                .query((row, n) -> new PreviousReport(row.getString("run"), row.getString("sha256")))
                .optional()
                .orElse(null);
    }

    private List<Unsigned> unsigned(Instant now) {
        LocalDate today = LocalDate.ofInstant(now, context.policy().timeZone());
        return control.sql(
                        """
                        select report.run, business_date, written_at from storeveil.report
                        join storeveil.run on run.id = report.run
                        where run.id <> :run and store = :store and not simulate
                          and not exists (select 1 from storeveil.sign_off where sign_off.run = report.run)
                        order by written_at""")
                .param("run", context.run().id())
                .param("store", context.run().store())
                .query((row, n) -> new Unsigned(
                        row.getString("run"),
                        row.getObject("business_date", LocalDate.class),
                        workingDays(day(row.getObject("written_at", OffsetDateTime.class)), today)))
                .list();
    }

    /** Mondays to Fridays after {@code from}, up to {@code to}. */
    static long workingDays(LocalDate from, LocalDate to) {
        return from.plusDays(1)
                .datesUntil(to.isAfter(from) ? to.plusDays(1) : from.plusDays(1))
                .filter(day -> day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY)
                .count();
    }
}

package io.storeveil.retention.report;

import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ledger.RunSeal;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes the night's report and certificates, and chains the report to yesterday's. It also runs when an earlier step
 * failed: a failed night is reported, and as failed. A report that is signed is never written again.
 */
public final class ReportStep implements Step {

    @Override
    public String name() {
        return "report";
    }

    /** @throws StepFailed if the reports directory cannot be written */
    @Override
    public void run(SweepContext context) {
        Judgement judged = write(context);
        RunRecords records = new RunRecords(context.control(), context.clock());
        switch (judged.verdict()) {
            case CLEAN -> {}
            case NEEDS_DECISION -> records.finding(context.run(), name(), Severity.DECISION, null, judged.sentence());
            case FAILED -> records.finding(context.run(), name(), Severity.FAILED, null, judged.sentence());
        }
    }

    /** The same, and what it amounts to. */
    public Judgement write(SweepContext context) {
        seal(context);
        List<Certificate> certificates = new Certificates(context).all();
        Report report = new ReportSource(context).read(certificates);
        Judgement judged = Judgement.of(report);
        if (signed(context)) {
            return judged;
        }
        Map<String, String> files = new LinkedHashMap<>();
        String name = report.run().fileName();
        files.put(name + ".html", HtmlReport.render(report));
        files.put(name + ".json", JsonReport.render(report));
        files.put(name + ".csv", CsvReport.render(report));
        for (Certificate certificate : certificates) {
            files.put(
                    certificate.fileName() + ".html",
                    HtmlCertificate.render(certificate, context.policy().timeZone()));
            files.put(certificate.fileName() + ".json", JsonCertificate.render(certificate));
        }
        Path directory = context.settings().reports();
        try {
            String sha256 = new ReportFiles(directory).write(name, files);
            record(context, report, judged, directory.resolve(name + ".html"), sha256);
        } catch (IOException e) {
            throw new StepFailed(
                    directory + ": the report cannot be written there ("
                            + e.getClass().getSimpleName()
                            + "): make the directory writable or change reports, then start the sweep again",
                    e);
        }
        return judged;
    }

    /** Behind everything the run did. A store that cannot be read has failed the night already; that is reported too. */
    private static void seal(SweepContext context) {
        if (context.run().simulate()) {
            return;
        }
        try {
            new RunSeal(context.control(), context.clock())
                    .seal(context.store(), context.run().id());
        } catch (SQLException unreadable) {
            new RunRecords(context.control(), context.clock())
                    .finding(
                            context.run(),
                            "report",
                            Severity.FAILED,
                            null,
                            "the store's journal cannot be read, so what the run did is not sealed: SQLSTATE "
                                    + unreadable.getSQLState());
        }
    }

    private static boolean signed(SweepContext context) {
        return JdbcClient.create(context.control())
                        .sql("select count(*) from storeveil.sign_off where run = :run")
                        .param("run", context.run().id())
                        .query(Long.class)
                        .single()
                > 0;
    }

    private static void record(SweepContext context, Report report, Judgement judged, Path page, String sha256) {
        String previous = report.previous() == null ? null : report.previous().sha256();
        new TransactionTemplate(new JdbcTransactionManager(context.control())).executeWithoutResult(transaction -> {
            JdbcClient.create(context.control())
                    .sql(
                            """
                                    insert into storeveil.report (run, sha256, previous_sha256, path, written_at)
                                    values (:run, :sha256, :previous, :path, :now)
                                    on conflict (run) do update set sha256 = excluded.sha256,
                                        previous_sha256 = excluded.previous_sha256, path = excluded.path,
                                        written_at = excluded.written_at""")
                    .param("run", context.run().id())
                    .param("sha256", sha256)
                    .param("previous", previous)
                    .param("path", page.toAbsolutePath().toString())
                    .param("now", report.writtenAt().atOffset(ZoneOffset.UTC))
                    .update();
            new Ledger(context.control(), context.clock())
                    .append(
                            "report-written",
                            context.run().id(),
                            Map.of(
                                    "sha256",
                                    sha256,
                                    "previous",
                                    previous == null ? "" : previous,
                                    "verdict",
                                    judged.verdict().words()));
        });
    }
}

package io.storeveil.retention.report;

import io.storeveil.retention.approval.PlanRecords;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.person.Signatory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The reports that were written, and the signatures under them. */
final class SignOffs {

    enum Decision {
        ACCEPT,
        ACCEPT_WITH_EXCEPTIONS,
        REJECT;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * @param operator who ran the sweep
     * @param signedBy names with decisions; empty where nobody has signed
     */
    record Written(
            String run, Instant writtenAt, Path path, String sha256, String verdict, String operator, String signedBy) {

        List<String> altered() throws IOException {
            Path file = path.getFileName();
            Path directory = path.getParent();
            if (file == null || directory == null) {
                throw new IllegalStateException("the path of the report of " + run + " names no file");
            }
            return new ReportFiles(directory).altered(file.toString().replaceFirst("\\.html$", ""), sha256);
        }
    }

    private static final String REPORTS =
            """
            select report.run, report.written_at, report.path, report.sha256, coalesce(run.verdict, '') as verdict,
                run.operator, coalesce((select string_agg(person || ' (' || decision || ')', ', ' order by at)
                    from storeveil.sign_off where sign_off.run = report.run), '') as signed_by
            from storeveil.report join storeveil.run on run.id = report.run
            """;

    private final JdbcClient control;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final PlanRecords plans;
    private final Clock clock;

    SignOffs(DataSource control, Clock clock) {
        this.control = JdbcClient.create(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
        this.ledger = new Ledger(control, clock);
        this.plans = new PlanRecords(control, clock);
        this.clock = clock;
    }

    /** The latest first. */
    List<Written> reports() {
        return query(REPORTS + "order by report.written_at desc").list();
    }

    Written latest() {
        return reports().stream()
                .findFirst()
                .orElseThrow(() -> new InputWrong("no report was written yet: 'sweep' writes the first"));
    }

    /** @throws InputWrong if there is none of that run */
    Written report(String run) {
        return control.sql(REPORTS + "where report.run = :run")
                .param("run", run)
                .query(SignOffs::written)
                .optional()
                .orElseThrow(() -> new InputWrong("RUN: no report of this run; see 'report list'"));
    }

    private JdbcClient.MappedQuerySpec<Written> query(String sql) {
        return control.sql(sql).query(SignOffs::written);
    }

    private static Written written(java.sql.ResultSet row, int number) throws java.sql.SQLException {
        return new Written(
                row.getString("run"),
                row.getObject("written_at", OffsetDateTime.class).toInstant(),
                Path.of(row.getString("path")),
                row.getString("sha256"),
                row.getString("verdict"),
                row.getString("operator"),
                row.getString("signed_by"));
    }

    /**
     * Signs; what is rejected stops at once.
     *
     * @param rules that a rejection stops; empty for all that acted
     * @return the rules that only observe from now on
     * @throws InputWrong if this person ran the sweep, or has signed already
     */
    List<String> sign(Written report, Decision decision, String remark, Set<String> rules, Signatory signatory) {
        String name = signatory.person().name();
        if (report.operator().equals(name) || report.operator().equals("os:" + name)) {
            throw new InputWrong("--as: this person ran the sweep; a report is signed by someone else");
        }
        byte[] signature = signatory.sign(signedText(report, decision, remark));
        return Objects.requireNonNull(transaction.execute(status -> {
            int added = control.sql(
                            """
                            insert into storeveil.sign_off
                                (run, person, decision, remark, report_sha256, at, signature)
                            values (:run, :person, :decision, :remark, :sha256, :now, :signature)
                            on conflict do nothing""")
                    .param("run", report.run())
                    .param("person", name)
                    .param("decision", decision.word())
                    .param("remark", remark)
                    .param("sha256", report.sha256())
                    .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                    .param("signature", signature)
                    .update();
            if (added == 0) {
                throw new InputWrong("--as: this person has signed this report already");
            }
            ledger.append(
                    "report-signed-off",
                    report.run(),
                    Map.of("person", name, "decision", decision.word(), "sha256", report.sha256()));
            return decision == Decision.REJECT ? plans.withdraw(report.run(), rules, name) : List.<String>of();
        }));
    }

    static String signedText(Written report, Decision decision, String remark) {
        return String.join("\n", "storeveil/v1/sign-off", report.run(), report.sha256(), decision.word(), remark);
    }
}

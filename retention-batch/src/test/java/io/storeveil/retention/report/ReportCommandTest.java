package io.storeveil.retention.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.Main;
import io.storeveil.retention.approval.PlanRecords;
import io.storeveil.retention.approval.PlannedRule;
import io.storeveil.retention.command.Surroundings;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ledger.LedgerEntry;
import io.storeveil.retention.person.PersonRecords;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.sweep.SweepContext;
import io.storeveil.retention.testing.NightFixture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class ReportCommandTest {

    private static final String RUN = "shop/2026-11-23/1";

    private final NightFixture night = new NightFixture();

    private Path directory;
    private SweepContext context;
    private String said;

    @BeforeEach
    void aReportAndItsReviewer(@TempDir Path temporary) throws Exception {
        directory = temporary;
        context = night.context(directory);
        new RunRecords(context.control(), context.clock())
                .begin(context.run(), context.policy().sha256(), "os:operator");
        new ReportStep().run(context);
        Settings settings = context.settings();
        Files.writeString(
                directory.resolve("application.yaml"),
                """
                storeveil:
                  store: { url: "%s", user: postgres, password: postgres }
                  control: { url: "%s", user: postgres, password: postgres }
                  connect: { source: source, sink: sink }
                  keys: { copies: [keys-1, keys-2], key-encryption-keys: keks }
                """
                        .formatted(settings.store().url(), settings.control().url()));
        assertThat(storeveil("person", "enrol", "--name", "ben")).isZero();
    }

    private int storeveil(String... arguments) {
        StringWriter out = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--config=" + directory.resolve("application.yaml"));
        Surroundings surroundings = new Surroundings(
                Map.of("STOREVEIL_PASSPHRASE", "correct horse battery", "HOME", directory.toString()),
                Clock.fixed(NightFixture.NOW, ZoneOffset.UTC),
                new PrintWriter(out, true),
                new PrintWriter(out, true));
        int code = Main.run(surroundings, all.toArray(String[]::new));
        said = out.toString();
        return code;
    }

    @Test
    void aReportThatIsAsItWasWrittenIsSigned() {
        assertThat(storeveil("report", "sign-off", RUN, "--as", "ben", "--accept"))
                .isZero();

        SignOffs.Written report = new SignOffs(context.control(), context.clock()).report(RUN);
        assertThat(report.signedBy()).isEqualTo("ben (accept)");
        assertThat(new Ledger(context.control(), context.clock())
                        .entries(RUN).stream().map(LedgerEntry::kind))
                .containsExactly("run-sealed", "report-written", "report-signed-off");
        byte[] signature = JdbcClient.create(context.control())
                .sql("select signature from storeveil.sign_off")
                .query(byte[].class)
                .single();
        assertThat(new PersonRecords(context.control(), context.clock())
                        .signed("ben", SignOffs.signedText(report, SignOffs.Decision.ACCEPT, ""), signature))
                .isTrue();
    }

    @Test
    void anAlteredReportIsNotSigned() throws IOException {
        Path page = context.settings().reports().resolve("report-shop-2026-11-23-1.html");
        Files.writeString(page, Files.readString(page).replace("Clean", "Splendid"));

        assertThat(storeveil("report", "sign-off", RUN, "--as", "ben", "--accept"))
                .isEqualTo(1);

        assertThat(said).contains("not signed: ").contains("report-shop-2026-11-23-1.html was altered");
        assertThat(storeveil("report", "show", RUN)).isEqualTo(1);
    }

    @Test
    void anExceptionNeedsARemark() {
        assertThat(storeveil("report", "sign-off", RUN, "--as", "ben", "--reject"))
                .isEqualTo(2);

        assertThat(said).contains("--remark: say what the exceptions are, or why the report is rejected");
    }

    @Test
    void aRejectedReport_stopsItsRules_untilSomebodyApprovesThemAnew() {
        PlanRecords plans = new PlanRecords(context.control(), context.clock());
        plans.save(
                context.run(),
                "{}",
                List.of(
                        new PlannedRule("delete orders", "1a", "orders", 3, true, "nobody has approved it"),
                        new PlannedRule("delete visits", "2b", "visits", 5, true, "nobody has approved it")));
        assertThat(storeveil("person", "enrol", "--name", "ada")).isZero();
        assertThat(storeveil("plan", "approve", "--as", "ada")).isZero();
        String[] reject = {
            "report", "sign-off", RUN, "--as", "ben", "--reject", "--remark", "too many", "--rule", "delete orders"
        };

        assertThat(storeveil(reject)).isZero();

        assertThat(said).contains("Stopped: delete orders; 'plan approve' lets it act again.");
        assertThat(plans.approved("delete orders", "1a")).isFalse();
        assertThat(plans.rejectedBy("delete orders")).contains(RUN);
        assertThat(plans.approved("delete visits", "2b")).isTrue();
        assertThat(new Ledger(context.control(), context.clock())
                        .entries(RUN).stream().map(LedgerEntry::kind))
                .endsWith("report-signed-off", "rule-stopped");
        assertThat(storeveil("plan", "approve", "--as", "ada", "--rule", "delete orders"))
                .isZero();
        assertThat(plans.approved("delete orders", "1a")).isTrue();
    }

    @Test
    void onlyARejectedReportStopsRules() {
        assertThat(storeveil("report", "sign-off", RUN, "--as", "ben", "--accept", "--rule", "delete orders"))
                .isEqualTo(2);

        assertThat(said).contains("--rule: only a rejected report stops rules");
    }

    @Test
    void aSignedReportIsNotWrittenAgain() {
        storeveil("report", "sign-off", RUN, "--as", "ben", "--accept-with-exceptions", "--remark", "one table late");
        String sha256 =
                new SignOffs(context.control(), context.clock()).report(RUN).sha256();
        new RunRecords(context.control(), context.clock())
                .finding(context.run(), "drain", io.storeveil.retention.control.Severity.FAILED, null, "found later");

        new ReportStep().run(context);

        assertThat(new SignOffs(context.control(), context.clock()).report(RUN).sha256())
                .isEqualTo(sha256);
    }

    @Test
    void theListNamesRunVerdictAndSignature() {
        new RunRecords(context.control(), context.clock()).finish(context.run(), 0, "clean");

        assertThat(storeveil("report", "list")).isZero();

        assertThat(said)
                .contains("RUN", "VERDICT", "SIGNED")
                .contains(RUN)
                .contains("clean")
                .contains("no");
    }
}

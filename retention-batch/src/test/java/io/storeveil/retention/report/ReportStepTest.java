package io.storeveil.retention.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.control.StepStatus;
import io.storeveil.retention.drain.DrainStep;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.shred.ShredStep;
import io.storeveil.retention.sweep.SweepContext;
import io.storeveil.retention.testing.NightFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportStepTest {

    private final NightFixture night = new NightFixture();

    private SweepContext context;
    private RunRecords records;
    private Path reports;

    @BeforeEach
    void aNightThatErasedOnePersonAndKeptAnOrder(@TempDir Path directory) throws Exception {
        context = night.context(directory);
        reports = context.settings().reports();
        records = new RunRecords(context.control(), context.clock());
        records.begin(context.run(), context.policy().sha256(), "os:operator");
        records.step(context.run(), "erase", StepStatus.STARTED, "");
        records.step(context.run(), "erase", StepStatus.DONE, "1 request");
        records.count(context.run(), new RuleCount("public.customer", "erasure", 1, 1, 0, 0, 0, 0));
        JdbcClient.create(context.control())
                .sql(
                        """
                        insert into storeveil.request (id, kind, law, subject_kind, subject_ref, received_at, due_at, state,
                            recorded_by)
                        values ('R-2026-0001', 'erase', 'GDPR', 'customer', '5f0e9c3a77b1d24408aa6ce19f3b2d70',
                            '2026-11-01', '2026-12-01', 'erased', 'os:clerk')""")
                .update();
        KeyReference leaf = context.keys().current().reference(new OwnerId("public.customer", List.of(42L)));
        night.journal(context, "delete", "public.customer", "R-2026-0001", leaf);
        night.stub(context, "public.orders", "R-2026-0001", "{ship_name,ship_street,guest_email,delivered_at}");
        night.decided(context, "R-2026-0001");
    }

    private JsonNode json(String name) throws Exception {
        return new JsonMapper().readTree(Files.readString(reports.resolve(name)));
    }

    private void drained() {
        new Ledger(context.control(), context.clock())
                .append(
                        "drained",
                        context.run().id(),
                        Map.of(
                                "sink",
                                true,
                                "topics",
                                Map.of(
                                        "store.public.customer",
                                        Map.of(
                                                "cleanup.policy", "delete",
                                                "retention.ms", "604800000",
                                                "segment.ms", "604800000"))));
    }

    @Test
    void theReportIsThreeFilesWhoseHashesStandInTheirList() throws Exception {
        new ReportStep().run(context);

        assertThat(reports.toFile().list())
                .contains(
                        "report-shop-2026-11-23-1.html",
                        "report-shop-2026-11-23-1.json",
                        "report-shop-2026-11-23-1.csv",
                        "report-shop-2026-11-23-1.sha256",
                        "certificate-R-2026-0001-shop-2026-11-23-1.html",
                        "certificate-R-2026-0001-shop-2026-11-23-1.json")
                .noneMatch(name -> name.endsWith(".tmp"));
        assertThat(new SignOffs(context.control(), context.clock()).latest().altered())
                .isEmpty();
    }

    @Test
    void anAlteredReportIsFoundAndNamed() throws Exception {
        new ReportStep().run(context);
        Files.writeString(reports.resolve("report-shop-2026-11-23-1.csv"), "nothing happened");

        assertThat(new SignOffs(context.control(), context.clock()).latest().altered())
                .singleElement()
                .asString()
                .endsWith("report-shop-2026-11-23-1.csv was altered");
    }

    @Test
    void withoutAStream_theReportSaysNotDrained_andTheCertificateClaimsNothingOutsideTheStore() throws Exception {
        new DrainStep().run(context);
        new ShredStep().run(context);
        new ReportStep().run(context);

        JsonNode report = json("report-shop-2026-11-23-1.json");
        assertThat(report.path("verdict").asString()).isEqualTo("Done, needs a decision");
        assertThat(report.path("notDrained").path(0).asString()).startsWith("not drained: no stream is configured");
        assertThat(report.path("keys").path("leaves").asLong()).isEqualTo(1);
        String certificate = Files.readString(reports.resolve("certificate-R-2026-0001-shop-2026-11-23-1.html"));
        assertThat(certificate)
                .contains("not confirmed outside the store")
                .contains("The run was not drained")
                .doesNotContain("read back from its topic");
    }

    @Test
    void beforeTheShredding_theCertificateSaysThatTheKeyIsNotDestroyed() throws Exception {
        new ReportStep().run(context);

        JsonNode certificate =
                json("certificate-R-2026-0001-shop-2026-11-23-1.json").path("certificate");
        assertThat(certificate.path("shreddedAt").isNull()).isTrue();
        assertThat(certificate.toString())
                .doesNotContain("SHREDDED")
                .contains("the key is not destroyed yet", "The store was not looked through again for the person.");
    }

    @Test
    void afterTheLook_theCertificateSaysHowFarItWent() throws Exception {
        new Ledger(context.control(), context.clock())
                .append(
                        "verified",
                        context.run().id(),
                        Map.of("residues", 0, "named", 0, "search", Map.of("indexed", 2, "left", 1)));

        new ReportStep().run(context);

        assertThat(json("certificate-R-2026-0001-shop-2026-11-23-1.json").toString())
                .contains(
                        "what is not named here as kept was not found",
                        "through the indexes of 2 columns; 1 column with text was not searched",
                        "'storeveil request verify R-2026-0001 --full' reads all");
    }

    @Test
    void whatAStubKeeps_isNamedWithItsGroundAndItsLatestDay() throws Exception {
        night.done(context, "R-2026-0001");
        drained();
        new DrainStep().run(context);
        new ShredStep().run(context);
        new ReportStep().run(context);

        Files.createDirectories(Path.of("target", "report-samples"));
        Files.copy(
                reports.resolve("certificate-R-2026-0001-shop-2026-11-23-1.html"),
                Path.of("target", "report-samples", "certificate.html"),
                StandardCopyOption.REPLACE_EXISTING);
        JsonNode orders = table("public.orders");
        assertThat(orders.toString())
                .contains("\"fate\":\"KEPT\",\"columns\":\"id, customer_id, status, total, wanted_on, placed_at\"")
                .contains("\"ground\":\"AO s. 147\",\"until\":\"2034-12-31\"");
        JsonNode customer = table("public.customer");
        assertThat(customer.toString())
                .contains("1 row deleted in the store; read back from its topic")
                .contains("in the history of topic store.public.customer: gone after 14 days at the latest")
                .contains("SHREDDED");
    }

    private JsonNode table(String name) throws Exception {
        for (JsonNode table : json("certificate-R-2026-0001-shop-2026-11-23-1.json")
                .path("certificate")
                .path("tables")) {
            if (table.path("table").asString().equals(name)) {
                return table;
            }
        }
        throw new AssertionError("no table " + name);
    }

    @Test
    void anErasureThatIsNotWholeIsNotCertified() throws Exception {
        new DrainStep().run(context);
        new ShredStep().run(context);
        new ReportStep().run(context);

        assertThat(Files.readString(reports.resolve("certificate-R-2026-0001-shop-2026-11-23-1.html")))
                .contains("<strong>Not finished</strong>");
    }

    @Test
    void aFailedStepMakesTheNightFailed() throws Exception {
        records.step(context.run(), "drain", StepStatus.STARTED, "");
        records.step(context.run(), "drain", StepStatus.FAILED, "the broker does not answer");

        assertThat(new ReportStep().write(context).verdict()).isEqualTo(Verdict.FAILED);

        assertThat(json("report-shop-2026-11-23-1.json").path("sentence").asString())
                .startsWith("The run stopped in drain.");
    }

    @Test
    void aPolicyWarningIsOnTheFirstScreen() throws Exception {
        records.finding(
                context.run(), "preflight", Severity.WARNING, "public.gift", "the policy does not name this table");

        new ReportStep().run(context);

        assertThat(json("report-shop-2026-11-23-1.json")
                        .path("policyWarnings")
                        .path(0)
                        .asString())
                .isEqualTo("public.gift: the policy does not name this table");
    }

    @Test
    void writtenTwice_itIsOneReport() {
        new ReportStep().run(context);

        assertThatCode(() -> new ReportStep().run(context)).doesNotThrowAnyException();

        assertThat(new SignOffs(context.control(), context.clock()).reports()).hasSize(1);
    }
}

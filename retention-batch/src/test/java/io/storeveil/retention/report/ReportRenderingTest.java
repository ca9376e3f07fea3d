package io.storeveil.retention.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.report.Report.OpenRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportRenderingTest {

    private static JsonNode json(Report report) {
        return new JsonMapper().readTree(JsonReport.render(report));
    }

    @Test
    void aNightInWhichEverythingClosesIsClean() {
        JsonNode json = json(Samples.clean());

        assertThat(json.path("verdict").asString()).isEqualTo("Clean");
        assertThat(json.path("sentence").asString())
                .isEqualTo(
                        "1 request was carried out, 7,327 rows were deleted or anonymised and 1,866 keys were destroyed;"
                                + " every eligible row is accounted for and nobody is asked for anything.");
        assertThat(json.path("precedence").path(2).path("why").asString())
                .isEqualTo("a law still asks for it: AO s. 147, until 2034-12-31 at the latest");
        assertThat(json.path("precedence").path(2).path("line").asInt()).isEqualTo(3);
        assertThat(json.path("sums").path(1).path("closes").asBoolean()).isTrue();
        assertThat(json.path("run").path("cutoff").asString()).isEqualTo("2026-11-23T23:00:00Z");
    }

    @Test
    void aSumThatDoesNotCloseFailsTheNightAndIsNamed() {
        Report report = Samples.withSums(List.of(new RuleCount("public.orders", "expire", 10, 6, 1, 1, 0, 0)));

        assertThat(Judgement.of(report).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(Judgement.of(report).failed())
                .extracting(Judgement.Question::owner, Judgement.Question::text)
                .containsExactly(tuple(
                        "data platform",
                        "public.orders, expire: the sum does not close: 10 rows were eligible, 8 are accounted for"));
        assertThat(HtmlReport.render(report)).contains("off by +2").contains("1 sum does not close.");
        assertThat(json(report).path("sums").path(0).path("closes").asBoolean()).isFalse();
        assertThat(CsvReport.render(report)).contains("public.orders,expire,10,6,1,1,0,0,no,0,0,0,0,0,0,0,0,\r\n");
    }

    @Test
    void aRequestPastItsDayIsOverdueAndNeedsADecision() {
        OpenRequest late = new OpenRequest(
                "R-2026-0001",
                "erasure",
                "ab12",
                "verified",
                LocalDate.parse("2026-10-01"),
                LocalDate.parse("2026-11-01"));
        OpenRequest soon = new OpenRequest(
                "R-2026-0002",
                "erasure",
                "cd34",
                "verified",
                LocalDate.parse("2026-10-30"),
                LocalDate.parse("2026-11-30"));

        Judgement judged = Judgement.of(Samples.withOpen(List.of(late, soon)));

        assertThat(judged.verdict()).isEqualTo(Verdict.NEEDS_DECISION);
        assertThat(judged.overdue()).containsExactly(late);
        assertThat(judged.dueSoon()).containsExactly(soon);
        assertThat(judged.decisions()).extracting(Judgement.Question::owner).containsExactly("privacy office");
    }

    @Test
    void whatAFindingSaysIsEscaped() {
        Report report = Samples.withFindings(List.of(
                new Finding("preflight", Severity.WARNING, "public.\"<script>alert(1)</script>\"", "a & b <i>")));

        assertThat(HtmlReport.render(report))
                .doesNotContain("<script>")
                .doesNotContain("<i>")
                .contains("a &amp; b &lt;i&gt;");
    }

    @Test
    void thePageLoadsNothingFromElsewhere() {
        assertThat(HtmlReport.render(Samples.busy()))
                .doesNotContain("src=")
                .doesNotContain("@import")
                .doesNotContain("url(")
                .doesNotContain("<script")
                .doesNotContain("<link");
    }

    @Test
    void aReferenceIsShownShort() {
        assertThat(HtmlReport.render(Samples.clean())).contains("5f0e9c3a77b1").doesNotContain("5f0e9c3a77b1d244");
    }

    @Test
    void aCellThatLooksLikeAFormulaIsQuoted() {
        Report report = Samples.withSums(List.of(new RuleCount("=HYPERLINK(\"x\")", "expire", 0, 0, 0, 0, 0, 0)));

        assertThat(CsvReport.render(report)).contains("\"'=HYPERLINK(\"\"x\"\")\"");
    }

    /** Leaves the pages where a person can open them. */
    @Test
    void everyKindOfNightRenders() throws IOException {
        Path pages = Files.createDirectories(Path.of("target", "report-samples"));
        for (var sample : List.of(Samples.clean(), Samples.busy(), Samples.failed())) {
            String html = HtmlReport.render(sample);
            assertThat(html).contains("Nightly retention report: shop").doesNotContain("{{");
            Files.writeString(
                    pages.resolve(Judgement.of(sample).verdict().name().toLowerCase(java.util.Locale.ROOT) + ".html"),
                    html);
        }
    }
}

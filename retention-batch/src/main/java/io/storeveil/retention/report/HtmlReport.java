package io.storeveil.retention.report;

import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.control.StepStatus;
import io.storeveil.retention.ledger.RunSeal;
import io.storeveil.retention.report.Report.HandledRequest;
import io.storeveil.retention.report.Report.OpenRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report as one HTML page that needs nothing from outside: for a screen, a telephone, and paper. */
public final class HtmlReport {

    private static final int REFERENCE_SHOWN = 12;

    private HtmlReport() {}

    public static String render(Report report) {
        return Page.render("report.mustache", view(report));
    }

    private static Map<String, Object> view(Report report) {
        Judgement judged = Judgement.of(report);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("store", report.run().store());
        view.put("date", report.run().businessDate().toString());
        view.put("attempt", report.run().attempt());
        view.put("runId", report.run().id());
        view.put("simulate", report.run().simulate());
        view.put("controller", report.policy().controller());
        view.put("officer", orEmpty(report.policy().dataProtectionOfficer()));
        view.put("written", moment(report, report.writtenAt()));
        view.put("cutoff", moment(report, report.run().cutoff()));
        view.put("state", tone(judged.verdict()));
        view.put("mark", mark(judged.verdict()));
        view.put("verdict", judged.verdict().words());
        view.put("sentence", judged.sentence());
        view.put("tiles", tiles(judged));
        view.put("decisions", judged.decisions());
        view.put("hasDecisions", !judged.decisions().isEmpty());
        view.put("failures", judged.failed());
        view.put("hasFailures", !judged.failed().isEmpty());
        HtmlSums.show(report, view);
        requests(report, judged, view);
        appendix(report, view);
        return view;
    }

    private static List<Map<String, Object>> tiles(Judgement judged) {
        return List.of(
                tile("Overdue", judged.overdue().size(), "request", "bad", ids(judged.overdue())),
                tile("Due in 7 days", judged.dueSoon().size(), "request", "warn", ids(judged.dueSoon())),
                tile("Failed", judged.failed().size(), "finding", "bad", List.of()),
                tile("Stream behind", judged.notDrained().size(), "finding", "warn", judged.notDrained()),
                tile("Policy warnings", judged.policyWarnings().size(), "finding", "warn", judged.policyWarnings()));
    }

    private static Map<String, Object> tile(String label, int count, String unit, String tone, List<String> notes) {
        return Map.of(
                "label",
                label,
                "count",
                count,
                "unit",
                count == 0 ? "none" : count == 1 ? unit : unit + "s",
                "tone",
                count == 0 ? "calm" : tone,
                "notes",
                notes.stream().limit(2).toList());
    }

    private static List<String> ids(List<OpenRequest> requests) {
        return requests.stream().map(r -> r.id() + ", due " + r.due()).toList();
    }

    private static void requests(Report report, Judgement judged, Map<String, Object> view) {
        view.put("handled", report.handled().stream().map(HtmlReport::handled).toList());
        view.put("hasHandled", !report.handled().isEmpty());
        List<Map<String, Object>> open = report.open().stream()
                .map(request -> Map.<String, Object>of(
                        "id", request.id(),
                        "kind", request.kind(),
                        "subject", shortened(request.subject()),
                        "state", request.state(),
                        "received", request.receivedOn().toString(),
                        "due", request.due().toString(),
                        "tone",
                                judged.overdue().contains(request)
                                        ? "bad"
                                        : judged.dueSoon().contains(request) ? "warn" : "calm",
                        "when",
                                judged.overdue().contains(request)
                                        ? "overdue"
                                        : judged.dueSoon().contains(request) ? "due soon" : "in time"))
                .toList();
        view.put("open", open);
        view.put("hasOpen", !open.isEmpty());
    }

    private static Map<String, Object> handled(HandledRequest request) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", request.id());
        row.put("kind", request.kind());
        row.put("subject", shortened(request.subject()));
        row.put("state", request.state());
        row.put("tone", List.of("shredded", "checked", "closed").contains(request.state()) ? "good" : "warn");
        row.put("deleted", request.deleted());
        row.put("kept", request.kept());
        row.put("shredded", request.shredded());
        row.put("remaining", request.remaining());
        row.put("certificate", request.certificate());
        return row;
    }

    private static void appendix(Report report, Map<String, Object> view) {
        view.put(
                "steps", report.steps().stream().map(step -> step(report, step)).toList());
        view.put("findings", report.findings().stream().map(HtmlReport::finding).toList());
        view.put("hasFindings", !report.findings().isEmpty());
        view.put("policySha256", report.policy().sha256());
        view.put(
                "review",
                report.policy().reviewDue() == null
                        ? "the policy names no review date"
                        : "next review due " + report.policy().reviewDue());
        view.put("keys", keys(report));
        seal(report, view);
        view.put("previous", report.previous() == null ? "" : report.previous().sha256());
        view.put(
                "previousRun",
                report.previous() == null ? "" : report.previous().run());
        view.put("chart", TrendChart.svg(report.trend()));
        view.put("hasTrend", !report.trend().isEmpty());
    }

    private static void seal(Report report, Map<String, Object> view) {
        RunSeal.Sealed seal = report.seal();
        view.put("root", seal == null ? "" : seal.root());
        view.put("ledger", seal == null ? "" : seal.head());
        view.put(
                "sealed",
                seal == null
                        ? report.run().simulate()
                                ? "a simulation is not sealed"
                                : "not sealed: the store could not be read"
                        : Words.count(seal.leaves(), "journal entry", "journal entries") + ", by entry " + seal.seq()
                                + " of the ledger");
    }

    private static Map<String, Object> step(Report report, StepRecord step) {
        Instant start = step.startedAt();
        Instant end = step.finishedAt();
        return Map.of(
                "name", step.step(),
                "status", step.status().name().toLowerCase(Locale.ROOT),
                "tone", tone(step.status()),
                "started", start == null ? "" : moment(report, start),
                "lasted", start == null || end == null ? "" : Words.lasted(Duration.between(start, end)),
                "detail", step.detail());
    }

    private static Map<String, Object> finding(Finding finding) {
        return Map.of(
                "step", finding.step(),
                "severity", finding.severity().name().toLowerCase(Locale.ROOT),
                "tone", tone(finding.severity()),
                "table", orEmpty(finding.table()),
                "text", finding.text());
    }

    private static String keys(Report report) {
        Report.KeyFacts keys = report.keys();
        if (keys.before() == null && keys.after() == null) {
            return "no version was recorded";
        }
        Instant effective = keys.effectiveAt();
        return "version " + keys.before() + " before, " + keys.after() + " after; "
                + (effective == null
                        ? "no key was destroyed"
                        : Words.count(keys.leaves(), "key") + " destroyed, effective " + moment(report, effective));
    }

    private static String tone(StepStatus status) {
        return switch (status) {
            case DONE -> "good";
            case STARTED, SKIPPED -> "calm";
            case FAILED -> "bad";
        };
    }

    private static String tone(Verdict verdict) {
        return switch (verdict) {
            case CLEAN -> "good";
            case NEEDS_DECISION -> "warn";
            case FAILED -> "bad";
        };
    }

    private static String tone(Severity severity) {
        return switch (severity) {
            case INFO -> "calm";
            case WARNING, DECISION -> "warn";
            case FAILED -> "bad";
        };
    }

    private static String mark(Verdict verdict) {
        return switch (verdict) {
            case CLEAN -> "✓";
            case NEEDS_DECISION -> "!";
            case FAILED -> "✗";
        };
    }

    private static String shortened(String reference) {
        return reference.length() <= REFERENCE_SHOWN ? reference : reference.substring(0, REFERENCE_SHOWN);
    }

    private static String moment(Report report, Instant instant) {
        return Words.moment(instant, report.policy().timeZone());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}

package io.storeveil.retention.report;

import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.control.StepStatus;
import java.util.ArrayList;
import java.util.List;

/** The verdict in one sentence. It counts only what was really done. */
final class Headline {

    private Headline() {}

    static String of(Report report, Verdict verdict, int failed, int decisions) {
        return switch (verdict) {
            case CLEAN ->
                capital(work(report)) + "; every eligible row is accounted for and nobody is asked for anything.";
            case NEEDS_DECISION ->
                restored(report) + capital(work(report)) + "; "
                        + (decisions == 1 ? "one decision is" : Words.number(decisions) + " decisions are")
                        + " waiting for a person.";
            case FAILED -> whatFailed(report, failed) + " " + capital(work(report)) + ".";
        };
    }

    private static String whatFailed(Report report, int failed) {
        List<String> steps = report.steps().stream()
                .filter(step -> step.status() == StepStatus.FAILED)
                .map(StepRecord::step)
                .toList();
        if (!steps.isEmpty()) {
            return "The run stopped in " + Words.list(steps) + ".";
        }
        long open = report.sums().stream().filter(sum -> !sum.closes()).count();
        if (open > 0) {
            return Words.count(open, "sum does", "sums do") + " not close.";
        }
        return Words.count(failed, "failure needs", "failures need") + " attention.";
    }

    private static String restored(Report report) {
        return report.findings().stream()
                        .anyMatch(
                                finding -> finding.step().equals("restore") && finding.severity() == Severity.DECISION)
                ? "The store was put back from a backup, and nothing in it was changed. "
                : "";
    }

    private static String work(Report report) {
        long done = report.sums().stream().mapToLong(RuleCount::done).sum();
        if (report.run().simulate()) {
            return "this was a simulation: nothing was changed, "
                    + Words.count(
                            report.sums().stream()
                                    .mapToLong(RuleCount::eligible)
                                    .sum(),
                            "row was",
                            "rows were")
                    + " eligible";
        }
        List<String> parts = new ArrayList<>();
        if (!report.handled().isEmpty()) {
            parts.add(Words.count(report.handled().size(), "request was", "requests were") + " carried out");
        }
        parts.add(Words.count(done, "row was", "rows were") + " deleted or anonymised");
        if (report.keys().effectiveAt() != null && report.keys().leaves() > 0) {
            parts.add(Words.count(report.keys().leaves(), "key was", "keys were") + " destroyed");
        }
        return Words.list(parts);
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}

package io.storeveil.retention.report;

import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.control.StepStatus;
import io.storeveil.retention.plan.PlanStep;
import io.storeveil.retention.report.Report.OpenRequest;
import io.storeveil.retention.report.Report.Unsigned;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * What the facts of a report amount to: the first screen. A report can only be clean if every step ended well, every sum
 * closes, and nobody is asked for anything.
 */
public record Judgement(
        Verdict verdict,
        String sentence,
        List<OpenRequest> overdue,
        List<OpenRequest> dueSoon,
        List<Question> failed,
        List<String> notDrained,
        List<String> policyWarnings,
        List<Question> decisions) {

    /** @param owner whose it is to decide or to mend */
    public record Question(String text, String owner) {}

    private static final int SOON_DAYS = 7;
    private static final String PLAN = "plan";
    private static final String PLATFORM = "data platform";
    private static final String SECOND_APPROVER = "second approver";
    /** So many are named on the first screen one by one. */
    private static final int FEW_RULES = 3;

    private static final int SIGN_WITHIN_WORKING_DAYS = 3;

    public static Judgement of(Report report) {
        LocalDate today =
                LocalDate.ofInstant(report.writtenAt(), report.policy().timeZone());
        List<OpenRequest> overdue =
                report.open().stream().filter(r -> r.due().isBefore(today)).toList();
        List<OpenRequest> dueSoon = report.open().stream()
                .filter(r -> !r.due().isBefore(today) && !r.due().isAfter(today.plusDays(SOON_DAYS)))
                .toList();
        List<Question> failed = failures(report);
        List<String> notDrained = texts(report, "drain", Severity.WARNING);
        List<String> gaps = texts(report, "preflight", Severity.WARNING);
        List<Question> decisions = decisions(report, overdue, today);
        Verdict verdict =
                !failed.isEmpty() ? Verdict.FAILED : decisions.isEmpty() ? Verdict.CLEAN : Verdict.NEEDS_DECISION;
        return new Judgement(
                verdict,
                Headline.of(report, verdict, failed.size(), decisions.size()),
                overdue,
                dueSoon,
                failed,
                notDrained,
                gaps,
                decisions);
    }

    private static List<Question> failures(Report report) {
        List<Question> failed = new ArrayList<>();
        for (StepRecord step : report.steps()) {
            if (step.status() == StepStatus.FAILED) {
                failed.add(new Question(
                        "step " + step.step() + " failed" + (step.detail().isEmpty() ? "" : ": " + step.detail()),
                        ownerOf(step.step())));
            }
        }
        for (Finding finding : report.findings()) {
            if (finding.severity() == Severity.FAILED) {
                failed.add(new Question(sentenceOf(finding), ownerOf(finding.step())));
            }
        }
        for (RuleCount sum : report.sums()) {
            if (!sum.closes()) {
                failed.add(new Question(
                        sum.table() + ", " + sum.rule() + ": the sum does not close: " + sum.eligible()
                                + " rows were eligible, " + accountedFor(sum) + " are accounted for",
                        PLATFORM));
            } else if (sum.failed() > 0) {
                failed.add(new Question(
                        sum.table() + ", " + sum.rule() + ": " + Words.count(sum.failed(), "row") + " failed",
                        PLATFORM));
            }
        }
        return failed.stream().distinct().toList();
    }

    private static List<Question> decisions(Report report, List<OpenRequest> overdue, LocalDate today) {
        List<Question> decisions = new ArrayList<>();
        for (Unsigned unsigned : report.unsigned()) {
            if (unsigned.workingDays() > SIGN_WITHIN_WORKING_DAYS) {
                decisions.add(new Question(
                        "The report of " + unsigned.businessDate() + " has been unsigned for " + unsigned.workingDays()
                                + " working days: storeveil report sign-off " + unsigned.run(),
                        "reviewer"));
            }
        }
        for (OpenRequest request : overdue) {
            decisions.add(new Question(
                    "Request " + request.id() + " (" + request.kind() + ", " + request.state() + ") was due on "
                            + request.due(),
                    "privacy office"));
        }
        LocalDate review = report.policy().reviewDue();
        if (review != null && review.isBefore(today)) {
            String by = report.policy().reviewedBy();
            decisions.add(new Question(
                    "The policy's review was due on " + review + ": read it again and set reviewed.on",
                    by == null ? "policy owner" : by));
        }
        long rules =
                report.findings().stream().filter(Judgement::waitsForApproval).count();
        if (rules > FEW_RULES) {
            decisions.add(new Question(
                    rules + " rules have found rows and only observe, because nobody has approved them: storeveil plan "
                            + "show, then storeveil plan approve; all findings below name them",
                    SECOND_APPROVER));
        }
        for (Finding finding : report.findings()) {
            boolean counted = rules > FEW_RULES && waitsForApproval(finding);
            if (finding.severity() == Severity.DECISION && !counted) {
                decisions.add(new Question(
                        sentenceOf(finding), waitsForSignature(finding) ? SECOND_APPROVER : ownerOf(finding.step())));
            }
        }
        return decisions.stream().distinct().toList();
    }

    private static boolean waitsForSignature(Finding finding) {
        return waitsForApproval(finding)
                || (finding.step().equals(PLAN) && finding.text().contains(PlanStep.TRIPPED));
    }

    private static boolean waitsForApproval(Finding finding) {
        return finding.step().equals(PLAN)
                && finding.severity() == Severity.DECISION
                && finding.text().contains(PlanStep.ONLY_OBSERVES);
    }

    private static List<String> texts(Report report, String step, Severity least) {
        return report.findings().stream()
                .filter(finding ->
                        finding.step().equals(step) && finding.severity().compareTo(least) >= 0)
                .map(Judgement::sentenceOf)
                .distinct()
                .toList();
    }

    private static String sentenceOf(Finding finding) {
        String table = finding.table();
        return table == null || finding.text().contains(table) ? finding.text() : table + ": " + finding.text();
    }

    static long accountedFor(RuleCount sum) {
        return sum.done() + sum.held() + sum.kept() + sum.deferred() + sum.failed();
    }

    private static String ownerOf(String step) {
        return switch (step) {
            case "preflight", "expire", "drain", "shred", "keys" -> PLATFORM;
            case "restore" -> SECOND_APPROVER;
            case "verify" -> "privacy office with data platform";
            default -> "privacy office";
        };
    }
}

package io.storeveil.retention.sweep;

import io.storeveil.policy.Policy;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.consent.ResendStep;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.drain.DrainStep;
import io.storeveil.retention.erase.ApprovedRequests;
import io.storeveil.retention.erase.EraseStep;
import io.storeveil.retention.erase.ErasureRequests;
import io.storeveil.retention.erase.InactivePeople;
import io.storeveil.retention.expire.ExpireStep;
import io.storeveil.retention.expire.VacuumStep;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.plan.PlanStep;
import io.storeveil.retention.preflight.PreflightStep;
import io.storeveil.retention.report.ReportStep;
import io.storeveil.retention.request.RequestState;
import io.storeveil.retention.request.RestrictStep;
import io.storeveil.retention.restore.Replays;
import io.storeveil.retention.restore.RestoreStep;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.shred.ShredStep;
import io.storeveil.retention.verify.RememberStep;
import io.storeveil.retention.verify.VerifyStep;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sweep}. */
@Command(
        name = "sweep",
        description = {
            "The nightly sweep: erases what approved requests ask for, deletes what no purpose needs any more, sees both",
            "through to the warehouse, destroys the keys, looks again, and reports.",
            "After a crash the same command goes on where it was."
        })
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class SweepCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal;

    @Mixin
    private PolicyFile policyFile;

    @Option(
            names = "--business-date",
            required = true,
            paramLabel = "DATE",
            description = "The night this is, also when it runs late: 2026-11-23. Time is over by its beginning.")
    private String businessDate;

    @Option(names = "--simulate", description = "Run the same code and change nothing.")
    private boolean simulate;

    @Option(names = "--reports", paramLabel = "DIR", description = "Where the report goes, instead of the settings'.")
    private @Nullable Path reports;

    @Override
    public Integer call() throws Exception {
        Policy policy = policyFile.load();
        Settings settings =
                reports == null ? terminal.settings() : terminal.settings().withReports(reports.toAbsolutePath());
        Sweep sweep = new Sweep(
                policy,
                settings,
                KeyStates.store(settings),
                terminal.clock(),
                steps(new Replays(new InactivePeople(new ApprovedRequests()))),
                new JudgedReport(SweepCommand::report));
        try {
            return end(sweep.run(date(), simulate, terminal.operator()));
        } catch (CannotBeResumed wrong) {
            throw new InputWrong(String.valueOf(wrong.getMessage()));
        }
    }

    /** In their order; the report is written whatever becomes of them. */
    static List<Step> steps(ErasureRequests requests) {
        return List.of(
                new PreflightStep(),
                new RestoreStep(),
                new RestrictStep(),
                new ResendStep(),
                new PlanStep(),
                new RememberStep(requests),
                new EraseStep(requests),
                new ExpireStep(),
                new RequestProgress(new DrainStep(), RequestState.ERASED, RequestState.DRAINED),
                new RequestProgress(new ShredStep(), RequestState.DRAINED, RequestState.SHREDDED),
                new RequestProgress(new VerifyStep(requests), RequestState.SHREDDED, RequestState.CHECKED),
                new VacuumStep());
    }

    private static int report(SweepContext context) {
        return switch (new ReportStep().write(context).verdict()) {
            case CLEAN -> ExitCode.DONE;
            case NEEDS_DECISION -> ExitCode.NEEDS_PERSON;
            case FAILED -> ExitCode.FAILED;
        };
    }

    private LocalDate date() {
        try {
            return LocalDate.parse(businessDate);
        } catch (DateTimeParseException wrong) {
            throw new InputWrong("--business-date: not a date; write it as 2026-11-23");
        }
    }

    private int end(Sweep.Outcome outcome) {
        RunRecords records = new RunRecords(terminal.control(), terminal.clock());
        String run = outcome.run().id();
        List<RuleCount> counts = records.counts(run).stream()
                .filter(count -> count.eligible() > 0)
                .toList();
        terminal.table(
                List.of("TABLE", "RULE", "ELIGIBLE", "DONE", "HELD", "KEPT", "DEFERRED", "FAILED"),
                counts.stream()
                        .map(count -> List.of(
                                count.table(),
                                count.rule(),
                                "" + count.eligible(),
                                "" + count.done(),
                                "" + count.held(),
                                "" + count.kept(),
                                "" + count.deferred(),
                                "" + count.failed()))
                        .toList(),
                "Nothing was due.");
        records.steps(run).stream()
                .filter(step -> step.status() == io.storeveil.retention.control.StepStatus.FAILED)
                .forEach(step -> terminal.say("failed: " + step.step() + ": " + step.detail()));
        records.findings(run).stream()
                .filter(finding -> finding.severity() == Severity.DECISION || finding.severity() == Severity.FAILED)
                .forEach(finding -> terminal.say("needs a person: " + finding.step() + ": "
                        + (finding.table() == null ? "" : finding.table() + ": ") + finding.text()));
        terminal.say(run + ": " + outcome.verdict());
        return terminal.end(
                outcome.exitCode() == 0
                        ? ExitCode.DONE
                        : outcome.exitCode() == 3 ? ExitCode.NEEDS_PERSON : ExitCode.FAILED,
                facts(outcome, counts));
    }

    private static Map<String, Object> facts(Sweep.Outcome outcome, List<RuleCount> counts) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("run", outcome.run().id());
        facts.put("verdict", outcome.verdict());
        facts.put("simulate", outcome.run().simulate());
        facts.put("counts", counts);
        return facts;
    }
}

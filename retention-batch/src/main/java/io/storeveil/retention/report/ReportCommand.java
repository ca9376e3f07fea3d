package io.storeveil.retention.report;

import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.person.Signing;
import io.storeveil.retention.report.SignOffs.Decision;
import io.storeveil.retention.report.SignOffs.Written;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code report list|show|sign-off}. */
@Command(
        name = "report",
        description =
                "The nightly reports: where they are, whether they are as they were written, and who signed them.",
        subcommands = {ReportCommand.ListAll.class, ReportCommand.Show.class, ReportCommand.SignOff.class})
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class ReportCommand {

    @Command(name = "list", description = "The reports, the latest first, with their verdicts and sign-offs.")
    static final class ListAll implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Override
        public Integer call() {
            List<Written> reports = new SignOffs(terminal.control(), terminal.clock()).reports();
            terminal.table(
                    List.of("RUN", "WRITTEN", "VERDICT", "SIGNED", "SHA-256"),
                    reports.stream()
                            .map(report -> List.of(
                                    report.run(),
                                    report.writtenAt().toString(),
                                    report.verdict(),
                                    report.signedBy().isEmpty() ? "no" : report.signedBy(),
                                    report.sha256().substring(0, 16)))
                            .toList(),
                    "No report was written yet: 'sweep' writes the first.");
            return terminal.end(
                    ExitCode.DONE,
                    Map.of("reports", reports.stream().map(ReportCommand::facts).toList()));
        }
    }

    @Command(
            name = "show",
            description = "Where a report is, what it says, and whether its files are as they were written.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Parameters(paramLabel = "RUN", arity = "0..1", description = "STORE/DATE/ATTEMPT. Default: the latest.")
        private @Nullable String run;

        @Override
        public Integer call() throws IOException {
            SignOffs signOffs = new SignOffs(terminal.control(), terminal.clock());
            Written report = run == null ? signOffs.latest() : signOffs.report(run);
            List<String> altered = report.altered();
            terminal.say(report.run() + ": " + report.verdict());
            terminal.say("Page:    " + report.path());
            terminal.say("SHA-256: " + report.sha256());
            terminal.say("Signed:  " + (report.signedBy().isEmpty() ? "no" : report.signedBy()));
            terminal.say(altered.isEmpty() ? "Files:   as they were written" : "Files:   NOT as they were written");
            altered.forEach(problem -> terminal.say("         " + problem));
            Map<String, Object> facts = new LinkedHashMap<>(facts(report));
            facts.put("altered", altered);
            return terminal.end(altered.isEmpty() ? ExitCode.DONE : ExitCode.FAILED, facts);
        }
    }

    @Command(
            name = "sign-off",
            description = {
                "Sign a report's hash as its reviewer, who is not the one who ran the sweep.",
                "Rejecting it takes back the approval of its rules: they only observe until somebody approves them anew."
            })
    static final class SignOff implements Callable<Integer> {

        static final class Choice {

            @Option(names = "--accept", description = "It is right, and nothing needs to be added.")
            private boolean accept;

            @Option(names = "--accept-with-exceptions", description = "It is right but for what --remark says.")
            private boolean acceptWithExceptions;

            @Option(names = "--reject", description = "It is not right; --remark says why.")
            private boolean reject;

            Decision decision() {
                if (acceptWithExceptions) {
                    return Decision.ACCEPT_WITH_EXCEPTIONS;
                }
                return accept && !reject ? Decision.ACCEPT : Decision.REJECT;
            }
        }

        @Mixin
        private Terminal terminal;

        @Mixin
        private Signing signing;

        @Parameters(paramLabel = "RUN", description = "STORE/DATE/ATTEMPT, as 'report list' shows it.")
        private String run;

        @ArgGroup(multiplicity = "1")
        private Choice choice;

        @Option(
                names = "--remark",
                paramLabel = "TEXT",
                defaultValue = "",
                description = "Names no person of the store.")
        private String remark;

        @Option(
                names = "--rule",
                paramLabel = "RULE",
                description = "With --reject: stop only this rule; may be repeated. Default: every rule that acted.")
        private Set<String> rules = Set.of();

        @Override
        public Integer call() throws IOException {
            Decision decision = choice.decision();
            if (decision != Decision.REJECT && !rules.isEmpty()) {
                throw new InputWrong("--rule: only a rejected report stops rules");
            }
            if (decision != Decision.ACCEPT && remark.isBlank()) {
                throw new InputWrong("--remark: say what the exceptions are, or why the report is rejected");
            }
            SignOffs signOffs = new SignOffs(terminal.control(), terminal.clock());
            Written report = signOffs.report(run);
            List<String> altered = report.altered();
            if (!altered.isEmpty()) {
                throw new CommandFailed("not signed: " + String.join("; ", altered));
            }
            List<String> stopped = signOffs.sign(report, decision, remark, rules, signing.signatory(terminal));
            terminal.say(report.run() + ": " + decision.word() + ", signed over " + report.sha256());
            stopped.forEach(rule -> terminal.say("Stopped: " + rule + "; 'plan approve' lets it act again."));
            return terminal.end(
                    ExitCode.DONE,
                    Map.of(
                            "run",
                            report.run(),
                            "decision",
                            decision.word(),
                            "sha256",
                            report.sha256(),
                            "stopped",
                            stopped));
        }
    }

    private static Map<String, Object> facts(Written report) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("run", report.run());
        facts.put("verdict", report.verdict());
        facts.put("writtenAt", report.writtenAt().toString());
        facts.put("path", report.path().toString());
        facts.put("sha256", report.sha256());
        facts.put("signedBy", report.signedBy());
        return facts;
    }
}

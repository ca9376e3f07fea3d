package io.storeveil.retention.approval;

import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.person.Signing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code plan show|approve}. */
@Command(
        name = "plan",
        description = "What a sweep means to do. A rule that nobody has approved only observes.",
        subcommands = {PlanCommand.Show.class, PlanCommand.Approve.class})
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class PlanCommand {

    @Command(name = "show", description = "The rules of a plan: how many rows each has found, and which only observe.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Parameters(arity = "0..1", paramLabel = "RUN", description = "Default: the latest plan.")
        private @Nullable String run;

        @Override
        public Integer call() {
            Plan plan = required(new PlanRecords(terminal.control(), terminal.clock()), run);
            terminal.say("Plan of " + plan.run() + ", sha256 " + plan.sha256());
            terminal.table(
                    List.of("RULE", "TABLE", "ELIGIBLE", "THIS RUN", "WHY"),
                    plan.rules().stream()
                            .map(rule -> List.of(
                                    rule.rule(),
                                    rule.table() == null ? "" : rule.table(),
                                    String.valueOf(rule.eligible()),
                                    rule.observes() ? "observes" : "acts",
                                    rule.why()))
                            .toList(),
                    "It has no rules.");
            JsonNode body = JsonMapper.shared().readTree(plan.body());
            body.path("undated")
                    .properties()
                    .forEach(table -> terminal.say(
                            table.getKey() + ": " + table.getValue().asLong() + " rows without a clock never expire."));
            if (!plan.observing().isEmpty()) {
                terminal.say("Next: a second person runs 'plan approve " + plan.run()
                        + " --as NAME', then run the sweep again.");
            }
            Map<String, Object> facts = facts(plan, plan.rules());
            facts.put("plan", body);
            return terminal.end(plan.observing().isEmpty() ? ExitCode.DONE : ExitCode.NEEDS_PERSON, facts);
        }
    }

    @Command(
            name = "approve",
            header = "Approve rules of a plan with your signature.",
            description = {
                "From the next attempt on they act, every night, until their",
                "text changes. Who started the run cannot approve its plan."
            })
    static final class Approve implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private Signing signing;

        @Parameters(arity = "0..1", paramLabel = "RUN", description = "Default: the latest plan.")
        private @Nullable String run;

        @Option(names = "--rule", paramLabel = "RULE", description = "Only this one; may be repeated. Default: all.")
        private Set<String> rules = Set.of();

        @Override
        public Integer call() {
            PlanRecords records = new PlanRecords(terminal.control(), terminal.clock());
            Plan plan = required(records, run);
            List<PlannedRule> approved = records.approve(plan, rules, signing.signatory(terminal));
            terminal.say(
                    approved.isEmpty()
                            ? "Nothing of " + plan.run() + " waits for an approval."
                            : "Approved: "
                                    + String.join(
                                            ", ",
                                            approved.stream()
                                                    .map(PlannedRule::rule)
                                                    .toList()));
            return terminal.end(ExitCode.DONE, facts(plan, approved));
        }
    }

    private static Plan required(PlanRecords records, @Nullable String run) {
        Optional<Plan> plan = run == null ? records.latest() : records.plan(run);
        return plan.orElseThrow(() -> new InputWrong(
                run == null
                        ? "there is no plan yet; 'sweep' makes one"
                        : "there is no plan of this run; see 'report list'"));
    }

    private static Map<String, Object> facts(Plan plan, List<PlannedRule> rules) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("run", plan.run());
        facts.put("sha256", plan.sha256());
        facts.put(
                "rules",
                rules.stream()
                        .map(rule -> Map.of(
                                "rule", rule.rule(),
                                "sha256", rule.sha256(),
                                "eligible", rule.eligible(),
                                "observes", rule.observes(),
                                "why", rule.why()))
                        .toList());
        return facts;
    }
}

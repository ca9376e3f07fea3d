package io.storeveil.retention.request;

import io.storeveil.policy.Policy;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.person.Signing;
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.subject.Subject;
import io.storeveil.retention.subject.SubjectLookup;
import io.storeveil.retention.subject.SubjectOption;
import io.storeveil.retention.verify.VerifyCommand;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code request erase|restrict|lift|list|show|approve|refuse|withdraw|verify}. */
@Command(
        name = "request",
        description = "What people ask for: enter it, decide it, follow it.",
        subcommands = {
            RequestCommand.Erase.class,
            RestrictCommand.class,
            LiftCommand.class,
            RequestCommand.ListAll.class,
            RequestCommand.Show.class,
            RequestCommand.Approve.class,
            RequestCommand.Refuse.class,
            RequestCommand.Withdraw.class,
            VerifyCommand.class
        })
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class RequestCommand {

    @Command(
            name = "erase",
            header = "Enter a request to be forgotten.",
            description = {
                "GDPR Art. 17; Cal. Civ. Code 1798.105. Nothing is erased until a second person has approved it; then the",
                "next sweep does it."
            })
    static final class Erase implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private PolicyFile policyFile;

        @ArgGroup(multiplicity = "1")
        private SubjectOption subject;

        @Mixin
        private Receipt receipt;

        @Option(names = "--by", paramLabel = "NAME", description = "Who enters it; somebody else has to approve it.")
        private @Nullable String by;

        @Override
        public Integer call() {
            Policy policy = policyFile.load();
            Instant receivedAt = receipt.receivedAt(terminal.clock(), policy.timeZone());
            SubjectLookup lookup =
                    new SubjectLookup(policy, terminal.settings().store().dataSource());
            Subject person = subject.find(lookup, terminal.surroundings());
            Request request = new RequestRecords(terminal.control(), terminal.clock())
                    .erase(
                            person,
                            KeyStates.store(terminal.settings()).current(),
                            subject.identifierName(),
                            receipt.law(),
                            receivedAt,
                            policy.timeZone(),
                            by == null ? terminal.operator() : by);
            terminal.say(request.id() + " is entered, due "
                    + request.dueAt().atZone(policy.timeZone()).toLocalDate() + ".");
            terminal.say("Next: a second person runs 'request approve " + request.id() + " --as NAME'.");
            return terminal.end(ExitCode.DONE, facts(request));
        }
    }

    @Command(name = "list", description = "The open requests, the earliest due first.")
    static final class ListAll implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Option(names = "--all", description = "Also those that have ended.")
        private boolean all;

        @Override
        public Integer call() {
            RequestRecords records = new RequestRecords(terminal.control(), terminal.clock());
            List<Request> requests = all ? records.all() : records.open();
            Instant now = terminal.clock().instant();
            terminal.table(
                    List.of("REQUEST", "KIND", "STATE", "DUE", "SUBJECT", "REFERENCE"),
                    requests.stream()
                            .map(request -> List.of(
                                    request.id(),
                                    request.kind(),
                                    request.state().word(),
                                    request.dueAt() + (request.overdue(now) ? " OVERDUE" : ""),
                                    request.subjectKind(),
                                    request.subjectRef()))
                            .toList(),
                    "No open requests.");
            boolean overdue = requests.stream().anyMatch(request -> request.overdue(now));
            return terminal.end(
                    overdue ? ExitCode.NEEDS_PERSON : ExitCode.DONE,
                    Map.of(
                            "requests",
                            requests.stream().map(RequestCommand::facts).toList()));
        }
    }

    @Command(name = "show", description = "One request and everything that happened to it.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Parameters(paramLabel = "REQUEST", description = "Its number, e.g. R-2026-0001.")
        private String id;

        @Override
        public Integer call() {
            RequestRecords records = new RequestRecords(terminal.control(), terminal.clock());
            Request request = records.request(id)
                    .orElseThrow(() -> new InputWrong("there is no such request; see 'request list --all'"));
            Map<String, Object> facts = facts(request);
            facts.forEach((name, value) -> terminal.say("%-14s %s".formatted(name, value)));
            terminal.say("");
            List<RequestEvent> events = records.events(id);
            terminal.table(
                    List.of("AT", "STATE", "WHO", "DETAIL"),
                    events.stream()
                            .map(event ->
                                    List.of(event.at().toString(), event.state().word(), event.who(), event.detail()))
                            .toList(),
                    "");
            List<Decision> decisions = new Decisions(terminal.control()).ofRequest(id);
            if (!decisions.isEmpty()) {
                terminal.say("");
                terminal.table(
                        List.of("TABLE", "COLUMNS", "ROWS", "DECIDED BY", "WHY"),
                        decisions.stream().map(Show::line).toList(),
                        "");
            }
            facts.put("decisions", decisions.stream().map(Decision::facts).toList());
            facts.put(
                    "events",
                    events.stream()
                            .map(event -> Map.of(
                                    "at", event.at().toString(),
                                    "state", event.state().word(),
                                    "who", event.who(),
                                    "detail", event.detail()))
                            .toList());
            return terminal.end(ExitCode.DONE, facts);
        }

        private static List<String> line(Decision decision) {
            return List.of(
                    decision.table(),
                    decision.columns().isEmpty() ? "the row" : String.join(", ", decision.columns()),
                    Long.toString(decision.rows()),
                    decision.by().number() + " " + decision.by().label(),
                    decision.words());
        }
    }

    @Command(name = "approve", description = "Approve a request with your signature. Who entered it cannot approve it.")
    static final class Approve implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private Signing signing;

        @Parameters(paramLabel = "REQUEST", description = "Its number, e.g. R-2026-0001.")
        private String id;

        @Option(
                names = "--despite-open-contracts",
                description = "Erase also while a contract is open. Without it the erasure waits for its end.")
        private boolean despiteOpen;

        @Override
        public Integer call() {
            Request request = new RequestRecords(terminal.control(), terminal.clock())
                    .approve(id, signing.signatory(terminal), despiteOpen);
            terminal.say(id + " is approved by " + request.approvedBy() + "; the next sweep takes it up.");
            return terminal.end(ExitCode.DONE, facts(request));
        }
    }

    @Command(
            name = "refuse",
            description = "Refuse a request, with the ground that the person will be told (Art. 12(4)).")
    static final class Refuse implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private Signing signing;

        @Parameters(paramLabel = "REQUEST", description = "Its number, e.g. R-2026-0001.")
        private String id;

        @Option(
                names = "--ground",
                required = true,
                paramLabel = "TEXT",
                description = "The legal ground, e.g. 'Art. 17(3)(e)'. Kept as it is: no names.")
        private String ground;

        @Override
        public Integer call() {
            Request request = new RequestRecords(terminal.control(), terminal.clock())
                    .refuse(id, signing.signatory(terminal), ground);
            terminal.say(id + " is refused.");
            return terminal.end(ExitCode.DONE, facts(request));
        }
    }

    @Command(name = "withdraw", description = "The person has taken the request back; possible until it is erased.")
    static final class Withdraw implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Parameters(paramLabel = "REQUEST", description = "Its number, e.g. R-2026-0001.")
        private String id;

        @Override
        public Integer call() {
            Request request =
                    new RequestRecords(terminal.control(), terminal.clock()).withdraw(id, terminal.operator());
            terminal.say(id + " is withdrawn.");
            return terminal.end(ExitCode.DONE, facts(request));
        }
    }

    static Map<String, Object> facts(Request request) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("request", request.id());
        facts.put("kind", request.kind());
        facts.put("state", request.state().word());
        facts.put("law", request.law().name());
        facts.put("receivedAt", request.receivedAt().toString());
        facts.put("dueAt", request.dueAt().toString());
        facts.put("subjectKind", request.subjectKind());
        facts.put("reference", request.subjectRef());
        facts.put("recordedBy", request.recordedBy());
        put(facts, "foundBy", request.identifier());
        put(facts, "approvedBy", request.approvedBy());
        put(facts, "openContracts", request.approvedBy() == null ? null : request.despiteOpen() ? "erase" : "wait");
        put(facts, "ground", request.ground());
        put(facts, "run", request.run());
        return facts;
    }

    private static void put(Map<String, Object> facts, String name, @Nullable Object value) {
        if (value != null) {
            facts.put(name, value);
        }
    }
}

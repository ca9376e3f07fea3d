package io.storeveil.retention.hold;

import io.storeveil.policy.Policy;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.subject.Subject;
import io.storeveil.retention.subject.SubjectLookup;
import io.storeveil.retention.subject.SubjectOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hold add|release|list}. */
@Command(
        name = "hold",
        description = "People whose data nobody may delete or change, whatever expires or is asked for.",
        subcommands = {HoldCommand.Add.class, HoldCommand.Release.class, HoldCommand.ListAll.class})
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class HoldCommand {

    @Command(
            name = "add",
            description =
                    "Hold a person. It waits for a running sweep's short transactions; when it returns, it holds.")
    static final class Add implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private PolicyFile policyFile;

        @ArgGroup(multiplicity = "1")
        private SubjectOption subject;

        @Option(
                names = "--reason",
                required = true,
                paramLabel = "TEXT",
                description = "Why, e.g. a case number. Kept as it is, and shown in reports: no names.")
        private String reason;

        @Override
        public Integer call() {
            Policy policy = policyFile.load();
            DataSource store = terminal.settings().store().dataSource();
            Subject person = subject.find(new SubjectLookup(policy, store), terminal.surroundings());
            Hold hold = new HoldRecords(store, terminal.control(), terminal.clock())
                    .add(
                            person,
                            KeyStates.store(terminal.settings()).current().reference(person.owner()),
                            reason,
                            terminal.operator());
            terminal.say(hold.id() + " holds. 'hold release " + hold.id() + "' ends it.");
            return terminal.end(ExitCode.DONE, facts(hold));
        }
    }

    @Command(name = "release", description = "End a hold.")
    static final class Release implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Parameters(paramLabel = "HOLD", description = "Its number, e.g. H-2026-0001.")
        private String id;

        @Override
        public Integer call() {
            HoldRecords records =
                    new HoldRecords(terminal.settings().store().dataSource(), terminal.control(), terminal.clock());
            records.release(id, terminal.operator());
            terminal.say(id + " is released.");
            return terminal.end(ExitCode.DONE, Map.of("hold", id, "active", false));
        }
    }

    @Command(name = "list", description = "The holds in force.")
    static final class ListAll implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Option(names = "--all", description = "Also those that are released.")
        private boolean all;

        @Override
        public Integer call() {
            HoldRecords records =
                    new HoldRecords(terminal.settings().store().dataSource(), terminal.control(), terminal.clock());
            List<Hold> holds = all ? records.all() : records.active();
            terminal.table(
                    List.of("HOLD", "SUBJECT", "REFERENCE", "PLACED", "BY", "REASON"),
                    holds.stream()
                            .map(hold -> List.of(
                                    hold.id(),
                                    hold.subjectKind(),
                                    hold.subjectRef(),
                                    hold.placedAt().toString(),
                                    hold.placedBy(),
                                    hold.active() ? hold.reason() : "released " + hold.releasedAt()))
                            .toList(),
                    "Nobody is held.");
            Set<String> outOfStep = new TreeSet<>(records.outOfStep());
            outOfStep.forEach(id -> terminal.say("OUT OF STEP: " + id + " is in only one of store and control database;"
                    + " release it, and place it again if it is still needed"));
            return terminal.end(
                    outOfStep.isEmpty() ? ExitCode.DONE : ExitCode.NEEDS_PERSON,
                    Map.of("holds", holds.stream().map(HoldCommand::facts).toList(), "outOfStep", outOfStep));
        }
    }

    private static Map<String, Object> facts(Hold hold) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("hold", hold.id());
        facts.put("active", hold.active());
        facts.put("subjectKind", hold.subjectKind());
        facts.put("reference", hold.subjectRef());
        facts.put("reason", hold.reason());
        facts.put("placedBy", hold.placedBy());
        facts.put("placedAt", hold.placedAt().toString());
        return facts;
    }
}

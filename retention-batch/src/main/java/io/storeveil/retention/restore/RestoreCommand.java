package io.storeveil.retention.restore;

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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code restore show|approve}. */
@Command(
        name = "restore",
        description = "A store that was put back from a backup. No sweep changes it before a second person approves.",
        subcommands = {RestoreCommand.Show.class, RestoreCommand.Approve.class})
public final class RestoreCommand {

    /** A store that waits for a person. A picocli mixin. */
    static final class Waiting {

        @Parameters(
                arity = "0..1",
                paramLabel = "STORE",
                description = "Its name in the policy. Default: the only one.")
        private @Nullable String store;

        Optional<Restored> pending(RestoreRecords records) {
            if (store != null) {
                return records.pending(store);
            }
            List<Restored> all = records.pending();
            if (all.size() > 1) {
                throw new InputWrong("several stores were put back, name one: "
                        + all.stream().map(Restored::store).collect(Collectors.joining(", ")));
            }
            return all.stream().findFirst();
        }
    }

    @Command(
            name = "show",
            description = "What the sweep has found: who is back that was erased, and how sure that is.")
    @SuppressWarnings("NullAway.Init") // fields by picocli
    static final class Show implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private Waiting store;

        @Override
        public Integer call() {
            RestoreRecords records = new RestoreRecords(terminal.control(), terminal.clock());
            Optional<Restored> pending = store.pending(records);
            if (pending.isEmpty()) {
                terminal.say("No store that was put back waits for anybody.");
                return terminal.end(ExitCode.DONE, Map.of("people", List.of()));
            }
            Restored restored = pending.get();
            List<Back> people = records.people(restored);
            terminal.say("The store " + restored.store() + " was put back from a backup, or exchanged, as "
                    + restored.run() + " found. What tells:");
            restored.signs().forEach(sign -> terminal.say("  - " + sign));
            terminal.table(
                    List.of("REFERENCE", "ERASED BY", "IS IT THEM?", "ROWS"),
                    people.stream()
                            .map(back -> List.of(
                                    back.reference(),
                                    back.request(),
                                    back.certain() ? "number and time of creation" : "number alone",
                                    rows(back)))
                            .toList(),
                    "Nobody who was erased is in it.");
            others(restored);
            boolean approved = records.approved(restored);
            next(restored, people, approved);
            return terminal.end(approved ? ExitCode.DONE : ExitCode.NEEDS_PERSON, facts(restored, people, approved));
        }

        private void others(Restored restored) {
            if (restored.others() > 0) {
                terminal.say(
                        restored.others() + " with the number of somebody who was erased came to be at another time:"
                                + " they are others, and left alone.");
            }
            if (!restored.waiting().isEmpty()) {
                terminal.say("Still to be carried out, while nothing shows that they mean whoever has the number now: "
                        + String.join(", ", restored.waiting()) + ". 'request withdraw' those that do not.");
            }
        }

        private void next(Restored restored, List<Back> people, boolean approved) {
            if (approved) {
                terminal.say("Next: approved; run the sweep again.");
                return;
            }
            if (people.stream().anyMatch(back -> !back.certain())) {
                terminal.say(
                        "A number alone may be somebody else's by now: find out, and name who is to stay with --leave.");
            }
            terminal.say("Next: a second person runs 'restore approve " + restored.store()
                    + " --as NAME', then run the sweep again: it erases these people, and goes on.");
        }
    }

    @Command(
            name = "approve",
            header = "Approve what 'restore show' lists with your signature.",
            description = {
                "The next sweep erases these people again, whatever was still open",
                "in the backup, unless they are on hold, and goes on with the store.",
                "If it finds others than these, it waits for a new approval.",
                "Who started the run that found the store cannot approve."
            })
    @SuppressWarnings("NullAway.Init") // fields by picocli
    static final class Approve implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private Signing signing;

        @Mixin
        private Waiting store;

        @Option(
                names = "--leave",
                paramLabel = "REFERENCE",
                description = "Somebody listed who is somebody else, and stays; may be repeated.")
        private Set<String> leave = Set.of();

        @Override
        public Integer call() {
            RestoreRecords records = new RestoreRecords(terminal.control(), terminal.clock());
            Restored restored = store.pending(records)
                    .orElseThrow(() -> new InputWrong("no store that was put back waits for anybody"));
            records.approve(restored, leave, signing.signatory(terminal));
            List<Back> people = records.people(restored).stream()
                    .filter(back -> !leave.contains(back.reference()))
                    .toList();
            terminal.say("Approved: the next sweep of " + restored.store() + " erases " + people.size()
                    + (people.size() == 1 ? " person" : " people") + " again, and goes on.");
            return terminal.end(ExitCode.DONE, facts(restored, people, true));
        }
    }

    private static String rows(Back back) {
        return back.rows().entrySet().stream()
                .map(table -> table.getKey() + " " + table.getValue())
                .collect(Collectors.joining(", "));
    }

    private static Map<String, Object> facts(Restored restored, List<Back> people, boolean approved) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("store", restored.store());
        facts.put("run", restored.run());
        facts.put("signs", restored.signs());
        facts.put("sha256", restored.sha256());
        facts.put("approved", approved);
        facts.put("others", restored.others());
        facts.put("waiting", restored.waiting());
        facts.put("people", people);
        return facts;
    }
}

package io.storeveil.retention.keystate;

import io.storeveil.control.KeyStateMove;
import io.storeveil.control.Leases;
import io.storeveil.control.SealedKeyStateStore;
import io.storeveil.keys.KeyState;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.control.ControlUnavailable;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.jdbc.core.simple.JdbcClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keys init|status|rotate|move}. */
@Command(
        name = "keys",
        description = "The key state: every copy of it lost is every encrypted value lost.",
        subcommands = {
            KeysCommand.Init.class,
            KeysCommand.Status.class,
            KeysCommand.Rotate.class,
            KeysCommand.Move.class
        })
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class KeysCommand {

    @Command(name = "init", description = "Make the first version, in every place that the settings name. Once.")
    static final class Init implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Override
        public Integer call() {
            SealedKeyStateStore store = KeyStates.store(terminal.settings());
            KeyState first = store.init();
            terminal.say("Key state version " + first.version() + " is in:");
            store.copies().forEach(copy -> terminal.say("  " + copy));
            terminal.say("It is sealed by the keys in:");
            terminal.say("  " + store.keyEncryptionKeys());
            terminal.say("Back the copies up; never together with the keys that seal them.");
            return terminal.end(ExitCode.DONE, Map.of("version", first.version()));
        }
    }

    @Command(name = "status", description = "Open every copy, and say what is wrong with it.")
    static final class Status implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Override
        public Integer call() {
            SealedKeyStateStore store = KeyStates.store(terminal.settings());
            long version = store.currentVersion();
            List<String> problems = store.problems();
            List<Leases.Held> leases = store.leases().held();
            terminal.say("Key state version " + version + ", "
                    + store.copies().size() + " copies"
                    + (problems.isEmpty() ? ", all of them open and equal." : ":"));
            problems.forEach(problem -> terminal.say("  " + problem));
            store.copies().forEach(copy -> terminal.say("Copy: " + copy));
            terminal.say("Sealed by: " + store.keyEncryptionKeys());
            String lastShred = lastShred();
            terminal.say("Last shred: " + lastShred);
            terminal.table(
                    List.of("WORKER", "VERSION", "UNTIL"),
                    leases.stream()
                            .map(lease -> List.of(
                                    lease.worker(),
                                    String.valueOf(lease.version()),
                                    lease.until().toString()))
                            .toList(),
                    "No worker holds it.");
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("version", version);
            facts.put("problems", problems);
            facts.put("copies", store.copies());
            facts.put("keyEncryptionKeys", store.keyEncryptionKeys());
            facts.put("lastShred", lastShred);
            facts.put("workers", leases.size());
            return terminal.end(problems.isEmpty() ? ExitCode.DONE : ExitCode.NEEDS_PERSON, facts);
        }

        private String lastShred() {
            try {
                return JdbcClient.create(terminal.control())
                        .sql(
                                """
                                select leaves || ' keys, version ' || state_version || ', run ' || run || ', effective '
                                    || to_char(effective_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                                from storeveil.shred where leaves > 0 order by state_version desc limit 1""")
                        .query(String.class)
                        .optional()
                        .orElse("none yet");
            } catch (ControlUnavailable e) {
                return "not known: " + e.getMessage();
            }
        }
    }

    @Command(
            name = "move",
            header = "Take the key state to another place, and leave nothing in the old one.",
            description = {
                "Stop the connectors first; give them the new place before they start again. The new place must be empty.",
                "A move that was interrupted goes on when the same command is given again."
            })
    static final class Move implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Option(
                names = "--to",
                required = true,
                paramLabel = "FILE",
                description = "Settings like those of --config, whose keys section names the new place.")
        private Path to;

        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "180",
                description = "How long to wait for workers that started meanwhile. Default: ${DEFAULT-VALUE}.")
        private int wait;

        @Override
        public Integer call() {
            SealedKeyStateStore from = KeyStates.store(terminal.settings());
            SealedKeyStateStore next = KeyStates.store(Settings.load(to));
            Ledger ledger = new Ledger(terminal.control(), terminal.clock());
            long version = KeyStateMove.move(from, next, Duration.ofSeconds(wait));
            ledger.append("keys-moved", null, Map.of("version", version, "who", terminal.operator()));
            terminal.say("Key state version " + version + " is in:");
            next.copies().forEach(copy -> terminal.say("  " + copy));
            terminal.say("It is sealed by the keys in:");
            terminal.say("  " + next.keyEncryptionKeys());
            terminal.say("The old place is empty. Give the sweep and every connector the new one.");
            return terminal.end(ExitCode.DONE, Map.of("version", version));
        }
    }

    @Command(
            name = "rotate",
            header = "Seal the state under a fresh key-encryption key, and destroy the older ones.",
            description = {
                "Every shredding does the same:",
                "backups of the copies that were made before open nothing from then on. Running workers take it over."
            })
    static final class Rotate implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "180",
                description = "How long to wait for the workers. Default: ${DEFAULT-VALUE}.")
        private int wait;

        @Override
        public Integer call() {
            SealedKeyStateStore store = KeyStates.store(terminal.settings());
            Ledger ledger = new Ledger(terminal.control(), terminal.clock());
            KeyState next = store.current().closing(List.of());
            store.publish(next);
            terminal.say("Version " + next.version() + " is published; waiting for the workers.");
            store.leases().awaitVersion(next.version(), Duration.ofSeconds(wait));
            store.destroyOlderKeys();
            ledger.append("keys-rotated", null, Map.of("version", next.version(), "who", terminal.operator()));
            terminal.say("The older key-encryption keys are destroyed.");
            return terminal.end(ExitCode.DONE, Map.of("version", next.version()));
        }
    }
}

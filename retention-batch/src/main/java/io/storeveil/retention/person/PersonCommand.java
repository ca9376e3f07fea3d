package io.storeveil.retention.person;

import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.Terminal;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code person enrol|list}. */
@Command(
        name = "person",
        description = "Who may approve: an approval is a signature of an enrolled person, never just a name.",
        subcommands = {PersonCommand.Enrol.class, PersonCommand.ListAll.class})
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class PersonCommand {

    @Command(
            name = "enrol",
            header = "Make a key pair for a person.",
            description = {
                "The public key goes to the control database, the private one into a file",
                "that stays with them, encrypted under their passphrase (asked for, or STOREVEIL_PASSPHRASE)."
            })
    static final class Enrol implements Callable<Integer> {

        private static final int SHORTEST_PASSPHRASE = 12;

        @Mixin
        private Terminal terminal;

        @Option(
                names = "--name",
                required = true,
                paramLabel = "NAME",
                description = "A short name: letters, digits, '.', '-' and '_'.")
        private String name;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                defaultValue = "compliance",
                description = "What they do, for the reports. Default: ${DEFAULT-VALUE}.")
        private String role;

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description = "Where the private key goes. Default: .storeveil/NAME.key in the home directory.")
        private @Nullable Path key;

        @Override
        public Integer call() {
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
                throw new InputWrong("--name: allowed are up to 64 letters, digits, '.', '-' and '_'");
            }
            Path file = key != null ? key : Signing.byDefault(terminal.surroundings(), name);
            PersonRecords records = new PersonRecords(terminal.control(), terminal.clock());
            if (records.person(name).isPresent()) {
                throw new InputWrong("a person of this name is enrolled already, and a key is never replaced; "
                        + "see 'person list'");
            }
            char[] passphrase = terminal.surroundings().secret("STOREVEIL_PASSPHRASE", "new passphrase for " + file);
            if (passphrase.length < SHORTEST_PASSPHRASE) {
                throw new InputWrong("the passphrase is too short: at least " + SHORTEST_PASSPHRASE + " characters");
            }
            KeyPair pair = Ed25519.newKeyPair();
            // The file first: a person enrolled without a key could never sign, nor be enrolled again.
            PrivateKeyFile.write(file, name, pair.getPrivate(), passphrase);
            Arrays.fill(passphrase, '\0');
            Person person = records.enrol(name, role, pair.getPublic());
            terminal.say(name + " is enrolled as " + role + ".");
            terminal.say("Private key: " + file + " (keep it, and the passphrase, with the person)");
            terminal.say("Fingerprint: " + person.fingerprint());
            return terminal.end(
                    ExitCode.DONE,
                    Map.of("person", name, "role", role, "key", file.toString(), "fingerprint", person.fingerprint()));
        }
    }

    @Command(name = "list", description = "Who is enrolled, with the fingerprints of their keys.")
    static final class ListAll implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Override
        public Integer call() {
            List<Person> people = new PersonRecords(terminal.control(), terminal.clock()).all();
            terminal.table(
                    List.of("NAME", "ROLE", "ENROLLED", "FINGERPRINT"),
                    people.stream()
                            .map(person -> List.of(
                                    person.name(),
                                    person.role(),
                                    person.enrolledAt().toString(),
                                    person.fingerprint()))
                            .toList(),
                    "Nobody is enrolled yet: 'person enrol --name NAME' begins.");
            return terminal.end(
                    ExitCode.DONE,
                    Map.of(
                            "people",
                            people.stream()
                                    .map(person -> Map.of(
                                            "name", person.name(),
                                            "role", person.role(),
                                            "enrolledAt", person.enrolledAt().toString(),
                                            "fingerprint", person.fingerprint()))
                                    .toList()));
        }
    }
}

package io.storeveil.retention.person;

import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.Surroundings;
import io.storeveil.retention.command.Terminal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --as NAME [--key FILE]}: who signs. A picocli mixin. */
public final class Signing {

    private final Surroundings surroundings;

    @Option(
            names = "--as",
            paramLabel = "NAME",
            required = true,
            description = "The enrolled person who signs (see 'person enrol').")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String name;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = {
                "Their private key. Default: .storeveil/NAME.key in the home directory.",
                "Its passphrase is asked for, or taken from STOREVEIL_PASSPHRASE."
            })
    private @Nullable Path key;

    public Signing(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** @throws InputWrong if nobody of that name is enrolled, or the key does not open */
    public Signatory signatory(Terminal terminal) {
        Person person = new PersonRecords(terminal.control(), terminal.clock())
                .person(name)
                .orElseThrow(() ->
                        new InputWrong("--as: nobody of this name is enrolled; see 'person list' and 'person enrol'"));
        Path file = key != null ? key : byDefault(surroundings, name);
        return Signatory.unlock(person, file, surroundings.secret("STOREVEIL_PASSPHRASE", "passphrase of " + file));
    }

    static Path byDefault(Surroundings surroundings, String name) {
        return Path.of(surroundings.variable("HOME").orElse("."), ".storeveil", name + ".key");
    }
}

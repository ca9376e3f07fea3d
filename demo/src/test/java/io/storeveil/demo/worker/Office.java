package io.storeveil.demo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.demo.parts.Sweep;
import io.storeveil.demo.stack.Scene;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;

/** What people and the nightly job do on the command line of a scene. */
final class Office {

    static final LocalDate TODAY = LocalDate.now(ZoneId.of("Europe/Berlin"));

    private static final String CLERK = "ada";
    private static final String OFFICER = "ben";

    private final Scene scene;
    private final Path policy;

    /** Enrols a clerk, who enters requests, and an officer, who signs. */
    Office(Scene scene, Path policy) {
        this.scene = scene;
        this.policy = policy;
        done("person", "enrol", "--name", CLERK, "--key", key(CLERK));
        done("person", "enrol", "--name", OFFICER, "--key", key(OFFICER));
    }

    /** @return the number of the request, which is approved */
    String erasureOf(String email) {
        String request = done(
                        "request",
                        "erase",
                        "--policy",
                        policy.toString(),
                        "--identifier",
                        "email=" + email,
                        "--by",
                        CLERK,
                        "--json")
                .json()
                .path("request")
                .asText();
        signed("request", "approve", request);
        return request;
    }

    /** The command with the officer's signature. */
    Sweep.Ended signed(String... command) {
        String[] signed = new String[command.length + 4];
        System.arraycopy(command, 0, signed, 0, command.length);
        System.arraycopy(new String[] {"--as", OFFICER, "--key", key(OFFICER)}, 0, signed, command.length, 4);
        return done(signed);
    }

    /** The words of today's sweep. */
    String[] sweep() {
        return new String[] {"sweep", "--policy", policy.toString(), "--business-date", TODAY.toString()};
    }

    Sweep.Ended done(String... command) {
        return ended(0, command);
    }

    Sweep.Ended ended(int exitCode, String... command) {
        Sweep.Ended ended = scene.sweep().run(command);
        assertThat(ended.exitCode()).as(String.join("\n", ended.output())).isEqualTo(exitCode);
        return ended;
    }

    private String key(String person) {
        return scene.folder().resolve(person + ".key").toString();
    }
}

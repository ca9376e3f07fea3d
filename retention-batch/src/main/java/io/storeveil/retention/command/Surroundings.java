package io.storeveil.retention.command;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** The process that a command runs in, so that a test can be one. */
public record Surroundings(Map<String, String> environment, Clock clock, PrintWriter out, PrintWriter err) {

    public static Surroundings ofThisProcess() {
        return new Surroundings(
                System.getenv(),
                Clock.systemUTC(),
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }

    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /**
     * A secret from the environment, or else typed at the terminal without an echo.
     *
     * @throws InputWrong if there is neither
     */
    @SuppressWarnings("SystemConsoleNull") // from JDK 22 on, one without a terminal reads null
    public char[] secret(String variable, String prompt) {
        Optional<String> given = variable(variable);
        if (given.isPresent()) {
            return given.get().toCharArray();
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("%s: ", prompt);
        if (typed == null || typed.length == 0) {
            throw new InputWrong("no " + prompt + ": set " + variable + ", or run this at a terminal to be asked");
        }
        return typed;
    }
}

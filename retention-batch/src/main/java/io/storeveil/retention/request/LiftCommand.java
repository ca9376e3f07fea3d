package io.storeveil.retention.request;

import io.storeveil.policy.Policy;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.person.Signing;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code request lift}. */
@Command(
        name = "lift",
        header = "End a restriction of processing, under your name.",
        description = "The person must have been told before (GDPR Art. 18(3)).")
@SuppressWarnings("NullAway.Init") // fields by picocli
final class LiftCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal;

    @Mixin
    private PolicyFile policyFile;

    @Mixin
    private Signing signing;

    @Parameters(paramLabel = "REQUEST", description = "Its number, e.g. R-2026-0001.")
    private String id;

    @Option(
            names = "--told",
            required = true,
            paramLabel = "DATE",
            description = "When the person was told that it ends: 2026-11-23.")
    private LocalDate told;

    @Override
    public Integer call() {
        Policy policy = policyFile.load();
        if (told.isAfter(LocalDate.ofInstant(terminal.clock().instant(), policy.timeZone()))) {
            throw new InputWrong("--told: is in the future");
        }
        String who = signing.signatory(terminal).person().name();
        Restrictions.Outcome outcome = new Restrictions(
                        policy,
                        terminal.settings().store().dataSource(),
                        terminal.control(),
                        KeyStates.store(terminal.settings()).current(),
                        terminal.clock())
                .lift(id, told, who);
        terminal.say(id + " is lifted.");
        return RestrictCommand.end(terminal, outcome);
    }
}

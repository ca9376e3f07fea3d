package io.storeveil.retention.request;

import io.storeveil.policy.Policy;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.subject.Subject;
import io.storeveil.retention.subject.SubjectLookup;
import io.storeveil.retention.subject.SubjectOption;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code request restrict}. */
@Command(
        name = "restrict",
        header = "Restrict the processing of a person's data.",
        description = {
            "GDPR Art. 18. At once, and without anybody's approval: no sweep deletes or changes the person's rows, and the",
            "sinks show none of their encrypted values for any purpose. 'request lift' ends it."
        })
@SuppressWarnings("NullAway.Init") // fields by picocli
final class RestrictCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal;

    @Mixin
    private PolicyFile policyFile;

    @ArgGroup(multiplicity = "1")
    private SubjectOption subject;

    @Mixin
    private Receipt receipt;

    @Option(
            names = "--ground",
            required = true,
            paramLabel = "TEXT",
            description = "Why, e.g. 'Art. 18(1)(a), accuracy'. Kept as it is: no names.")
    private String ground;

    @Option(names = "--by", paramLabel = "NAME", description = "Who enters it. Default: you.")
    private @Nullable String by;

    @Override
    public Integer call() {
        Policy policy = policyFile.load();
        DataSource store = terminal.settings().store().dataSource();
        Subject person = subject.find(new SubjectLookup(policy, store), terminal.surroundings());
        Restrictions.Outcome outcome = new Restrictions(
                        policy,
                        store,
                        terminal.control(),
                        KeyStates.store(terminal.settings()).current(),
                        terminal.clock())
                .restrict(
                        person,
                        receipt.law(),
                        receipt.receivedAt(terminal.clock(), policy.timeZone()),
                        ground,
                        by == null ? terminal.operator() : by);
        String id = outcome.request().id();
        terminal.say(id + " is in force. 'request lift " + id + " --told DATE --as NAME' ends it.");
        return end(terminal, outcome);
    }

    static int end(Terminal terminal, Restrictions.Outcome outcome) {
        outcome.notSent().forEach(why -> terminal.say("NOT SENT AGAIN: " + why));
        Map<String, Object> facts = RequestCommand.facts(outcome.request());
        facts.put("notSent", outcome.notSent());
        return terminal.end(outcome.notSent().isEmpty() ? ExitCode.DONE : ExitCode.NEEDS_PERSON, facts);
    }
}

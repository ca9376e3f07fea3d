package io.storeveil.retention;

import io.storeveil.retention.approval.PlanCommand;
import io.storeveil.retention.check.PolicyCommand;
import io.storeveil.retention.command.Failures;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.Surroundings;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.connector.ConnectorCommand;
import io.storeveil.retention.consent.ConsentCommand;
import io.storeveil.retention.hold.HoldCommand;
import io.storeveil.retention.keystate.KeysCommand;
import io.storeveil.retention.ledger.LedgerCommand;
import io.storeveil.retention.person.PersonCommand;
import io.storeveil.retention.person.Signing;
import io.storeveil.retention.report.ReportCommand;
import io.storeveil.retention.request.RequestCommand;
import io.storeveil.retention.restore.RestoreCommand;
import io.storeveil.retention.reveal.RevealCommand;
import io.storeveil.retention.sweep.SweepCommand;
import java.lang.reflect.Constructor;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;

/** {@code storeveil <command>}: everything but the demo. */
@Command(
        name = "storeveil",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        description = {
            "Keeps an online store's personal data out of Kafka and the warehouse in the clear, and forgets it in time.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0  done and clean",
            "  1  failed; the same command may be tried again",
            "  2  the input was wrong: usage, policy, settings; nothing was started",
            "  3  done, but something needs a person",
            "",
            "New here? 'storeveil demo' shows all of it on this machine in two minutes.",
            "'storeveil COMMAND --help' explains a command."
        },
        subcommands = {
            PolicyCommand.class,
            ConnectorCommand.class,
            SweepCommand.class,
            RequestCommand.class,
            HoldCommand.class,
            ConsentCommand.class,
            RevealCommand.class,
            PlanCommand.class,
            RestoreCommand.class,
            PersonCommand.class,
            KeysCommand.class,
            LedgerCommand.class,
            ReportCommand.class
        })
public final class Main {

    private Main() {}

    /** What takes the process it runs in as its only argument. */
    private static final Set<Class<?>> SURROUNDED = Set.of(Terminal.class, PolicyFile.class, Signing.class);

    public static void main(String[] arguments) {
        System.exit(run(Surroundings.ofThisProcess(), arguments));
    }

    public static int run(Surroundings surroundings, String... arguments) {
        int code = commandLine(surroundings).execute(arguments);
        surroundings.out().flush();
        return code;
    }

    static CommandLine commandLine(Surroundings surroundings) {
        Failures failures = new Failures(surroundings);
        CommandLine commandLine = new CommandLine(new Main(), factory(surroundings))
                .setOut(surroundings.out())
                .setErr(surroundings.err())
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
        commandLine.getSubcommands().values().forEach(Main::helpEverywhere);
        return commandLine;
    }

    private static void helpEverywhere(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(Main::helpEverywhere);
    }

    private static IFactory factory(Surroundings surroundings) {
        IFactory byDefault = CommandLine.defaultFactory();
        return new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                if (!SURROUNDED.contains(type)) {
                    return byDefault.create(type);
                }
                Constructor<K> constructor = type.getConstructor(Surroundings.class);
                return constructor.newInstance(surroundings);
            }
        };
    }
}

package io.storeveil.retention.connector;

import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.StoreUrl;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.connector.Weakness.Severity;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code connector check}. */
@Command(
        name = "connector",
        description = "The running connectors: what in them weakens the protection.",
        subcommands = ConnectorCommand.Check.class)
public final class ConnectorCommand {

    @Command(
            name = "check",
            header = "Look at the connectors of a running Kafka Connect, and name what weakens them.",
            description = {
                "Reads settings, states and log levels over Connect's REST interface, and changes nothing.",
                "With --policy, also whether they protect by that file; with --url, also their publication and slot.",
                "Ends with exit code 3 if there is something to mend."
            })
    @SuppressWarnings("NullAway.Init") // fields by picocli
    static final class Check implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Option(
                names = "--connect",
                paramLabel = "URL",
                description = "A worker's REST address. Default: connect.url of the settings.")
        private @Nullable String url;

        @Option(names = "--policy", paramLabel = "FILE", description = "The policy that they should protect by.")
        private @Nullable Path file;

        @Mixin
        private StoreUrl store;

        @Override
        public Integer call() {
            Policy policy = file == null ? null : PolicyLoader.load(file);
            RunningConnect connect = new RunningConnect(
                    url != null ? url : terminal.settings().connect().url());
            List<Connector> connectors = connect.connectors();
            List<Weakness> found = new ArrayList<>(WorkerRules.look(connect.loggers()));
            for (Connector connector : connectors) {
                found.addAll(new ConnectorRules(connector, policy).look(connect.refusals(connector)));
            }
            found.addAll(SharedWarehouse.look(connectors));
            if (store.given()) {
                found.addAll(inStore(connectors));
            }
            return tell(connectors, found);
        }

        private List<Weakness> inStore(List<Connector> connectors) {
            List<Weakness> found = new ArrayList<>();
            try (Connection connection = store.connect(terminal.surroundings())) {
                for (Connector connector : connectors) {
                    if (connector.capturesPostgres()) {
                        found.addAll(new StoreRules(connection, connector).look());
                    }
                }
            } catch (SQLException e) {
                throw new CommandFailed("the store's catalog cannot be read: SQLSTATE " + e.getSQLState(), e);
            }
            return found.stream().distinct().toList();
        }

        private int tell(List<Connector> connectors, List<Weakness> found) {
            found.forEach(weakness -> terminal.say(weakness.toString()));
            long errors = found.stream()
                    .filter(weakness -> weakness.severity() == Severity.ERROR)
                    .count();
            long warnings = found.size() - errors;
            terminal.say(connectors.size() + " connectors, " + errors + " errors, " + warnings + " warnings");
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("connectors", connectors.stream().map(Connector::name).toList());
            facts.put("errors", errors);
            facts.put("warnings", warnings);
            facts.put("findings", found.stream().map(Weakness::facts).toList());
            return terminal.end(found.isEmpty() ? ExitCode.DONE : ExitCode.NEEDS_PERSON, facts);
        }
    }
}

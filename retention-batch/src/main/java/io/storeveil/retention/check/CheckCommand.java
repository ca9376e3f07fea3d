package io.storeveil.retention.check;

import io.storeveil.policy.Policy;
import io.storeveil.retention.check.Finding.Severity;
import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.StoreUrl;
import io.storeveil.retention.command.Terminal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "check",
        description = {
            "Check a policy file; with --url, also against the database that it is for.",
            "Errors end with exit code 2, warnings do not. The database is only read."
        })
@SuppressWarnings("NullAway.Init") // fields by picocli
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private Terminal terminal;

    @Mixin
    private PolicyFile file;

    @Mixin
    private StoreUrl store;

    @Mixin
    private ConnectorFile connector;

    @Override
    public Integer call() {
        Policy policy = file.load();
        CaptureModes modes = connector.modes();
        List<Finding> findings = store.given() ? findings(policy, modes) : List.of();
        long errors = findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .count();
        long warnings = findings.size() - errors;
        findings.forEach(finding -> terminal.say(finding.toString()));
        terminal.say(file.path() + ": " + policy.tables().size() + " tables, "
                + (store.given()
                        ? errors + " errors, " + warnings + " warnings against the database"
                        : "a valid policy; add --url to hold it against a database"));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("policy", policy.sha256());
        facts.put("tables", policy.tables().size());
        facts.put("database", store.given());
        facts.put("errors", errors);
        facts.put("warnings", warnings);
        facts.put("findings", findings.stream().map(CheckCommand::fact).toList());
        return terminal.end(errors == 0 ? ExitCode.DONE : ExitCode.INPUT_WRONG, facts);
    }

    private List<Finding> findings(Policy policy, CaptureModes modes) {
        try (Connection connection = store.connect(terminal.surroundings())) {
            return PolicyCheck.check(policy, connection, modes);
        } catch (SQLException e) {
            throw new CommandFailed("the database's catalog cannot be read: " + Probe.meaning(e), e);
        }
    }

    private static Map<String, String> fact(Finding finding) {
        Map<String, String> fact = new LinkedHashMap<>();
        fact.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        fact.put("where", finding.where());
        fact.put("what", finding.what());
        fact.put("remedy", finding.remedy());
        return fact;
    }
}

package io.storeveil.retention.connector;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.retention.connector.Weakness.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at one connector's settings and state. */
final class ConnectorRules {

    private static final String JOURNAL = "storeveil.journal";
    private static final String PLACEHOLDER = "unavailable.value.placeholder";
    private static final int NAMED = 5;

    private final Connector connector;
    private final @Nullable Policy policy;
    private final List<Weakness> found = new ArrayList<>();

    /** @param policy what the connector should protect by; null where nobody said */
    ConnectorRules(Connector connector, @Nullable Policy policy) {
        this.connector = connector;
        this.policy = policy;
    }

    /** @param refusals what the worker itself says against the settings */
    List<Weakness> look(Map<String, List<String>> refusals) {
        states();
        SettingRule.ANY.forEach(this::look);
        if (connector.source()) {
            source();
        } else {
            sink();
        }
        refusals.forEach((setting, problems) -> add(
                Severity.ERROR,
                setting,
                "refused by the worker",
                "what its documentation says",
                String.join("; ", problems)));
        return List.copyOf(found);
    }

    private void look(SettingRule rule) {
        rule.look(connector).ifPresent(found::add);
    }

    private void states() {
        connector.failures().forEach(why -> add(Severity.ERROR, "state", "FAILED", "RUNNING", why));
        List<String> others = connector.state().stream()
                .filter(state -> !state.equals("RUNNING") && !state.equals("FAILED"))
                .distinct()
                .toList();
        if (!others.isEmpty()) {
            add(
                    Severity.WARNING,
                    "state",
                    String.join(", ", others),
                    "RUNNING",
                    "Nothing flows; in the store the replication slot holds its log back.");
        }
    }

    private void source() {
        List<String> protects = connector.transforms(Connector.PROTECT);
        connector
                .transforms(Connector.REVEAL)
                .forEach(reveal -> add(
                        Severity.ERROR,
                        "transforms." + reveal + ".type",
                        "Reveal, on a source",
                        "on a sink",
                        "Values are opened on their way into Kafka."));
        if (protects.isEmpty()) {
            if (connector.ofDebezium()) {
                add(
                        Severity.ERROR,
                        "transforms",
                        "without Protect",
                        "Protect, first",
                        "Every personal value goes into Kafka in the clear.");
            }
            return;
        }
        String protect = protects.get(0);
        if (!connector.transforms().get(0).equals(protect)) {
            add(
                    Severity.ERROR,
                    "transforms",
                    String.join(",", connector.transforms()),
                    protect + " first",
                    "A transform before Protect sees clear records, and may log or route them, or hide what they are.");
        }
        protects.forEach(this::protect);
        if (connector.capturesPostgres()) {
            SettingRule.SOURCE.forEach(this::look);
            journal();
            incrementalSnapshots();
        }
    }

    private void protect(String name) {
        String prefix = "transforms." + name + ".";
        connector
                .setting(prefix + "predicate")
                .ifPresent(predicate -> add(
                        Severity.ERROR,
                        prefix + "predicate",
                        "'" + predicate + "'",
                        "nothing",
                        "Records that the predicate leaves out pass in the clear."));
        policyHash(prefix + "policy.sha256");
        String ours = connector.setting(prefix + PLACEHOLDER, "__debezium_unavailable_value");
        String debeziums = connector.setting(PLACEHOLDER, "__debezium_unavailable_value");
        if (!ours.equals(debeziums)) {
            add(
                    Severity.ERROR,
                    prefix + PLACEHOLDER,
                    "another than the connector's own",
                    "the connector's " + PLACEHOLDER,
                    "A placeholder for a value that did not change is taken for a value, and overwrites it.");
        }
    }

    private void policyHash(String setting) {
        String pinned = connector.setting(setting, "");
        if (pinned.isEmpty()) {
            add(
                    Severity.WARNING,
                    setting,
                    "not set",
                    policy == null ? "the SHA-256 of the policy that was reviewed" : policy.sha256(),
                    "Whoever can write the policy's file on a worker changes what is protected, and nobody sees it.");
        } else if (policy != null && !pinned.equals(policy.sha256())) {
            add(
                    Severity.ERROR,
                    setting,
                    pinned,
                    policy.sha256(),
                    "The connector protects by another policy than the one given here.");
        }
    }

    private void journal() {
        if (!captures(JOURNAL)) {
            add(
                    Severity.ERROR,
                    connector.setting("table.include.list").isPresent() ? "table.include.list" : "schema.include.list",
                    "without " + JOURNAL,
                    JOURNAL.replace(".", "[.]") + " in it",
                    "The sweep never sees that its erasures have passed through, and destroys no key.");
        }
    }

    /** As Debezium reads its lists: regular expressions that the whole name must match, whatever its case. */
    private boolean captures(String table) {
        String schema = table.substring(0, table.indexOf('.'));
        return listed("schema.include.list", schema).orElse(true)
                && !listed("schema.exclude.list", schema).orElse(false)
                && listed("table.include.list", table).orElse(true)
                && !listed("table.exclude.list", table).orElse(false);
    }

    private Optional<Boolean> listed(String setting, String name) {
        return connector.setting(setting).filter(list -> !list.isBlank()).map(list -> Arrays.stream(list.split(","))
                .map(String::strip)
                .anyMatch(each -> matches(each, name)));
    }

    private static boolean matches(String expression, String name) {
        try {
            return Pattern.compile(expression, Pattern.CASE_INSENSITIVE)
                    .matcher(name)
                    .matches();
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private void incrementalSnapshots() {
        String channels = connector.setting("signal.enabled.channels", "source").toLowerCase(Locale.ROOT);
        boolean possible = connector.setting("signal.data.collection").isPresent()
                || channels.contains("kafka")
                || channels.contains("file")
                || channels.contains("jmx");
        if (!possible) {
            return;
        }
        List<String> tables = policy == null ? List.of() : protectedKeys(policy);
        if (policy != null && tables.isEmpty()) {
            return;
        }
        add(
                tables.isEmpty() ? Severity.WARNING : Severity.ERROR,
                connector.setting("signal.data.collection").isPresent()
                        ? "signal.data.collection"
                        : "signal.enabled.channels",
                "set, so that incremental snapshots can be asked for",
                "not set, or never used for tables whose keys say who somebody is",
                "An incremental snapshot writes the clear keys of its chunks into Connect's offsets"
                        + (tables.isEmpty()
                                ? "."
                                : "; the policy protects those of " + String.join(", ", tables) + "."));
    }

    private List<String> protectedKeys(Policy given) {
        List<String> tables = given.tables().values().stream()
                .filter(Table::captured)
                .filter(table -> captures(table.name().toString()))
                .filter(table -> table.key().stream()
                        .map(column -> table.columns().get(column))
                        .filter(Objects::nonNull)
                        .anyMatch(column -> !column.inStream().name().equals("none")))
                .map(table -> table.name().toString())
                .toList();
        return tables.size() <= NAMED
                ? tables
                : Stream.concat(tables.stream().limit(NAMED), Stream.of((tables.size() - NAMED) + " more"))
                        .toList();
    }

    private void sink() {
        if (connector.setting("connector.class", "").equals("io.debezium.connector.jdbc.JdbcSinkConnector")) {
            SettingRule.SINK.forEach(this::look);
        } else {
            look(SettingRule.SINK.get(0));
        }
        for (String reveal : connector.transforms(Connector.REVEAL)) {
            String setting = "transforms." + reveal + ".purpose";
            String purpose = connector.setting(setting, "");
            if (purpose.isBlank() || (policy != null && !policy.purposes().containsKey(purpose))) {
                add(
                        Severity.ERROR,
                        setting,
                        purpose.isBlank() ? "not set" : "'" + purpose + "'",
                        policy == null
                                ? "a purpose of the policy"
                                : String.join(", ", policy.purposes().keySet()),
                        "Values are opened for a purpose only.");
            }
            policyHash("transforms." + reveal + ".policy.sha256");
        }
    }

    private void add(Severity severity, String setting, String what, String allowed, String why) {
        found.add(new Weakness(severity, connector.name(), setting, what, allowed, why));
    }
}

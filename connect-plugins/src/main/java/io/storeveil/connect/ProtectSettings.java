package io.storeveil.connect;

import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyException;
import io.storeveil.policy.PolicyLoader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The settings of {@link Protect}, each declared once; the documentation's table is made from these declarations. */
record ProtectSettings(
        Policy policy,
        KeySettings keys,
        Rules.Before before,
        Placeholder placeholder,
        AddedFields added,
        AddedFields addedHeaders) {

    static final String POLICY = "policy";
    static final String POLICY_SHA256 = "policy.sha256";
    static final String BEFORE = "before";
    static final String PLACEHOLDER = "unavailable.value.placeholder";
    static final String ADDED_FIELDS = "flattened.fields.prefix";
    static final String ADDED_HEADERS = "flattened.headers.prefix";

    private static final String PREFIXES = "two characters or more, the last no letter and no digit";

    private static final Map<String, Beside> BESIDE = Map.of(
            POLICY_SHA256,
            new Beside(ProtectSettings::notTheReviewed),
            KeySettings.POLL,
            new Beside(KeySettings::tooSlow),
            KeySettings.CONTROL_URL,
            new Beside(KeySettings::noControl),
            KeySettings.VAULT_TOKEN,
            new Beside(KeySettings::noLogin));

    static final ConfigDef DEFINITION = Beside.with(
            KeySettings.defineVault(KeySettings.defineControl(own(KeySettings.defineKeys(new ConfigDef()
                    .define(
                            POLICY,
                            ConfigDef.Type.STRING,
                            ConfigDef.NO_DEFAULT_VALUE,
                            new SettingCheck("a readable policy file", ProtectSettings::readablePolicy),
                            Importance.HIGH,
                            "Path of the policy file, on every worker. It is read once, when the connector starts.")
                    .define(
                            POLICY_SHA256,
                            ConfigDef.Type.STRING,
                            "",
                            new SettingCheck("64 lower-case hex digits, or nothing", ProtectSettings::sha256),
                            Importance.MEDIUM,
                            "SHA-256 of the policy file that was reviewed. If given, a worker with another file refuses to"
                                    + " start."))))),
            BESIDE);

    private static ConfigDef own(ConfigDef settings) {
        return settings.define(
                        BEFORE,
                        ConfigDef.Type.STRING,
                        Rules.Before.KEY.word(),
                        ConfigDef.CaseInsensitiveValidString.in(Rules.Before.KEY.word(), Rules.Before.FULL.word()),
                        Importance.MEDIUM,
                        "Which columns of a change's before are kept. key: the key's columns; the others are null, as"
                                + " PostgreSQL's default replica identity does not send them. full: all; only if every"
                                + " captured table has REPLICA IDENTITY FULL.")
                .define(
                        PLACEHOLDER,
                        ConfigDef.Type.STRING,
                        "__debezium_unavailable_value",
                        new ConfigDef.NonEmptyString(),
                        Importance.LOW,
                        "What Debezium writes for a large value that did not change; the same as the connector's setting of"
                                + " this name. It passes as it is.")
                .define(
                        ADDED_FIELDS,
                        ConfigDef.Type.STRING,
                        AddedFields.PREFIX,
                        new SettingCheck(PREFIXES, ProtectSettings::prefix),
                        Importance.LOW,
                        "What the names begin with that ExtractNewRecordState adds to a flattened row, if it runs before"
                                + " Protect; the same as its add.fields.prefix. A column of the policy goes before such"
                                + " a name.")
                .define(
                        ADDED_HEADERS,
                        ConfigDef.Type.STRING,
                        AddedFields.PREFIX,
                        new SettingCheck(PREFIXES, ProtectSettings::prefix),
                        Importance.LOW,
                        "The same for the headers that it adds; the same as its add.headers.prefix.");
    }

    /** @throws ConfigException with a line for each problem */
    static ProtectSettings of(Map<String, ?> properties) {
        AbstractConfig config = new AbstractConfig(DEFINITION, properties, false);
        Policy policy = load(config.getString(POLICY));
        List<String> problems = Beside.problems(BESIDE, new HashMap<>(config.values()));
        if (!problems.isEmpty()) {
            throw new ConfigException(String.join("\n", problems));
        }
        return new ProtectSettings(
                policy,
                KeySettings.of(config),
                Rules.Before.valueOf(config.getString(BEFORE).toUpperCase(Locale.ROOT)),
                new Placeholder(config.getString(PLACEHOLDER)),
                new AddedFields(config.getString(ADDED_FIELDS)),
                new AddedFields(config.getString(ADDED_HEADERS)));
    }

    Rules rules() {
        return new Rules(policy, before, placeholder, added, addedHeaders);
    }

    private static @Nullable String notTheReviewed(Map<String, Object> all) {
        if (!(all.get(POLICY_SHA256) instanceof String expected)
                || !(all.get(POLICY) instanceof String file)
                || !expected.matches("[0-9a-f]{64}")) {
            return null;
        }
        try {
            String found = PolicyLoader.load(Path.of(file)).sha256();
            return expected.equals(found)
                    ? null
                    : POLICY_SHA256 + " is " + expected + ", and the file " + file + " has " + found
                            + ": it is not the policy that was reviewed";
        } catch (PolicyException | InvalidPathException saidOfThePolicy) {
            return null;
        }
    }

    static Policy load(String file) {
        try {
            return PolicyLoader.load(Path.of(file));
        } catch (PolicyException e) {
            throw new ConfigException("the policy cannot be used:\n" + String.join("\n", e.problems()));
        }
    }

    private static @Nullable String readablePolicy(Object value) {
        try {
            PolicyLoader.load(Path.of((String) value));
            return null;
        } catch (PolicyException e) {
            return "the policy cannot be used:\n" + String.join("\n", e.problems());
        } catch (InvalidPathException e) {
            return "not a path; allowed: the path of a policy file";
        }
    }

    private static @Nullable String sha256(Object value) {
        return ((String) value).matches("([0-9a-f]{64})?")
                ? null
                : "not a SHA-256; allowed: 64 lower-case hex digits, as sha256sum prints them";
    }

    /** A shorter one could be the beginning of columns' names. */
    private static @Nullable String prefix(Object value) {
        return ((String) value).matches(".+[^A-Za-z0-9]")
                ? null
                : "'" + value + "' could be the beginning of a column's name; allowed: " + PREFIXES + ", such as __";
    }
}

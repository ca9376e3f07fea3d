package io.storeveil.connect;

import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyException;
import io.storeveil.policy.PolicyLoader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
        List<Path> keyCopies,
        Path keyEncryptionKeys,
        Duration poll,
        Duration lease,
        Rules.Before before,
        Placeholder placeholder) {

    static final String POLICY = "policy";
    static final String POLICY_SHA256 = "policy.sha256";
    static final String KEY_COPIES = "keys.copies";
    static final String KEY_ENCRYPTION_KEYS = "keys.key-encryption-keys";
    static final String KEY_POLL = "keys.poll.ms";
    static final String LEASE = "lease.ms";
    static final String BEFORE = "before";
    static final String PLACEHOLDER = "unavailable.value.placeholder";

    static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    POLICY,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    check("a readable policy file", ProtectSettings::readablePolicy),
                    Importance.HIGH,
                    "Path of the policy file, on every worker. It is read once, when the connector starts.")
            .define(
                    POLICY_SHA256,
                    ConfigDef.Type.STRING,
                    "",
                    check("64 lower-case hex digits, or nothing", ProtectSettings::sha256),
                    Importance.MEDIUM,
                    "SHA-256 of the policy file that was reviewed. If given, a worker with another file refuses to"
                            + " start.")
            .define(
                    KEY_COPIES,
                    ConfigDef.Type.LIST,
                    ConfigDef.NO_DEFAULT_VALUE,
                    check("two existing directories or more", ProtectSettings::directories),
                    Importance.HIGH,
                    "The directories of the key state's copies, separated by commas. The worker's leases are written to the"
                            + " first.")
            .define(
                    KEY_ENCRYPTION_KEYS,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    check("an existing directory", ProtectSettings::directory),
                    Importance.HIGH,
                    "Directory of the key-encryption keys that open the key state.")
            .define(
                    KEY_POLL,
                    ConfigDef.Type.LONG,
                    10_000L,
                    ConfigDef.Range.between(10L, 3_600_000L),
                    Importance.LOW,
                    "Milliseconds between two looks for a newer key state. At most half of " + LEASE + ".")
            .define(
                    LEASE,
                    ConfigDef.Type.LONG,
                    60_000L,
                    ConfigDef.Range.between(100L, 7_200_000L),
                    Importance.LOW,
                    "Milliseconds for which a key state may be used after it was last seen to be the current one. A"
                            + " sweep waits as long for a worker that does not answer before it shreds keys.")
            .define(
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
                            + " this name. It passes as it is.");

    /** @throws ConfigException with a line for each problem */
    static ProtectSettings of(Map<String, ?> properties) {
        AbstractConfig config = new AbstractConfig(DEFINITION, properties, false);
        Policy policy = load(config.getString(POLICY));
        List<String> problems = new ArrayList<>();
        String expected = config.getString(POLICY_SHA256);
        if (!expected.isEmpty() && !expected.equals(policy.sha256())) {
            problems.add(POLICY_SHA256 + " is " + expected + ", and the file " + config.getString(POLICY) + " has "
                    + policy.sha256() + ": it is not the policy that was reviewed");
        }
        if (config.getLong(KEY_POLL) * 2 > config.getLong(LEASE)) {
            problems.add(KEY_POLL + " is " + config.getLong(KEY_POLL) + "; at most half of " + LEASE + " ("
                    + config.getLong(LEASE) + ") is allowed");
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(String.join("\n", problems));
        }
        return new ProtectSettings(
                policy,
                config.getList(KEY_COPIES).stream().map(Path::of).toList(),
                Path.of(config.getString(KEY_ENCRYPTION_KEYS)),
                Duration.ofMillis(config.getLong(KEY_POLL)),
                Duration.ofMillis(config.getLong(LEASE)),
                Rules.Before.valueOf(config.getString(BEFORE).toUpperCase(Locale.ROOT)),
                new Placeholder(config.getString(PLACEHOLDER)));
    }

    Rules rules() {
        return new Rules(policy, before, placeholder);
    }

    private static Policy load(String file) {
        try {
            return PolicyLoader.load(Path.of(file));
        } catch (PolicyException e) {
            throw new ConfigException("the policy cannot be used:\n" + String.join("\n", e.problems()));
        }
    }

    /** A setting's own check, with its description for the documentation. */
    private static ConfigDef.Validator check(String allowed, Check check) {
        return new ConfigDef.Validator() {
            @Override
            public void ensureValid(String name, @Nullable Object value) {
                String problem = value == null ? null : check.problem(value);
                if (problem != null) {
                    throw new ConfigException(name + ": " + problem);
                }
            }

            @Override
            public String toString() {
                return allowed;
            }
        };
    }

    private interface Check {
        @Nullable
        String problem(Object value);
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

    private static @Nullable String directories(Object value) {
        List<?> directories = (List<?>) value;
        if (directories.stream().distinct().count() < 2) {
            return "names fewer than two directories; losing the only copy would make every encrypted value unreadable";
        }
        for (Object directory : directories) {
            String problem = directory(directory);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable String directory(Object value) {
        try {
            return Files.isDirectory(Path.of((String) value)) ? null : "no directory " + value + " on this worker";
        } catch (InvalidPathException e) {
            return "not a path; allowed: the path of a directory";
        }
    }
}

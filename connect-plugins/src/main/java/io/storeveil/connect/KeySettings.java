package io.storeveil.connect;

import io.storeveil.control.Database;
import io.storeveil.control.KeyStatePlace;
import io.storeveil.control.VaultLogin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a transform that needs keys: where they are, how to get in, and how long they may be used.
 *
 * @param poll  between two looks for a newer key state
 * @param lease for which one may be used without a look
 */
record KeySettings(KeyStatePlace place, Duration poll, Duration lease) {

    static final String COPIES = "keys.copies";
    static final String KEY_ENCRYPTION_KEYS = "keys.key-encryption-keys";
    static final String POLL = "keys.poll.ms";
    static final String LEASE = "lease.ms";
    static final String CONTROL_URL = "control.url";
    static final String CONTROL_USER = "control.user";
    static final String CONTROL_PASSWORD = "control.password";
    static final String VAULT_NAME = "keys.vault.name";
    static final String VAULT_TOKEN = "keys.vault.token";
    static final String VAULT_ROLE_ID = "keys.vault.role-id";
    static final String VAULT_SECRET_ID = "keys.vault.secret-id";
    static final String VAULT_APPROLE = "keys.vault.approle-path";
    static final String VAULT_NAMESPACE = "keys.vault.namespace";
    static final String VAULT_CA_FILE = "keys.vault.ca-file";
    static final String VAULT_TIMEOUT = "keys.vault.timeout-ms";

    static ConfigDef defineKeys(ConfigDef settings) {
        return settings.define(
                        COPIES,
                        ConfigDef.Type.LIST,
                        ConfigDef.NO_DEFAULT_VALUE,
                        new SettingCheck(
                                "two existing directories or more; or control, databases and directories",
                                KeySettings::copies),
                        Importance.HIGH,
                        "Where the key state's copies are, separated by commas: directories of this worker, control for"
                                + " the control database, or another database as jdbc:postgresql://HOST:PORT/DATABASE."
                                + " With control among them, the pointer to the current version and the workers' leases"
                                + " are there; otherwise in the first directory, which is for workers on one machine.")
                .define(
                        KEY_ENCRYPTION_KEYS,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        new SettingCheck(
                                "an existing directory, or vault:https://HOST:PORT/MOUNT",
                                KeySettings::keyEncryptionKeys),
                        Importance.HIGH,
                        "Where the key-encryption keys are that open the key state: a directory, or the transit engine"
                                + " of HashiCorp Vault or OpenBao.")
                .define(
                        POLL,
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
                                + " sweep waits as long for a worker that does not answer before it shreds keys.");
    }

    /** The control database. */
    static ConfigDef defineControl(ConfigDef settings) {
        return settings.define(
                        CONTROL_URL,
                        ConfigDef.Type.STRING,
                        "",
                        new SettingCheck("jdbc:postgresql://HOST:PORT/DATABASE", KeySettings::controlUrl),
                        Importance.MEDIUM,
                        "The control database, as a JDBC URL without a password; its primary, never a replica.")
                .define(CONTROL_USER, ConfigDef.Type.STRING, "", Importance.MEDIUM, "Who reads the control database.")
                .define(
                        CONTROL_PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        "",
                        Importance.MEDIUM,
                        "That user's password. Take it from a config provider: ${env:STOREVEIL_CONTROL_PASSWORD}.");
    }

    static ConfigDef defineVault(ConfigDef settings) {
        return settings.define(
                        VAULT_TOKEN,
                        ConfigDef.Type.PASSWORD,
                        "",
                        Importance.MEDIUM,
                        "Vault: a token. Take it from a config provider.")
                .define(
                        VAULT_ROLE_ID,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "Vault: an AppRole's id, instead of a token.")
                .define(
                        VAULT_SECRET_ID,
                        ConfigDef.Type.PASSWORD,
                        "",
                        Importance.MEDIUM,
                        "Vault: that AppRole's secret id. Take it from a config provider.")
                .define(
                        VAULT_APPROLE,
                        ConfigDef.Type.STRING,
                        "approle",
                        new ConfigDef.NonEmptyString(),
                        Importance.LOW,
                        "Vault: the path at which the AppRole method is mounted.")
                .define(
                        VAULT_NAME,
                        ConfigDef.Type.STRING,
                        "storeveil",
                        new SettingCheck("letters, digits, . and _ and -", KeySettings::vaultName),
                        Importance.LOW,
                        "Vault: what the transit keys are called, before their number. Each store that shares an engine"
                                + " needs another.")
                .define(VAULT_NAMESPACE, ConfigDef.Type.STRING, "", Importance.LOW, "Vault: a namespace.")
                .define(
                        VAULT_CA_FILE,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.LOW,
                        "Vault: a file of PEM certificates to trust, instead of the Java runtime's.")
                .define(
                        VAULT_TIMEOUT,
                        ConfigDef.Type.LONG,
                        5_000L,
                        ConfigDef.Range.between(100L, 600_000L),
                        Importance.LOW,
                        "Vault: milliseconds to wait for an answer. What fails for a passing reason is asked four times.");
    }

    static KeySettings of(AbstractConfig config) {
        String keyEncryptionKeys = config.getString(KEY_ENCRYPTION_KEYS);
        return new KeySettings(
                new KeyStatePlace(
                        config.getList(COPIES),
                        keyEncryptionKeys,
                        control(config),
                        KeyStatePlace.isVault(keyEncryptionKeys) ? vault(config) : null),
                Duration.ofMillis(config.getLong(POLL)),
                Duration.ofMillis(config.getLong(LEASE)));
    }

    static @Nullable String tooSlow(Map<String, Object> all) {
        if (!(all.get(POLL) instanceof Long poll) || !(all.get(LEASE) instanceof Long lease) || poll * 2 <= lease) {
            return null;
        }
        return POLL + " is " + poll + "; at most half of " + LEASE + " (" + lease + ") is allowed";
    }

    static @Nullable String noControl(Map<String, Object> all) {
        boolean needed = all.get(COPIES) instanceof List<?> copies
                && !copies.stream().map(String::valueOf).allMatch(KeyStatePlace::isDirectory);
        return needed && "".equals(all.get(CONTROL_URL))
                ? CONTROL_URL + " is empty; a copy of the key state in a database needs it"
                : null;
    }

    static @Nullable String noLogin(Map<String, Object> all) {
        boolean needed = all.get(KEY_ENCRYPTION_KEYS) instanceof String keys && KeyStatePlace.isVault(keys);
        boolean token =
                all.get(VAULT_TOKEN) instanceof Password given && !given.value().isEmpty();
        boolean role = all.get(VAULT_ROLE_ID) instanceof String given && !given.isEmpty();
        return needed && token == role
                ? "Vault lets nobody in without " + VAULT_TOKEN + " or " + VAULT_ROLE_ID + "; give one of them"
                : null;
    }

    /** Null if there is none. */
    static @Nullable Database control(AbstractConfig config) {
        String url = config.getString(CONTROL_URL);
        return url.isEmpty()
                ? null
                : new Database(
                        url,
                        config.getString(CONTROL_USER),
                        config.getPassword(CONTROL_PASSWORD).value());
    }

    private static VaultLogin vault(AbstractConfig config) {
        String caFile = config.getString(VAULT_CA_FILE);
        return new VaultLogin(
                config.getString(VAULT_NAME),
                config.getPassword(VAULT_TOKEN).value(),
                config.getString(VAULT_ROLE_ID),
                config.getPassword(VAULT_SECRET_ID).value(),
                config.getString(VAULT_APPROLE),
                config.getString(VAULT_NAMESPACE),
                caFile.isEmpty() ? null : Path.of(caFile),
                Duration.ofMillis(config.getLong(VAULT_TIMEOUT)));
    }

    private static @Nullable String copies(Object value) {
        List<String> words =
                ((List<?>) value).stream().map(String::valueOf).distinct().toList();
        for (String word : words) {
            Optional<String> refusal = KeyStatePlace.refusalOfCopy(word);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            if (KeyStatePlace.isDirectory(word) && !Files.isDirectory(Path.of(word))) {
                return "no directory " + word + " on this worker";
            }
        }
        // a worker writes no copy; it may see only the database's
        if (words.size() < 2 && !words.contains(KeyStatePlace.CONTROL)) {
            return "names fewer than two directories; losing the only copy would make every encrypted value unreadable";
        }
        return null;
    }

    private static @Nullable String keyEncryptionKeys(Object value) {
        String word = (String) value;
        Optional<String> refusal = KeyStatePlace.refusalOfKeyEncryptionKeys(word);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        return KeyStatePlace.isDirectory(word) && !Files.isDirectory(Path.of(word))
                ? "no directory " + word + " on this worker"
                : null;
    }

    private static @Nullable String controlUrl(Object value) {
        String url = (String) value;
        return url.isEmpty() || (url.startsWith("jdbc:postgresql:") && !url.contains("password="))
                ? null
                : "allowed is jdbc:postgresql://HOST:PORT/DATABASE, without a password in it";
    }

    private static @Nullable String vaultName(Object value) {
        return ((String) value).matches("[A-Za-z0-9._-]+") ? null : "allowed are letters, digits, '.', '_' and '-'";
    }
}

package io.storeveil.retention.settings;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.control.VaultLogin;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What {@code application.yaml} says: where everything is.
 *
 * @param keyBackupsKept for how long a destroyed key-encryption key may still be found in a backup
 */
public record Settings(
        Database store,
        Database control,
        Optional<Database> warehouse,
        Kafka kafka,
        Connect connect,
        KeyStatePlace keys,
        Period keyBackupsKept,
        Path reports,
        Sweep sweep) {

    /** With the sweep's pace as it is by default. */
    public Settings(
            Database store,
            Database control,
            Optional<Database> warehouse,
            Kafka kafka,
            Connect connect,
            KeyStatePlace keys,
            Period keyBackupsKept,
            Path reports) {
        this(store, control, warehouse, kafka, connect, keys, keyBackupsKept, reports, Sweep.BY_DEFAULT);
    }

    /**
     * Relative directories are taken from the file's own directory, so that a nightly job and a person at a terminal
     * mean the same keys.
     *
     * @throws SettingsException if the file is missing, unreadable or wrong in any way, with all problems at once
     */
    public static Settings load(Path file) {
        return load(file, System.getenv());
    }

    static Settings load(Path file, Map<String, String> environment) {
        Map<Setting, List<String>> read = SettingsFile.read(file, environment);
        Path home = file.toAbsolutePath().resolveSibling("").normalize();
        return new Settings(
                database(read, Setting.STORE_URL, Setting.STORE_USER, Setting.STORE_PASSWORD),
                database(read, Setting.CONTROL_URL, Setting.CONTROL_USER, Setting.CONTROL_PASSWORD),
                Optional.of(database(read, Setting.WAREHOUSE_URL, Setting.WAREHOUSE_USER, Setting.WAREHOUSE_PASSWORD))
                        .filter(warehouse -> !warehouse.url().isEmpty()),
                new Kafka(one(read, Setting.KAFKA)),
                new Connect(
                        one(read, Setting.CONNECT_URL),
                        one(read, Setting.CONNECT_SOURCE),
                        one(read, Setting.CONNECT_SINK),
                        one(read, Setting.CONNECT_TOPIC_PREFIX)),
                keys(file, home, read),
                Period.parse(one(read, Setting.KEYS_BACKUPS)),
                in(home, one(read, Setting.REPORTS)),
                Sweep.of(setting -> one(read, setting), home));
    }

    /** The same, with the reports elsewhere. */
    public Settings withReports(Path directory) {
        return new Settings(store, control, warehouse, kafka, connect, keys, keyBackupsKept, directory, sweep);
    }

    /** The same, at another pace. */
    public Settings with(Sweep pace) {
        return new Settings(store, control, warehouse, kafka, connect, keys, keyBackupsKept, reports, pace);
    }

    private static KeyStatePlace keys(Path file, Path home, Map<Setting, List<String>> read) {
        String keyEncryptionKeys = one(read, Setting.KEYS_KEKS);
        VaultLogin vault = null;
        if (KeyStatePlace.isVault(keyEncryptionKeys)) {
            vault = vault(file, home, read);
        }
        Database control = database(read, Setting.CONTROL_URL, Setting.CONTROL_USER, Setting.CONTROL_PASSWORD);
        return new KeyStatePlace(
                all(read, Setting.KEYS_COPIES).stream()
                        .map(copy -> place(home, copy))
                        .toList(),
                place(home, keyEncryptionKeys),
                new io.storeveil.control.Database(control.url(), control.user(), control.password()),
                vault);
    }

    private static VaultLogin vault(Path file, Path home, Map<Setting, List<String>> read) {
        String token = one(read, Setting.VAULT_TOKEN);
        String role = one(read, Setting.VAULT_ROLE_ID);
        if (token.isEmpty() == role.isEmpty()) {
            throw new SettingsException(List.of(file + ": Vault lets nobody in without " + Setting.VAULT_TOKEN.key
                    + " or " + Setting.VAULT_ROLE_ID.key + "; give one of them"));
        }
        String caFile = one(read, Setting.VAULT_CA_FILE);
        return new VaultLogin(
                one(read, Setting.VAULT_NAME),
                token,
                role,
                one(read, Setting.VAULT_SECRET_ID),
                one(read, Setting.VAULT_APPROLE),
                one(read, Setting.VAULT_NAMESPACE),
                caFile.isEmpty() ? null : in(home, caFile),
                Duration.ofMillis(Long.parseLong(one(read, Setting.VAULT_TIMEOUT))));
    }

    private static String place(Path home, String word) {
        return KeyStatePlace.isDirectory(word) ? in(home, word).toString() : word;
    }

    private static Database database(Map<Setting, List<String>> read, Setting url, Setting user, Setting password) {
        return new Database(one(read, url), one(read, user), one(read, password));
    }

    private static String one(Map<Setting, List<String>> read, Setting setting) {
        return all(read, setting).get(0);
    }

    private static List<String> all(Map<Setting, List<String>> read, Setting setting) {
        List<String> values = read.get(setting);
        if (values == null || values.isEmpty()) {
            throw new IllegalStateException(setting.key + " was not read");
        }
        return values;
    }

    private static Path in(Path home, String directory) {
        return home.resolve(directory).normalize();
    }

    public record Database(String url, String user, String password) {

        public DataSource dataSource() {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(url);
            source.setUser(user);
            source.setPassword(password);
            source.setApplicationName("storeveil");
            return source;
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Database[" + url + ", " + user + "]";
        }
    }

    public record Kafka(String bootstrapServers) {}

    /** @param sink the names of all connectors that fill the warehouse, separated by commas */
    public record Connect(String url, String source, String sink, String topicPrefix) {

        public List<String> sinks() {
            return Arrays.stream(sink.split(","))
                    .map(String::strip)
                    .filter(name -> !name.isEmpty())
                    .toList();
        }
    }

    /** How much the sweep takes at once, how long it lets the store wait, and what it waits for itself. */
    public record Sweep(
            int batch, int parallelism, Duration lockTimeout, Duration statementTimeout, Brakes brakes, Limits limits) {

        public static final Sweep BY_DEFAULT = of(
                setting -> Objects.requireNonNull(setting.byDefault),
                Path.of("").toAbsolutePath());

        private static final int MOST_CORES = 4;

        private static Sweep of(Function<Setting, String> read, Path home) {
            String parallelism = read.apply(Setting.SWEEP_PARALLELISM);
            return new Sweep(
                    Integer.parseInt(read.apply(Setting.SWEEP_BATCH)),
                    parallelism.equals("cores")
                            ? Math.min(MOST_CORES, Runtime.getRuntime().availableProcessors())
                            : Integer.parseInt(parallelism),
                    Duration.parse(read.apply(Setting.SWEEP_LOCK_TIMEOUT)),
                    Duration.parse(read.apply(Setting.SWEEP_STATEMENT_TIMEOUT)),
                    new Brakes(
                            Long.parseLong(read.apply(Setting.SWEEP_SLOT_LAG)) << 20,
                            Duration.parse(read.apply(Setting.SWEEP_REPLICA_LAG)),
                            Duration.parse(read.apply(Setting.SWEEP_PATIENCE)),
                            in(home, read.apply(Setting.SWEEP_PAUSE_FILE))),
                    Limits.of(
                            read.apply(Setting.SWEEP_CAP),
                            read.apply(Setting.SWEEP_CAPS),
                            read.apply(Setting.SWEEP_WINDOW),
                            new Limits.Breaker(
                                    Integer.parseInt(read.apply(Setting.SWEEP_BREAKER_TIMES)),
                                    Integer.parseInt(read.apply(Setting.SWEEP_BREAKER_SHARE)),
                                    Long.parseLong(read.apply(Setting.SWEEP_BREAKER_LEAST)))));
        }

        public Sweep withBatch(int rows) {
            return new Sweep(rows, parallelism, lockTimeout, statementTimeout, brakes, limits);
        }

        public Sweep withParallelism(int workers) {
            return new Sweep(batch, workers, lockTimeout, statementTimeout, brakes, limits);
        }

        public Sweep withStatementTimeout(Duration longest) {
            return new Sweep(batch, parallelism, lockTimeout, longest, brakes, limits);
        }

        public Sweep with(Brakes other) {
            return new Sweep(batch, parallelism, lockTimeout, statementTimeout, other, limits);
        }

        public Sweep with(Limits other) {
            return new Sweep(batch, parallelism, lockTimeout, statementTimeout, brakes, other);
        }
    }

    /**
     * What the sweep waits for between transactions.
     *
     * @param slotLag  bytes of log that a slot may hold back
     * @param patience how long it waits for slots and replicas; for the pause file, as long as that is there
     */
    public record Brakes(long slotLag, Duration replicaLag, Duration patience, Path pauseFile) {}
}

package io.storeveil.retention.settings;

import io.storeveil.control.KeyStatePlace;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every knob of {@code application.yaml}, once: its name, default, what it accepts and what it means. The commented file
 * in {@code config} is held to this list by a test.
 */
enum Setting {
    STORE_URL("store.url", null, Setting::jdbcUrl, "The store's database, as a JDBC URL."),
    STORE_USER("store.user", null, Setting::word, "Who deletes and anonymises there; owner of the schema storeveil."),
    STORE_PASSWORD("store.password", "", Setting::anything, "That user's password."),
    CONTROL_URL("control.url", null, Setting::jdbcUrl, "The control database: requests, holds, ledger, runs."),
    CONTROL_USER("control.user", null, Setting::word, "Owner of the schema storeveil there."),
    CONTROL_PASSWORD("control.password", "", Setting::anything, "That user's password."),
    WAREHOUSE_URL(
            "warehouse.url", "", Setting::jdbcUrlOrNone, "The warehouse, read to verify erasures; empty: not read."),
    WAREHOUSE_USER("warehouse.user", "", Setting::anything, "A reader of the warehouse."),
    WAREHOUSE_PASSWORD("warehouse.password", "", Setting::anything, "That user's password."),
    KAFKA("kafka.bootstrap-servers", "localhost:9092", Setting::hostsAndPorts, "Brokers, as host:port, by commas."),
    CONNECT_URL("connect.url", "http://localhost:8083", Setting::httpUrl, "The Kafka Connect worker's REST address."),
    CONNECT_SOURCE("connect.source", null, Setting::word, "Name of the connector that captures the store."),
    CONNECT_SINK(
            "connect.sink",
            null,
            Setting::word,
            "Names of all connectors that fill the warehouse, separated by commas."),
    CONNECT_TOPIC_PREFIX("connect.topic-prefix", "store", Setting::word, "The source connector's topic.prefix."),
    KEYS_COPIES(
            "keys.copies",
            null,
            KeyStatePlace::refusalOfCopy,
            "Two places or more that each hold a copy of the key state: directories, control, or other databases."),
    KEYS_KEKS(
            "keys.key-encryption-keys",
            null,
            KeyStatePlace::refusalOfKeyEncryptionKeys,
            "Where the keys are that seal the key state: a directory, or Vault."),
    KEYS_BACKUPS(
            "keys.backups-kept",
            "P0D",
            Setting::period,
            "For how long backups of the keys that seal the key state are kept."),
    VAULT_NAME("keys.vault.name", "storeveil", Setting::vaultName, "What the transit keys are called in Vault."),
    VAULT_TOKEN("keys.vault.token", "", Setting::anything, "A token, to be let into Vault."),
    VAULT_ROLE_ID("keys.vault.role-id", "", Setting::anything, "An AppRole's id, instead of a token."),
    VAULT_SECRET_ID("keys.vault.secret-id", "", Setting::anything, "That AppRole's secret id."),
    VAULT_APPROLE("keys.vault.approle-path", "approle", Setting::word, "Where the AppRole method is mounted."),
    VAULT_NAMESPACE("keys.vault.namespace", "", Setting::anything, "A namespace of Vault."),
    VAULT_CA_FILE("keys.vault.ca-file", "", Setting::pathOrNone, "PEM certificates to trust for Vault."),
    VAULT_TIMEOUT("keys.vault.timeout-ms", "5000", Setting::millis, "Milliseconds to wait for an answer of Vault."),
    REPORTS("reports", "reports", Setting::path, "Directory that the nightly reports are written to."),
    SWEEP_BATCH(
            "sweep.batch",
            "5000",
            number(1, 100_000),
            "Rows of one rule in one transaction; what they own goes with them."),
    SWEEP_PARALLELISM(
            "sweep.parallelism",
            "cores",
            Setting::parallelism,
            "Statements on the rows of one rule at once; cores: as many as this machine has, four at most."),
    SWEEP_LOCK_TIMEOUT(
            "sweep.lock-timeout", "PT3S", duration("PT0.1S", "PT5M"), "How long a transaction waits for a locked row."),
    SWEEP_STATEMENT_TIMEOUT(
            "sweep.statement-timeout",
            "PT1M",
            duration("PT1S", "PT1H"),
            "How long one statement that changes rows may take, before it is tried with half as many."),
    SWEEP_SLOT_LAG(
            "sweep.slot-lag-mb",
            "20480",
            number(1, 1 << 30),
            "The sweep waits while a slot, connected or not, holds back more than so many megabytes of the store's log."),
    SWEEP_REPLICA_LAG(
            "sweep.replica-lag",
            "PT5M",
            duration("PT1S", "P1D"),
            "The sweep waits while a streaming replica is further behind; one that is away shows by its slot alone."),
    SWEEP_PATIENCE(
            "sweep.patience",
            "PT1H",
            duration("PT1S", "P1D"),
            "How long the sweep waits for slots and replicas before it fails; the same command then goes on."),
    SWEEP_PAUSE_FILE(
            "sweep.pause-file",
            "pause-sweep",
            Setting::path,
            "While this file exists, the sweep starts no transaction."),
    SWEEP_WINDOW(
            "sweep.window",
            "",
            Window::refusal,
            "When rows may expire, in the policy's time zone: 22:00-06:00; empty: at any time."),
    SWEEP_CAP(
            "sweep.cap",
            "none",
            Setting::cap,
            "Rows that a rule may change in one night, the oldest first; what they own goes with them."),
    SWEEP_CAPS(
            "sweep.caps",
            "",
            Setting::caps,
            "Caps of single rules, as plan show names them: delete public.orders = 50000; delete public.audit = none."),
    SWEEP_BREAKER_TIMES(
            "sweep.breaker.times",
            "5",
            number(2, 1000),
            "A rule only observes where it finds more than so many times what it usually takes."),
    SWEEP_BREAKER_SHARE(
            "sweep.breaker.share",
            "25",
            number(1, 100),
            "A rule only observes where it finds more than so many percent of its table's rows."),
    SWEEP_BREAKER_LEAST(
            "sweep.breaker.least", "1000", number(0, 1_000_000_000), "So many rows are never too many for a rule.");

    private static final String CAP_OF = "\\s*[^=;]+=\\s*(none|[1-9][0-9]{0,11})\\s*";

    final String key;
    final @Nullable String byDefault;
    final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // method references without state
    private final Function<String, Optional<String>> check;

    Setting(String key, @Nullable String byDefault, Function<String, Optional<String>> check, String meaning) {
        this.key = key;
        this.byDefault = byDefault;
        this.check = check;
        this.meaning = meaning;
    }

    /** What is allowed, if this value is not; never the value, which may be a secret put in the wrong place. */
    Optional<String> refusal(String value) {
        return check.apply(value);
    }

    boolean list() {
        return this == KEYS_COPIES;
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(setting -> setting.key).toList();
    }

    private static Optional<String> jdbcUrl(String value) {
        return value.startsWith("jdbc:postgresql:") && !value.contains("password=")
                ? Optional.empty()
                : Optional.of("allowed is jdbc:postgresql://HOST:PORT/DATABASE, without a password in it");
    }

    private static Optional<String> jdbcUrlOrNone(String value) {
        return value.isEmpty() ? Optional.empty() : jdbcUrl(value);
    }

    private static Optional<String> word(String value) {
        return value.isBlank() ? Optional.of("must not be empty") : Optional.empty();
    }

    private static Optional<String> anything(String value) {
        return Optional.empty();
    }

    private static Optional<String> hostsAndPorts(String value) {
        return value.matches("[^\\s,:]+:\\d+(,[^\\s,:]+:\\d+)*")
                ? Optional.empty()
                : Optional.of("allowed is HOST:PORT[,HOST:PORT...]");
    }

    private static Optional<String> httpUrl(String value) {
        try {
            URI uri = URI.create(value);
            if (List.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getHost() != null) {
                return Optional.empty();
            }
        } catch (IllegalArgumentException notAnAddress) {
            // refused below
        }
        return Optional.of("allowed is http://HOST:PORT or https://HOST:PORT");
    }

    private static Optional<String> period(String value) {
        try {
            if (!Period.parse(value).isNegative()) {
                return Optional.empty();
            }
        } catch (DateTimeParseException notAPeriod) {
            // refused below
        }
        return Optional.of("allowed is a period of days, months or years: P0D, P30D, P3M");
    }

    private static Optional<String> vaultName(String value) {
        return value.matches("[A-Za-z0-9._-]+")
                ? Optional.empty()
                : Optional.of("allowed are letters, digits, '.', '_' and '-'");
    }

    private static Optional<String> millis(String value) {
        return value.matches("[1-9][0-9]{2,5}") ? Optional.empty() : Optional.of("allowed is 100 to 999999");
    }

    private static Optional<String> pathOrNone(String value) {
        return value.isEmpty() ? Optional.empty() : path(value);
    }

    private static Function<String, Optional<String>> number(int least, int most) {
        return value -> {
            try {
                int number = Integer.parseInt(value);
                if (number >= least && number <= most) {
                    return Optional.empty();
                }
            } catch (NumberFormatException notANumber) {
                // refused below
            }
            return Optional.of("allowed is a whole number from " + least + " to " + most);
        };
    }

    private static Function<String, Optional<String>> duration(String least, String most) {
        return value -> {
            try {
                Duration duration = Duration.parse(value);
                if (duration.compareTo(Duration.parse(least)) >= 0 && duration.compareTo(Duration.parse(most)) <= 0) {
                    return Optional.empty();
                }
            } catch (DateTimeParseException notADuration) {
                // refused below
            }
            return Optional.of("allowed is a duration from " + least + " to " + most + ", written like PT30S or PT5M");
        };
    }

    private static Optional<String> cap(String value) {
        return value.matches("none|[1-9][0-9]{0,11}")
                ? Optional.empty()
                : Optional.of("allowed is none, or a number of rows from 1 to 999999999999");
    }

    private static Optional<String> caps(String value) {
        return value.isBlank() || value.matches(CAP_OF + "(;" + CAP_OF + ")*")
                ? Optional.empty()
                : Optional.of("allowed is RULE = ROWS; RULE = none; ...");
    }

    private static Optional<String> parallelism(String value) {
        return value.equals("cores")
                ? Optional.empty()
                : number(1, 16).apply(value).map(allowed -> allowed + ", or cores");
    }

    private static Optional<String> path(String value) {
        try {
            return value.isBlank() || Path.of(value).toString().isEmpty()
                    ? Optional.of("must name a directory")
                    : Optional.empty();
        } catch (InvalidPathException notAPath) {
            return Optional.of("must name a directory");
        }
    }
}

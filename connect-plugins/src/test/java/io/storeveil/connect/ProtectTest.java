package io.storeveil.connect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.control.SealedKeyStateStore;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.PolicyLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transform as a worker sees it, over a real policy file and a real key state. */
class ProtectTest {

    private static final String POLICY =
            """
            policy: storeveil/v1
            store: shop
            controller: { name: Example, contact: privacy@example.org, data-protection-officer: dpo@example.org }
            time-zone: UTC
            categories:
              plain: [ none, keep ]
              key: [ pseudonymise, keep ]
              identity: [ encrypt, redact ]
              birth: [ { generalise: year }, "null" ]
            purposes:
              contract: { basis: contract, keep: P3Y }
            subjects:
              customer: { table: customer, key: [id], clock: [customer.created_at] }
            tables:
              customer:
                key: [id]
                purposes: [contract]
                columns: { id: key, email: identity, name: identity, born: birth, visits: plain, created_at: plain }
            """;

    @TempDir
    private Path directory = Path.of("");

    private final Protect<SourceRecord> protect = new Protect<>();
    private Map<String, Object> settings = Map.of();
    private SealedKeyStateStore store = KeyStatePlace.inDirectories(
                    List.of(Path.of("none"), Path.of("no other")), Path.of("no key"))
            .open();

    @BeforeEach
    void settings() throws IOException {
        Path policy = Files.writeString(directory.resolve("policy.yaml"), POLICY);
        Path keys = Files.createDirectory(directory.resolve("keys"));
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        store = KeyStatePlace.inDirectories(List.of(one, two), keys).open();
        store.init();
        settings = new HashMap<>(Map.of(
                "policy",
                policy.toString(),
                "keys.copies",
                one + "," + two,
                "keys.key-encryption-keys",
                keys.toString(),
                "keys.poll.ms",
                "20",
                "lease.ms",
                "2000"));
    }

    @AfterEach
    void close() {
        protect.close();
    }

    @Test
    void configured_itProtects() {
        protect.configure(settings);

        SourceRecord result = protect.apply(Fixture.change("c", null, Fixture.customer(42, "ada@example.org")));

        assertThat(String.valueOf(result)).doesNotContain("ada@", "Lovelace", "hunter2");
    }

    @Test
    void anErasurePublishedMeanwhile_isTakenOverWithoutARestart() throws Exception {
        protect.configure(settings);
        KeyState state = store.current();

        store.publish(state.closing(List.of(state.reference(OwnerId.of("public.customer", List.of(42))))));

        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!"[erased]".equals(email()) && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(email()).isEqualTo("[erased]");
    }

    private String email() {
        SourceRecord result =
                requireNonNull(protect.apply(Fixture.change("c", null, Fixture.customer(42, "ada@example.org"))));
        return ((Struct) result.value()).getStruct("after").getString("email");
    }

    @Test
    void aKeyStateThatCannotBeReadAnyMore_stopsTheTaskWhenTheLeaseIsOver() throws Exception {
        settings.put("lease.ms", "200");
        protect.configure(settings);
        try (var files = Files.list(directory.resolve("keys"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        Thread.sleep(500);

        assertThatThrownBy(() -> protect.apply(Fixture.change("c", null, Fixture.customer(42, "ada@example.org"))))
                .isInstanceOf(ProtectionStopped.class)
                .hasMessageStartingWith("topic shop.public.customer: the lease on the key state is lost");
    }

    @Test
    void aWrongPolicy_isRefusedWithEveryProblemAtItsPlace() throws IOException {
        Path file = directory.resolve("policy.yaml");
        Files.writeString(file, POLICY.replace("[ encrypt,", "[ encypt,").replace("none, keep", "nine, keep"));

        assertThatThrownBy(() -> protect.configure(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("policy.yaml:8:")
                .hasMessageContaining("did you mean 'encrypt'?")
                .hasMessageContaining("policy.yaml:6:");
    }

    @Test
    void anotherPolicyThanTheReviewedOne_isRefused() {
        String sha256 = PolicyLoader.load(directory.resolve("policy.yaml")).sha256();
        settings.put("policy.sha256", sha256);
        protect.configure(settings);

        settings.put("policy.sha256", "0".repeat(64));
        assertThatThrownBy(() -> protect.configure(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("policy.sha256 is 0000")
                .hasMessageContaining(sha256);
    }

    @Test
    void validation_hasAMessageForEachSetting() {
        Map<String, String> wrong = Map.of(
                "policy",
                directory.resolve("nothing.yaml").toString(),
                "policy.sha256",
                "abc",
                "keys.copies",
                directory.resolve("nowhere") + "," + directory,
                "keys.key-encryption-keys",
                directory.toString(),
                "before",
                "most");

        Map<String, List<String>> messages = new TreeMap<>();
        for (ConfigValue value : protect.config().validate(wrong)) {
            if (!value.errorMessages().isEmpty()) {
                messages.put(value.name(), value.errorMessages());
            }
        }

        assertThat(messages).containsOnlyKeys("policy", "policy.sha256", "keys.copies", "before");
        assertThat(String.valueOf(messages.get("keys.copies")))
                .contains("no directory")
                .contains("nowhere");
        assertThat(messages.get("policy.sha256"))
                .containsExactly("policy.sha256: not a SHA-256; allowed: 64 lower-case hex digits, as sha256sum prints"
                        + " them");
    }

    @Test
    void aPollTooSlowForItsLease_isRefused() {
        settings.put("keys.poll.ms", "1500");

        assertThatThrownBy(() -> protect.configure(settings))
                .hasMessage("keys.poll.ms is 1500; at most half of lease.ms (2000) is allowed");
    }

    @Test
    void aMissingKeyState_isRefused() throws IOException {
        settings.put("keys.copies", Files.createDirectory(directory.resolve("empty")) + "," + directory);
        settings.put("keys.key-encryption-keys", directory.resolve("empty").toString());

        assertThatThrownBy(() -> protect.configure(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("keys.copies: the key state cannot be opened: ");
    }

    @Test
    void metrics_countWhatHappensByTableAndProtection() {
        Metrics metrics = new Metrics();
        protect.configure(settings);
        protect.withPluginMetrics(metrics);

        protect.apply(Fixture.change("c", null, Fixture.customer(42, "ada@example.org")));
        protect.apply(Fixture.change("c", null, Fixture.customer(42, "ada@example.org")));
        protect.apply(Fixture.order(1, null, "Bob"));

        assertThat(metrics.values())
                .containsEntry("records-total", 3L)
                .containsEntry("records-dropped-total", 1L)
                .containsEntry("table-rows-total{table=public.customer}", 2L)
                .containsEntry("protected-fields-total{table=public.customer, protection=encrypt}", 4L)
                .containsEntry("protected-fields-total{table=public.customer, protection=pseudonymise}", 2L)
                .containsEntry("undeclared-table-records-total{table=public.orders}", 1L)
                .containsEntry("undeclared-column-fields-total{table=public.customer, column=forgotten}", 2L)
                .containsEntry("owner-key-misses-total", 1L)
                .containsEntry("key-state-version", 1L);
        assertThat((Double) metrics.values().get("key-state-lease-left-seconds"))
                .isPositive()
                .isLessThanOrEqualTo(60.0);
        assertThat((Double) metrics.values().get("key-state-age-seconds")).isNotNegative();
    }

    @Test
    void metrics_beforeTheFirstRecord_tellNoVersion() {
        Metrics metrics = new Metrics();
        protect.withPluginMetrics(metrics);
        protect.configure(settings);

        assertThat(metrics.values())
                .containsEntry("key-state-version", -1L)
                .containsEntry("key-state-age-seconds", -1.0)
                .containsEntry("owner-key-hits-total", 0L);
    }

    @Test
    void aStop_isCountedForTheWorker() {
        Metrics metrics = new Metrics();
        protect.configure(settings);
        protect.withPluginMetrics(metrics);
        long before = (Long) metrics.values().get("stops-total");

        assertThatThrownBy(() -> protect.apply(Fixture.record("shop.public.customer", null, null, null, "no struct")))
                .isInstanceOf(ProtectionStopped.class);

        assertThat(metrics.values()).containsEntry("stops-total", before + 1);
    }

    @Test
    void oneLease_isSharedByTheTransformsOfAWorker() {
        Protect<SourceRecord> second = new Protect<>();
        protect.configure(settings);
        second.configure(settings);

        assertThat(store.leases().held()).hasSize(1);
        protect.close();
        assertThat(store.leases().held()).hasSize(1);
        second.close();
        assertThat(store.leases().held()).isEmpty();
    }

    private static final class Metrics implements PluginMetrics {

        private final Map<MetricName, MetricValueProvider<?>> metrics = new LinkedHashMap<>();

        Map<String, Object> values() {
            Map<String, Object> values = new TreeMap<>();
            metrics.forEach((name, value) -> values.put(
                    name.name() + (name.tags().isEmpty() ? "" : name.tags()),
                    ((Gauge<?>) value).value(new MetricConfig(), 0)));
            return values;
        }

        @Override
        @SuppressWarnings("NonApiType") // Kafka's signature
        public MetricName metricName(String name, String description, LinkedHashMap<String, String> tags) {
            return new MetricName(name, "plugins", description, tags);
        }

        @Override
        public void addMetric(MetricName name, MetricValueProvider<?> value) {
            metrics.put(name, value);
        }

        @Override
        public void removeMetric(MetricName name) {
            metrics.remove(name);
        }

        @Override
        public Sensor addSensor(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void removeSensor(String name) {
            throw new UnsupportedOperationException();
        }
    }
}

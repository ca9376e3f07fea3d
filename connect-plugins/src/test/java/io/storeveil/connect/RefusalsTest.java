package io.storeveil.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.control.SealedKeyStateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every place in the code that refuses a configuration, read from the classes: which setting, and none of its secrets. */
class RefusalsTest {

    private static final String SECRET = "canary-secret-7f3a";
    private static final String POLICY =
            """
            policy: storeveil/v1
            controller: { name: Example, contact: privacy@example.org }
            time-zone: UTC
            categories: { key: [ pseudonymise, keep ] }
            purposes:
              contract: { basis: contract, keep: P3Y }
              analytics: { basis: consent, keep: P1Y }
            subjects: { customer: { table: customer, key: [id], clock: none } }
            tables: { customer: { key: [id], purposes: [contract, analytics], columns: { id: key } } }
            """;

    /** Where a configuration is refused, by which exception, and how its message begins. */
    private record Refusal(String place, Throwable thrown, String begins) {}

    @TempDir
    private Path directory = Path.of("");

    @Test
    void eachRefusal_namesItsSetting_andNoSecret() throws IOException {
        List<Refusal> withoutKeyState = List.of(
                new Refusal(
                        "SettingCheck.ensureValid",
                        protect(Map.of("flattened.fields.prefix", "x")),
                        "flattened.fields.prefix: 'x' could be the beginning of a column's name"),
                new Refusal("ProtectSettings.of", protect(Map.of("policy.sha256", "0".repeat(64))), "policy.sha256 is"),
                new Refusal(
                        "ProtectSettings.load",
                        catchThrowable(() ->
                                ProtectSettings.load(directory.resolve("none").toString())),
                        "the policy cannot be used:\n" + directory.resolve("none") + ": there is no"),
                new Refusal(
                        "Beside.validValues",
                        catchThrowable(() -> new Beside(settings -> "lease.ms is too short")
                                .validValues("lease.ms", Map.of("control.password", SECRET))),
                        "lease.ms is too short"),
                new Refusal("SharedKeys.watch", protect(Map.of()), "keys.copies: the key state cannot be opened: "),
                new Refusal(
                        "RevealSettings.of",
                        reveal(Map.of("purpose", "advertising")),
                        "purpose: the policy has no purpose of this name; allowed: contract, analytics"),
                new Refusal(
                        "RevealSettings.of",
                        reveal(Map.of("purpose", "analytics")),
                        "control.url: it says whose processing is restricted"));
        SealedKeyStateStore states = KeyStatePlace.inDirectories(List.of(copy("one"), copy("two")), directory)
                .open();
        states.init();
        Refusal withoutControlDatabase = new Refusal(
                "Reveal.permission",
                reveal(Map.of(
                        "purpose",
                        "analytics",
                        "control.url",
                        "jdbc:postgresql://localhost:1/none",
                        "control.user",
                        "me")),
                "control.url: consent cannot be read there (SQLSTATE 08");

        assertThat(states.leases().held())
                .as("a configuration that is refused leaves nothing open")
                .isEmpty();
        List<Refusal> refusals = new ArrayList<>(withoutKeyState);
        refusals.add(withoutControlDatabase);
        assertThat(refusals)
                .extracting(Refusal::place)
                .containsExactlyInAnyOrderElementsOf(StopsTest.places(ConfigException.class));
        refusals.forEach(RefusalsTest::holds);
    }

    private static void holds(Refusal refusal) {
        assertThat(refusal.thrown)
                .as(refusal.place)
                .isInstanceOf(ConfigException.class)
                .hasNoCause();
        assertThat(refusal.thrown.getMessage()).startsWith(refusal.begins).doesNotContain(SECRET);
        StackTraceElement thrown = refusal.thrown.getStackTrace()[0];
        assertThat(StopsTest.place(thrown.getClassName(), thrown.getMethodName()))
                .isEqualTo(refusal.place);
    }

    /** By a configuration that is right but for these settings, and for there being no key state yet. */
    private Throwable protect(Map<String, String> wrong) throws IOException {
        Map<String, String> settings = settings(wrong);
        try (Protect<SourceRecord> protect = new Protect<>()) {
            return catchThrowable(() -> protect.configure(settings));
        }
    }

    private Throwable reveal(Map<String, String> wrong) throws IOException {
        Map<String, String> settings = settings(wrong);
        try (Reveal<SinkRecord> reveal = new Reveal<>()) {
            return catchThrowable(() -> reveal.configure(settings));
        }
    }

    private Map<String, String> settings(Map<String, String> wrong) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "policy",
                Files.writeString(directory.resolve("policy.yaml"), POLICY).toString(),
                "keys.copies",
                copy("one") + "," + copy("two"),
                "keys.key-encryption-keys",
                directory.toString(),
                "control.password",
                SECRET,
                "keys.vault.token",
                SECRET));
        settings.putAll(wrong);
        return settings;
    }

    private Path copy(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }
}

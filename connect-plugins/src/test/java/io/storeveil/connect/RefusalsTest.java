package io.storeveil.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;
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
            purposes: { contract: { basis: contract, keep: P3Y } }
            subjects: { customer: { table: customer, key: [id], clock: none } }
            tables: { customer: { key: [id], purposes: [contract], columns: { id: key } } }
            """;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void eachRefusal_namesItsSetting_andNoSecret() throws IOException {
        Map<String, String> begins = new TreeMap<>(Map.of(
                "SettingCheck.ensureValid", "flattened.fields.prefix: 'x' could be the beginning of a column's name",
                "ProtectSettings.of", "policy.sha256 is 0000",
                "ProtectSettings.load", "the policy cannot be used:\n" + directory.resolve("none") + ": there is no",
                "Protect.open", "keys.copies: the key state cannot be opened: "));
        Map<String, Throwable> refusals = Map.of(
                "SettingCheck.ensureValid", refused(Map.of("flattened.fields.prefix", "x")),
                "ProtectSettings.of", refused(Map.of("policy.sha256", "0".repeat(64))),
                "ProtectSettings.load",
                        catchThrowable(() ->
                                ProtectSettings.load(directory.resolve("none").toString())),
                "Protect.open", refused(Map.of()));

        assertThat(StopsTest.places(ConfigException.class)).containsExactlyInAnyOrderElementsOf(begins.keySet());
        refusals.forEach((place, refusal) -> {
            assertThat(refusal).as(place).isInstanceOf(ConfigException.class).hasNoCause();
            assertThat(refusal.getMessage()).startsWith(begins.get(place)).doesNotContain(SECRET);
            StackTraceElement thrown = refusal.getStackTrace()[0];
            assertThat(StopsTest.place(thrown.getClassName(), thrown.getMethodName()))
                    .isEqualTo(place);
        });
    }

    /** By a configuration that is right but for these settings, and for there being no key state yet. */
    private Throwable refused(Map<String, String> wrong) throws IOException {
        Path one = Files.createDirectories(directory.resolve("one"));
        Path two = Files.createDirectories(directory.resolve("two"));
        Map<String, String> settings = new HashMap<>(Map.of(
                "policy",
                Files.writeString(directory.resolve("policy.yaml"), POLICY).toString(),
                "keys.copies",
                one + "," + two,
                "keys.key-encryption-keys",
                directory.toString(),
                "control.password",
                SECRET,
                "keys.vault.token",
                SECRET));
        settings.putAll(wrong);
        try (Protect<SourceRecord> protect = new Protect<>()) {
            return catchThrowable(() -> protect.configure(settings));
        }
    }
}

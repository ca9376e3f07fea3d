package io.storeveil.demo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.storeveil.demo.parts.ConnectWorker;
import io.storeveil.demo.stack.Scene;
import io.storeveil.demo.stack.Stack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker, asked what it thinks of settings of Protect: each message lands on its own setting, and says what is allowed. */
@ExtendWith(Stack.class)
class ValidationIT {

    private static final String PREFIX = "transforms.protect.";

    @BeforeAll
    static void policy(Scene scene) {
        scene.policy(Policies.CUSTOMERS);
    }

    @Test
    void soundSettings_haveNoMessage(Scene scene) {
        assertThat(messages(scene, Map.of())).isEmpty();
    }

    @Test
    void aPolicyThatIsNotThere_isSaidOfThePolicy(Scene scene) {
        assertThat(messages(scene, Map.of("policy", "/nowhere/policy.yaml")))
                .containsOnlyKeys(PREFIX + "policy")
                .hasEntrySatisfying(PREFIX + "policy", message -> assertThat(message)
                        .contains("policy cannot be used")
                        .contains("/nowhere/policy.yaml"));
    }

    @Test
    void aPolicyWithAMistake_isSaidWithItsLine(Scene scene) throws Exception {
        Path broken = Files.writeString(
                scene.folder().resolve("broken.yaml"), Policies.CUSTOMERS.replace("encrypt,", "encypt,"));

        assertThat(messages(scene, Map.of("policy", broken.toString())))
                .containsOnlyKeys(PREFIX + "policy")
                .hasEntrySatisfying(PREFIX + "policy", message -> assertThat(message)
                        .contains("broken.yaml:9:")
                        .contains("did you mean 'encrypt'?"));
    }

    @Test
    void manyMistakes_areEachSaidOfTheirOwnSetting(Scene scene) {
        Map<String, String> messages = messages(
                scene,
                Map.of(
                        "policy.sha256", "ABC",
                        "keys.copies", scene.keyFolder().resolve("1").toString(),
                        "keys.key-encryption-keys", "/nowhere/keys",
                        "keys.poll.ms", "1",
                        "lease.ms", "soon",
                        "before", "some",
                        "unavailable.value.placeholder", ""));

        assertThat(messages)
                .containsOnlyKeys(
                        PREFIX + "policy.sha256",
                        PREFIX + "keys.copies",
                        PREFIX + "keys.key-encryption-keys",
                        PREFIX + "keys.poll.ms",
                        PREFIX + "lease.ms",
                        PREFIX + "before",
                        PREFIX + "unavailable.value.placeholder");
        assertThat(messages.get(PREFIX + "policy.sha256")).contains("64 lower-case hex digits");
        assertThat(messages.get(PREFIX + "keys.copies")).contains("fewer than two directories");
        assertThat(messages.get(PREFIX + "keys.key-encryption-keys")).contains("no directory /nowhere/keys");
        assertThat(messages.get(PREFIX + "keys.poll.ms")).contains("at least 10");
        assertThat(messages.get(PREFIX + "lease.ms")).contains("Not a number");
        assertThat(messages.get(PREFIX + "before")).containsIgnoringCase("key").containsIgnoringCase("full");
        assertThat(messages.get(PREFIX + "unavailable.value.placeholder")).contains("non-empty");
    }

    @Test
    void settingsThatDoNotGoTogether_areSaidBeforeTheConnectorStarts(Scene scene) {
        Map<String, String> messages =
                messages(scene, Map.of("policy.sha256", "0".repeat(64), "keys.poll.ms", "9000", "lease.ms", "10000"));

        assertThat(messages).containsOnlyKeys(PREFIX + "policy.sha256", PREFIX + "keys.poll.ms");
        assertThat(messages.get(PREFIX + "policy.sha256")).contains("it is not the policy that was reviewed");
        assertThat(messages.get(PREFIX + "keys.poll.ms")).contains("at most half of lease.ms (10000)");
    }

    @Test
    void aConnectorWithSuchSettings_isNotCreated(Scene scene) {
        Map<String, String> settings = new HashMap<>(scene.source(Map.of(PREFIX + "lease.ms", "600")));

        ConnectWorker.Answer answer =
                scene.worker().call("PUT", "/connectors/" + scene.prefix() + "-source/config", settings);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("message").asText()).contains("at most half of lease.ms");
    }

    /** Setting to what is said of it, of Protect's settings. */
    private static Map<String, String> messages(Scene scene, Map<String, String> wrong) {
        Map<String, String> settings = new HashMap<>(scene.source(Map.of()));
        wrong.forEach((name, value) -> settings.put(PREFIX + name, value));
        ConnectWorker.Answer answer = scene.worker()
                .call("PUT", "/connector-plugins/" + settings.get("connector.class") + "/config/validate", settings);
        assertThat(answer.status()).isEqualTo(200);
        Map<String, String> messages = new TreeMap<>();
        for (JsonNode config : answer.body().path("configs")) {
            String name = config.path("value").path("name").asText();
            config.path("value")
                    .path("errors")
                    .forEach(error -> messages.merge(name, error.asText(), (a, b) -> a + "\n" + b));
        }
        return messages;
    }
}

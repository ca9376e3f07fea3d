package io.storeveil.demo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.storeveil.demo.parts.Sweep;
import io.storeveil.demo.stack.Scene;
import io.storeveil.demo.stack.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The examples in {@code config/connectors}, as they are but for hosts, users, passwords and paths. */
@ExtendWith(Stack.class)
class ExampleConnectorsIT {

    private static final Path FOLDER = Path.of("..", "config", "connectors");
    private static final String PREFIX = "store";

    @Test
    void theExamples_startAndCarryARowToTheWarehouse_andAreSound(Scene scene) throws Exception {
        scene.execute(Policies.TABLES);
        scene.execute(
                "insert into customer values (1, 'a@store.example', 'Ada', 'x', now())",
                "create schema storeveil",
                "create table storeveil.journal (id bigint primary key, run text)",
                "create publication storeveil for all tables with (publish_via_partition_root = true)");
        Path policy = scene.policy(Policies.CUSTOMERS
                .replace("keep: P3Y }", "keep: P3Y }\n  marketing: { basis: consent, keep: P2Y }")
                .replace("email: identity", "email: { is: identity, for: [contract, marketing] }"));
        try (Connection warehouse = scene.warehouse().connect();
                Statement statement = warehouse.createStatement()) {
            statement.execute("create schema marketing");
        }
        // the control database with its tables
        assertThat(scene.sweep().run("person", "list").exitCode()).isZero();
        List<Map<String, String>> examples = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.sorted().toList()) {
                examples.add(example(file, here(scene, policy)));
            }
        }

        // a sink that is there before its topics looks for them only so often
        examples.stream().filter(example -> example.containsKey("topic.prefix")).forEach(scene::start);
        scene.await(
                "the topic",
                () -> !scene.topics().read(PREFIX + ".public.customer").isEmpty());
        examples.stream()
                .filter(example -> !example.containsKey("topic.prefix"))
                .forEach(scene::start);
        scene.await("the row", () -> scene.warehouse("select count(*) from customer")
                .equals("1"));
        assertThat(examples).hasSizeGreaterThanOrEqualTo(2);
        assertThat(scene.warehouse("select email from customer")).hasSizeGreaterThan(40);
        Sweep.Ended check = scene.sweep()
                .run(
                        "connector",
                        "check",
                        "--connect",
                        scene.worker().url().toString(),
                        "--policy",
                        policy.toString(),
                        "--json");
        // which policy was reviewed, only its owner can say
        assertThat(check.json().path("findings").findValuesAsText("setting"))
                .allMatch(setting -> setting.matches("transforms[.][a-z]+[.]policy[.]sha256"));
    }

    @AfterAll
    static void clean(Scene scene) {
        scene.stopAll();
        scene.topics().delete(PREFIX);
    }

    /** What differs on each machine; everything else of an example stays. */
    private static Map<String, String> here(Scene scene, Path policy) {
        Map<String, String> here = new TreeMap<>();
        here.put("database.port", String.valueOf(scene.store().port()));
        here.put("database.dbname", scene.store().name());
        here.put("database.user", scene.store().user());
        here.put("connection.url", scene.warehouse().jdbcUrl());
        here.put("connection.username", scene.warehouse().user());
        here.put("policy", policy.toString());
        here.put(
                "keys.copies",
                scene.keyFolder().resolve("1") + "," + scene.keyFolder().resolve("2"));
        here.put("keys.key-encryption-keys", scene.keyFolder().resolve("kek").toString());
        here.put("control.url", scene.control().jdbcUrl());
        here.put("control.user", scene.control().user());
        return here;
    }

    private static Map<String, String> example(Path file, Map<String, String> here) throws IOException {
        JsonNode example = new ObjectMapper().readTree(file.toFile());
        Map<String, String> settings =
                new TreeMap<>(Map.of("name", example.path("name").asText()));
        example.path("config").properties().forEach(setting -> {
            String written = setting.getValue().asText();
            String value = here.getOrDefault(setting.getKey().replaceFirst("^transforms[.][a-z]+[.]", ""), written);
            int parameters = setting.getKey().equals("connection.url") ? written.indexOf('?') : -1;
            settings.put(
                    setting.getKey(),
                    setting.getKey().endsWith("password")
                            ? "unused"
                            : value + (parameters < 0 ? "" : written.substring(parameters)));
        });
        return settings;
    }
}

package io.storeveil.demo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.storeveil.demo.parts.Sweep;
import io.storeveil.demo.stack.Scene;
import io.storeveil.demo.stack.Stack;
import io.storeveil.policy.PolicyLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code connector check} against a real worker, whose connectors are sound first and then weakened. */
@ExtendWith(Stack.class)
class ConnectorCheckIT {

    private static final String TOLERANCE = "errors.tolerance";

    @BeforeAll
    static void capture(Scene scene) {
        scene.execute(Policies.TABLES);
        scene.execute("create schema storeveil", "create table storeveil.journal (id bigint primary key, run text)");
        scene.execute("insert into customer values (1, 'a@store.example', 'Ada', 'x', now())");
        Path policy = scene.policy(Policies.CUSTOMERS);
        scene.start(sound(scene, policy), scene.sink(Map.of()));
        scene.await("the first row", () -> scene.records("customer").size() == 1);
    }

    private static Map<String, String> sound(Scene scene, Path policy) {
        return scene.source(Map.of(
                "column.propagate.source.type",
                ".*",
                "transforms.protect.policy.sha256",
                PolicyLoader.load(policy).sha256()));
    }

    @Test
    void soundConnectors_areClean(Scene scene) {
        scene.start(sound(scene, scene.folder().resolve("policy.yaml")), scene.sink(Map.of()));

        Sweep.Ended ended = check(scene);

        assertThat(ended.output()).isEmpty();
        assertThat(ended.json().path("findings")).isEmpty();
        assertThat(ended.json().path("connectors")).hasSize(2);
        assertThat(ended.exitCode()).isZero();
    }

    @Test
    void anotherPolicy_andAStoreWithoutLimits_areNamed(Scene scene) throws Exception {
        scene.start(sound(scene, scene.folder().resolve("policy.yaml")), scene.sink(Map.of()));
        Path other = Files.writeString(scene.folder().resolve("other.yaml"), Policies.CUSTOMERS.replace("P3Y", "P4Y"));
        scene.await("the slot", () -> !scene.records("customer").isEmpty());

        Sweep.Ended ended = scene.sweep()
                .run(
                        "connector",
                        "check",
                        "--connect",
                        scene.worker().url().toString(),
                        "--policy",
                        other.toString(),
                        "--url",
                        scene.store().jdbcUrl(),
                        "--user",
                        scene.store().user(),
                        "--json");

        assertThat(settings(ended))
                .containsExactlyInAnyOrder(
                        scene.prefix() + "-source transforms.protect.policy.sha256 error",
                        "(store) max_slot_wal_keep_size warning");
        assertThat(ended.exitCode()).isEqualTo(3);
    }

    @Test
    void weakenedConnectors_areNamedSettingBySetting(Scene scene) {
        Map<String, String> source = new HashMap<>(scene.source(Map.ofEntries(
                Map.entry(TOLERANCE, "all"),
                Map.entry("errors.log.include.messages", "true"),
                Map.entry("table.include.list", "public[.].*"),
                Map.entry("signal.data.collection", "public.signal"),
                Map.entry("tombstones.on.delete", "false"),
                Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
                Map.entry("value.converter.schemas.enable", "false"),
                Map.entry("unavailable.value.placeholder", "another"),
                Map.entry("transforms", "route,protect"),
                Map.entry("transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter"),
                Map.entry("transforms.route.regex", "x"),
                Map.entry("transforms.route.replacement", "y"),
                Map.entry("transforms.protect.predicate", "some"),
                Map.entry("predicates", "some"),
                Map.entry(
                        "predicates.some.type", "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone"))));
        source.remove("topic.creation.default.partitions");
        source.remove("topic.creation.default.replication.factor");
        scene.start(
                source,
                scene.sink(Map.of(
                        TOLERANCE,
                        "all",
                        "errors.deadletterqueue.topic.name",
                        scene.prefix() + "-dead",
                        "errors.deadletterqueue.topic.replication.factor",
                        "1",
                        "delete.enabled",
                        "false",
                        "insert.mode",
                        "insert")));
        scene.worker().call("PUT", "/admin/loggers/org.apache.kafka.connect.runtime", Map.of("level", "TRACE"));
        try {
            Sweep.Ended ended = check(scene);

            String sourceName = scene.prefix() + "-source ";
            String sinkName = scene.prefix() + "-sink ";
            assertThat(settings(ended))
                    .contains(
                            sourceName + TOLERANCE + " error",
                            sourceName + "errors.log.include.messages error",
                            sourceName + "table.include.list error",
                            sourceName + "signal.data.collection error",
                            sourceName + "tombstones.on.delete warning",
                            sourceName + "value.converter.schemas.enable error",
                            sourceName + "transforms.protect.unavailable.value.placeholder error",
                            sourceName + "transforms error",
                            sourceName + "transforms.protect.predicate error",
                            sourceName + "transforms.protect.policy.sha256 warning",
                            sourceName + "topic.creation.default.partitions warning",
                            sourceName + "column.propagate.source.type warning",
                            sinkName + TOLERANCE + " error",
                            sinkName + "errors.deadletterqueue.topic.name error",
                            sinkName + "delete.enabled error",
                            sinkName + "insert.mode error")
                    .contains("(worker) logger org.apache.kafka.connect.runtime error");
            assertThat(ended.exitCode()).isEqualTo(3);
        } finally {
            scene.worker().call("PUT", "/admin/loggers/org.apache.kafka.connect.runtime", Map.of("level", "INFO"));
        }
    }

    @Test
    void aStop_isQuotedAsItHoldsNoValue_andASourceWithoutProtectIsNamed(Scene scene) {
        Map<String, String> bare = new HashMap<>(scene.source(Map.of(
                "name",
                scene.prefix() + "-bare",
                "slot.name",
                scene.prefix() + "_bare",
                "topic.prefix",
                scene.prefix() + ".bare")));
        bare.keySet().removeIf(setting -> setting.startsWith("transforms"));
        // nothing flows: the connector is only looked at
        bare.put("snapshot.mode", "no_data");
        scene.policy(Policies.CUSTOMERS
                .replace("undeclared-columns: drop", "undeclared-columns: stop")
                .replace(" password: secret,", ""));
        Map<String, String> stopping = scene.source(Map.of(
                "name",
                scene.prefix() + "-stopping",
                "slot.name",
                scene.prefix() + "_stopping",
                "topic.prefix",
                scene.prefix() + ".stopping"));
        scene.start(bare, stopping);
        scene.awaitWhatever("the stop", () -> scene.worker()
                .status(scene.prefix() + "-stopping")
                .path("tasks")
                .path(0)
                .path("state")
                .asText()
                .equals("FAILED"));

        Sweep.Ended ended = check(scene);
        scene.stop(scene.prefix() + "-stopping");
        scene.stop(scene.prefix() + "-bare");
        scene.policy(Policies.CUSTOMERS);

        assertThat(settings(ended))
                .contains(scene.prefix() + "-bare transforms error", scene.prefix() + "-stopping state error");
        assertThat(ended.json().path("findings").findValuesAsText("why"))
                .anyMatch(why -> why.matches("topic .*, table public.customer, column password, .*"));
        assertThat(ended.json().toString()).doesNotContain("store.example");
    }

    private static Sweep.Ended check(Scene scene) {
        return scene.sweep()
                .run(
                        "connector",
                        "check",
                        "--connect",
                        scene.worker().url().toString(),
                        "--policy",
                        scene.folder().resolve("policy.yaml").toString(),
                        "--json");
    }

    private static List<String> settings(Sweep.Ended ended) {
        List<String> settings = new ArrayList<>();
        for (JsonNode finding : StreamSupport.stream(
                        ended.json().path("findings").spliterator(), false)
                .toList()) {
            settings.add(finding.path("connector").asText() + " "
                    + finding.path("setting").asText() + " "
                    + finding.path("severity").asText());
        }
        return settings;
    }
}

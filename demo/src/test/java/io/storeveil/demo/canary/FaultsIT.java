package io.storeveil.demo.canary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.storeveil.demo.stack.Scene;
import io.storeveil.demo.stack.Stack;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marked values in columns of every type, while workers are killed, the broker restarts, the warehouse is down, errors are
 * tolerated, a dead-letter queue fills and our own packages log at TRACE. Outside the store none of them is found; with a
 * policy that protects nothing, every column is.
 */
@ExtendWith(Stack.class)
class FaultsIT {

    private static final String RECORDS = "records";
    private static final String SEGMENTS = "files of the broker";
    private static final String LOGS = "worker's logs";
    private static final String KEYS = "key state";
    private static final String WAREHOUSE = "warehouse";
    private static final String CONTROL = "control database";

    private static final String HEAD =
            """
            policy: storeveil/v1
            store: shop
            controller: { name: Example Store GmbH, contact: privacy@store.example, data-protection-officer: dpo@store.example }
            time-zone: Europe/Berlin
            reviewed: { by: dpo, on: 2026-10-01, again: P1Y }
            categories:
              key: [ pseudonymise, keep ]
              open: [ none, keep ]
              hidden: [ encrypt, keep ]
              dropped: [ drop, keep ]
              nulled: [ "null", keep ]
            purposes:
              contract: { basis: contract, keep: P3Y }
            subjects:
              person: { table: canary, key: [id], clock: [canary.e_timestamptz] }
              other: { table: dead, key: [id], clock: [dead.e_timestamptz] }
            undeclared-columns: drop
            tables:
            """;

    private static final List<String> TOPICS = List.of("canary", "dead");

    private final Canaries canaries = new Canaries();

    @Test
    void underFaults_noValueIsFoundOutsideTheStore_andTheSearchWouldFindEach(Scene scene) throws Exception {
        run(scene, 3, 20261124);
    }

    @Test
    @Tag("soak")
    void underFiftyKills_noValueIsFoundOutsideTheStore(Scene scene) throws Exception {
        run(scene, 50, System.nanoTime());
    }

    private void run(Scene scene, int kills, long seed) throws Exception {
        Random random = new Random(seed);
        Marked canary = new Marked("canary", random.nextLong());
        Marked dead = new Marked("dead", random.nextLong());
        scene.execute(canary.ddl(), dead.ddl());
        scene.policy(HEAD + canary.declaration() + dead.declaration());
        change(scene, canary, dead);
        scene.start(scene.source(Map.of("errors.tolerance", "all")), failingSink(scene));

        for (int kill = 0; kill < kills; kill++) {
            change(scene, canary, dead);
            Thread.sleep(random.nextInt(2_000));
            scene.worker().jvm().kill();
            change(scene, canary, dead);
            scene.worker().startAgain();
        }
        scene.broker().close();
        change(scene, canary, dead);
        scene.broker().startAgain();
        scene.warehouse().refuse();
        change(scene, canary, dead);
        scene.warehouse().accept();
        arrive(scene, canary, dead);

        CanarySearch.Result found = search(scene);
        assertThat(found.where()).as("seed %s", seed).isEmpty();
        assertThat(found.amounts()).containsKeys(RECORDS, SEGMENTS, LOGS, KEYS, WAREHOUSE);
        assertThat(found.amounts().values()).allMatch(amount -> amount > 0);
        assertThat(scene.topics().read(scene.prefix() + "-dead-letters"))
                .as("dead letters")
                .isNotEmpty();
        thatTheSearchWouldFind(scene, canary, dead);
    }

    /** Rows come and change and go; each value that ever stood in the store is remembered. */
    private void change(Scene scene, Marked... tables) throws SQLException {
        for (Marked table : tables) {
            for (int i = 0; i < 3; i++) {
                scene.execute(table.insert());
            }
            remember(scene);
            scene.execute(table.update());
            remember(scene);
        }
        scene.execute("delete from canary where ctid = (select min(ctid) from canary)");
    }

    private void remember(Scene scene) throws SQLException {
        try (Connection store = scene.store().connect()) {
            canaries.read(store);
        }
    }

    /** Its transform fails on every row of one table, and quotes in the dead letter's headers what it could not cast. */
    private static Map<String, String> failingSink(Scene scene) {
        Map<String, String> settings = new HashMap<>(scene.sink(Map.ofEntries(
                Map.entry("errors.tolerance", "all"),
                Map.entry("errors.deadletterqueue.topic.name", scene.prefix() + "-dead-letters"),
                Map.entry("errors.deadletterqueue.topic.replication.factor", "1"),
                Map.entry("errors.deadletterqueue.context.headers.enable", "true"),
                Map.entry("errors.log.enable", "true"),
                Map.entry("errors.log.include.messages", "true"),
                Map.entry("transforms", "flat,fail"),
                Map.entry("transforms.flat.type", "io.debezium.transforms.ExtractNewRecordState"),
                Map.entry("transforms.flat.predicate", "dead"),
                Map.entry("transforms.fail.type", "org.apache.kafka.connect.transforms.Cast$Value"),
                Map.entry("transforms.fail.spec", "e_text:int64"),
                Map.entry("transforms.fail.predicate", "dead"))));
        settings.put("predicates", "dead");
        settings.put("predicates.dead.type", "org.apache.kafka.connect.transforms.predicates.TopicNameMatches");
        settings.put("predicates.dead.pattern", ".*[.]dead");
        return settings;
    }

    /**
     * A failed task is started again, as an operator would, until a change made after the last fault is in Kafka and has
     * been taken by the sink. Rows need not be as many: with errors tolerated, Connect drops what it cannot send or write.
     */
    private void arrive(Scene scene, Marked... tables) {
        long faultsOver = System.currentTimeMillis();
        Set<String> troubles = new TreeSet<>();
        try {
            scene.awaitWhatever("a change after the last fault, in Kafka", () -> {
                startAgain(scene, troubles);
                change(scene, tables);
                return TOPICS.stream().allMatch(table -> scene.records(table).stream()
                        .anyMatch(change ->
                                change.value().path("source").path("ts_ms").asLong() > faultsOver));
            });
            scene.awaitWhatever("the sink, at the end of its topics", () -> {
                startAgain(scene, troubles);
                return TOPICS.stream().allMatch(table -> scene.topics()
                        .isPassedBy("connect-" + scene.prefix() + "-sink", scene.prefix() + ".public." + table));
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; tasks had failed with " + troubles, e);
        }
    }

    private static void startAgain(Scene scene, Set<String> troubles) {
        for (String connector : List.of(scene.prefix() + "-source", scene.prefix() + "-sink")) {
            JsonNode status = scene.worker().status(connector);
            for (JsonNode trace : status.findValues("trace")) {
                trace.asText().lines().filter(line -> !line.startsWith("\t")).forEach(troubles::add);
            }
            if (status.toString().contains("FAILED")) {
                scene.worker()
                        .call("POST", "/connectors/" + connector + "/restart?includeTasks=true&onlyFailed=true", null);
            }
        }
    }

    private static String rows(Scene scene, String table) throws SQLException {
        try (Connection store = scene.store().connect();
                var statement = store.createStatement();
                var result = statement.executeQuery("select count(*) from " + table)) {
            result.next();
            return result.getString(1);
        }
    }

    private CanarySearch.Result search(Scene scene) throws IOException, SQLException {
        CanarySearch search = new CanarySearch(canaries);
        search.topics(RECORDS, scene.broker().bootstrapServers());
        search.files(SEGMENTS, scene.broker().logDir());
        search.files(LOGS, scene.worker().log().getParent());
        search.files(KEYS, scene.keyFolder());
        try (Connection warehouse = scene.warehouse().connect();
                Connection control = scene.control().connect()) {
            search.database(WAREHOUSE, warehouse);
            search.database(CONTROL, control);
        }
        return search.result();
    }

    /** The same values through a policy that protects nothing, into a topic, a log at TRACE and a warehouse. */
    private void thatTheSearchWouldFind(Scene scene, Marked... tables) throws Exception {
        scene.stopAll();
        scene.execute("drop publication storeveil");
        scene.policy(HEAD + tables[0].openDeclaration() + tables[1].openDeclaration());
        scene.worker().call("PUT", "/admin/loggers/org.apache.kafka.connect.runtime", Map.of("level", "TRACE"));
        String open = scene.prefix() + "open";
        scene.start(scene.source(Map.of("name", open, "slot.name", open, "topic.prefix", scene.prefix() + ".open")));
        for (String table : List.of("canary", "dead")) {
            scene.await("every row, unprotected", () -> String.valueOf(scene.topics()
                            .read(scene.prefix() + ".open.public." + table)
                            .size())
                    .equals(rows(scene, table)));
        }
        scene.worker().call("PUT", "/admin/loggers/org.apache.kafka.connect.runtime", Map.of("level", "INFO"));

        CanarySearch.Result found = search(scene);

        for (String place : List.of(RECORDS, SEGMENTS)) {
            assertThat(columns(found, place))
                    .as("columns in which the search finds something in the " + place)
                    .isEqualTo(new TreeSet<>(canaries.perColumn().keySet()));
        }
        assertThat(columns(found, LOGS)).contains("canary.e_text", "canary.u_uuid", "canary.d_bigint");
    }

    private static Set<String> columns(CanarySearch.Result result, String place) {
        Set<String> columns = new TreeSet<>();
        result.where().getOrDefault(place, Map.of()).keySet().forEach(sign -> columns.add(sign.split(" ")[0]));
        return columns;
    }
}

package io.storeveil.retention.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.storeveil.policy.TableName;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.sweep.StepFailed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Connect's REST interface and the topics say, in the words in which Connect 4.1 and Debezium 3.5 say it. */
class StreamTest {

    private HttpServer server;
    private ConnectRest connect;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        connect = new ConnectRest("http://localhost:" + server.getAddress().getPort() + "/");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answers(String path, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @Test
    void theCommittedPositionIsTheOffsetsLsn() {
        answers(
                "/connectors/store-source/offsets",
                """
                {"offsets":[{"partition":{"server":"store"},"offset":{"lsn_proc":26857312,"messageType":"INSERT",
                "lsn_commit":26857256,"lsn":26857312,"txId":771,"ts_usec":1763939000000000}}]}""");

        assertThat(connect.committedLsn("store-source")).hasValue(26857312);
    }

    @Test
    void withoutAnOffsetNothingIsCommitted() {
        answers("/connectors/store-source/offsets", "{\"offsets\":[]}");

        assertThat(connect.committedLsn("store-source")).isEmpty();
    }

    @Test
    void aSourceThatHasReadFurtherThanTheStoresLogGoes_isRefused() {
        answers("/connectors/ahead/offsets", "{\"offsets\":[{\"offset\":{\"lsn\":" + Long.MAX_VALUE + "}}]}");
        answers("/connectors/behind/offsets", "{\"offsets\":[{\"offset\":{\"lsn\":1}}]}");
        answers("/connectors/new/offsets", "{\"offsets\":[]}");
        DataSource store = StoreServer.running().getPostgresDatabase();

        try (Topics unused = Topics.connect("localhost:1")) {
            assertThatThrownBy(() -> stream("ahead", unused).requireReached(store))
                    .isInstanceOf(StepFailed.class)
                    .hasMessageStartingWith(
                            "connector 'ahead' has read the store's log up to LSN 7FFFFFFF/FFFFFFFF, and"
                                    + " that log ends at LSN ")
                    .hasMessageContaining("the store was put back from a backup");
            assertThatNoException().isThrownBy(() -> stream("behind", unused).requireReached(store));
            assertThatNoException().isThrownBy(() -> stream("new", unused).requireReached(store));
        }
    }

    private Stream stream(String source, Topics topics) {
        return new Stream(
                new Settings.Connect("", source, "", "store"),
                connect,
                topics,
                new Patience(Duration.ZERO, Duration.ZERO));
    }

    @Test
    void aConnectorThatIsNotThereIsNamed() {
        answers("/other", "{}");

        assertThatThrownBy(() -> connect.config("warehouse-sink"))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("has no connector 'warehouse-sink'");
    }

    @Test
    void aConnectThatDoesNotAnswerIsNamed() {
        assertThatThrownBy(() -> new ConnectRest("http://localhost:1").config("store-source"))
                .isInstanceOf(StepFailed.class)
                .hasMessage("Kafka Connect does not answer at http://localhost:1: start the worker, then start the "
                        + "sweep again");
    }

    @Test
    void aTaskThatHasFailedIsNotRunning() {
        answers(
                "/connectors/store-source/status",
                "{\"name\":\"store-source\",\"connector\":{\"state\":\"RUNNING\"},\"tasks\":[{\"id\":0,\"state\":\"FAILED\","
                        + "\"trace\":\"never shown\"}]}");

        assertThat(connect.status("store-source").running()).isFalse();
        assertThat(connect.status("store-source")).hasToString("connector RUNNING, tasks FAILED");
    }

    @Test
    void aChangeIsReadWithAndWithoutItsSchema() {
        String payload =
                """
                {"before":null,"after":{"id":7,"run":"shop/2026-11-23/1"},"source":{"lsn":26857312},"op":"c"}""";

        for (String value : List.of(payload, "{\"schema\":{\"type\":\"struct\"},\"payload\":" + payload + "}")) {
            Change change = change("{\"id\":7}", value);
            assertThat(change.lsn()).hasValue(26857312);
            assertThat(change.row().path("id").asLong()).isEqualTo(7);
            assertThat(change.deleted()).isFalse();
        }
    }

    @Test
    void aFlattenedChangeHasItsPositionByAddedField() {
        Change change = change("{\"id\":7}", "{\"id\":7,\"run\":\"r\",\"__source_lsn\":99,\"__deleted\":\"false\"}");

        assertThat(change.lsn()).hasValue(99);
        assertThat(change.row().path("run").asString()).isEqualTo("r");
        assertThat(change.deleted()).isFalse();
    }

    @Test
    void deletesAndTombstonesAreRecognised() {
        assertThat(change("{\"id\":\"k7\"}", "{\"before\":{\"id\":\"k7\"},\"after\":null,\"op\":\"d\"}")
                        .deleted())
                .isTrue();
        assertThat(change("{\"id\":\"k7\"}", "{\"id\":\"k7\",\"__deleted\":\"true\"}")
                        .deleted())
                .isTrue();
        assertThat(Change.read("{\"id\":\"k7\"}".getBytes(StandardCharsets.UTF_8), null)
                        .map(Change::deleted))
                .contains(true);
        assertThat(change("{\"id\":\"k7\"}", "{\"schema\":null,\"payload\":null}")
                        .deleted())
                .isTrue();
    }

    @Test
    void aRecordKeyIsSpelledInThePolicysOrder() {
        Change change = change("{\"schema\":{},\"payload\":{\"b\":\"two\",\"a\":\"one\"}}", "{\"a\":\"one\"}");

        assertThat(change.rowRef(List.of("a", "b"))).contains("one,two");
    }

    @Test
    void whatIsNotJsonIsNotRead() {
        assertThat(Change.read(new byte[] {0, 0, 0, 0, 1}, new byte[] {0, 0, 0, 0, 2}))
                .isEmpty();
    }

    @Test
    void theSinkReadsTopicsByListOrByPattern() {
        assertThat(SinkProgress.reads(Map.of("topics", "a, b"), "b")).isTrue();
        assertThat(SinkProgress.reads(Map.of("topics", "a,b"), "c")).isFalse();
        assertThat(SinkProgress.reads(Map.of("topics.regex", "store[.]public[.].*"), "store.public.orders"))
                .isTrue();
    }

    @Test
    void aTopicsHistoryEndsWithItsRetentionOrItsCompaction() {
        assertThat(history("cleanup.policy", "delete", "retention.ms", "604800000"))
                .isEqualTo("gone after 7 days at the latest");
        assertThat(history("cleanup.policy", "delete", "retention.ms", "-1"))
                .isEqualTo("kept without limit: set retention.ms");
        assertThat(history("cleanup.policy", "compact", "max.compaction.lag.ms", "9223372036854775807"))
                .isEqualTo("compacted, but no limit says when: set max.compaction.lag.ms");
        assertThat(history("cleanup.policy", "compact", "max.compaction.lag.ms", "86400000"))
                .isEqualTo("gone after 1 day at the latest");
    }

    @Test
    void theWarehouseTableIsWhatTheSinkCallsIt() {
        TableName orders = new TableName("public", "orders");

        assertThat(WarehouseTable.of(orders, "store", Map.of())).isEqualTo("store_public_orders");
        assertThat(WarehouseTable.of(orders, "store", Map.of("collection.name.format", "${source.table}")))
                .isEqualTo("orders");
    }

    @Test
    void aWaitThatEndsSaysWhatIsMissing() {
        Patience patience = new Patience(Duration.ofMillis(20), Duration.ofMillis(5));

        assertThatThrownBy(() -> patience.await(Optional::empty, () -> "the marker has not arrived"))
                .isInstanceOf(StepFailed.class)
                .hasMessage("after 0 s: the marker has not arrived");
    }

    private static String history(String... config) {
        Map<String, String> map = Map.of(config[0], config[1], config[2], config[3]);
        return TopicHistory.of(map).words();
    }

    private static Change change(String key, String value) {
        return Change.read(key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
    }
}

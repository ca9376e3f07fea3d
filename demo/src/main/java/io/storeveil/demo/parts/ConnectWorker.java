package io.storeveil.demo.parts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A distributed Kafka Connect worker in a JVM of its own, with Debezium's archives and ours on its plugin path. */
public final class ConnectWorker implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START = Duration.ofSeconds(150);
    private static final Duration REBALANCE = Duration.ofSeconds(60);

    private final ChildJvm jvm;
    private final URI url;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private ConnectWorker(ChildJvm jvm, URI url) {
        this.jvm = jvm;
        this.url = url;
    }

    /**
     * How a worker differs from the demo's.
     *
     * @param group      workers of one group share their connectors; its topics are {@code group-configs} and so on
     * @param jvm        further options of its JVM
     * @param properties further worker settings, which replace the demo's
     */
    public record Options(String group, List<String> jvm, Map<String, String> properties) {

        public static final Options DEFAULT = new Options("connect", List.of(), Map.of());
    }

    /** What the REST interface answered; the body is missing where there was none. */
    public record Answer(int status, JsonNode body) {

        /** Its workers rebalance, or the one that led them is gone and the group does not know yet. */
        private boolean isRebalancing() {
            return status == 409 || (status == 500 && message().startsWith("IO Error trying to forward REST request"));
        }

        private String message() {
            return body.path("message").asText();
        }
    }

    /** Starts the worker and returns when its REST interface takes connectors. */
    public static ConnectWorker start(Home home, Path folder, Broker broker, Options options) {
        int port = Ports.free(1).get(0);
        Path properties = folder.resolve("worker.properties");
        try {
            Files.createDirectories(folder);
            Files.writeString(properties, workerProperties(home, broker, port, options));
        } catch (IOException e) {
            throw new UncheckedIOException("the worker's folder cannot be written", e);
        }
        List<String> jvmOptions = new ArrayList<>(List.of("-Xmx640m", "-Dstoreveil.log.level=info"));
        jvmOptions.addAll(options.jvm());
        ChildJvm jvm = ChildJvm.start(
                "Connect worker",
                home,
                folder.resolve("worker.log"),
                jvmOptions,
                "org.apache.kafka.connect.cli.ConnectDistributed",
                properties.toString());
        ConnectWorker worker = new ConnectWorker(jvm, URI.create("http://127.0.0.1:" + port));
        try {
            jvm.await(START, worker::answers);
        } catch (RuntimeException e) {
            worker.close();
            throw e;
        }
        return worker;
    }

    public URI url() {
        return url;
    }

    /** Its log file, of which no line may hold a personal value. */
    public Path log() {
        return jvm.log();
    }

    /** To kill and to pause it, and to look into it. */
    public ChildJvm jvm() {
        return jvm;
    }

    /** After {@link ChildJvm#kill} or {@link #close}: the same worker once more. */
    public void startAgain() {
        jvm.startAgain();
        jvm.await(START, this::answers);
    }

    /** Creates the connector, or changes its configuration. */
    public void put(String connector, Map<String, String> configuration) {
        Answer answer = callWhenBalanced("PUT", "/connectors/" + connector + "/config", configuration);
        if (answer.status() >= 300) {
            throw new IllegalStateException("Connect refuses the connector '" + connector + "': " + answer.message());
        }
    }

    /** Removes the connector; its topics, offsets and slot stay. */
    public void delete(String connector) {
        callWhenBalanced("DELETE", "/connectors/" + connector, null);
    }

    /** @throws IllegalStateException if one of the connector's tasks has failed; says which, and where to read why */
    public void check(String connector) {
        JsonNode status = status(connector);
        for (JsonNode task : status.path("tasks")) {
            if (task.path("state").asText().equals("FAILED")) {
                String trace = task.path("trace").asText();
                throw new IllegalStateException("task " + task.path("id").asInt() + " of the connector '" + connector
                        + "' has failed (" + trace.lines().findFirst().orElse("") + "); see " + log());
            }
        }
    }

    /** What Connect's REST interface says of the connector. */
    public JsonNode status(String connector) {
        return call("GET", "/connectors/" + connector + "/status", null).body();
    }

    /**
     * Asks Connect's REST interface.
     *
     * @param body becomes JSON; null for none
     */
    public Answer call(String method, String path, @Nullable Object body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                    .timeout(Duration.ofSeconds(60))
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .build();
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException("Connect does not answer at " + url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking Connect for " + path, e);
        }
    }

    @Override
    public void close() {
        jvm.close();
    }

    private Answer callWhenBalanced(String method, String path, @Nullable Object body) {
        long end = System.nanoTime() + REBALANCE.toNanos();
        while (true) {
            Answer answer = call(method, path, body);
            if (!answer.isRebalancing() || System.nanoTime() > end) {
                return answer;
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while Connect's workers rebalance", e);
            }
        }
    }

    private boolean answers() {
        try {
            Answer answer = call("GET", "/connectors", null);
            return answer.status() == 200 && answer.body().isArray();
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static String workerProperties(Home home, Broker broker, int port, Options options) {
        StringBuilder properties = new StringBuilder(
                """
                bootstrap.servers=%1$s
                group.id=%4$s
                listeners=http://127.0.0.1:%2$d
                plugin.path=%3$s
                plugin.discovery=service_load
                key.converter=org.apache.kafka.connect.json.JsonConverter
                key.converter.schemas.enable=true
                value.converter=org.apache.kafka.connect.json.JsonConverter
                value.converter.schemas.enable=true
                config.storage.topic=%4$s-configs
                config.storage.replication.factor=1
                offset.storage.topic=%4$s-offsets
                offset.storage.replication.factor=1
                offset.storage.partitions=1
                offset.flush.interval.ms=1000
                status.storage.topic=%4$s-status
                status.storage.replication.factor=1
                status.storage.partitions=1
                scheduled.rebalance.max.delay.ms=0
                """
                        .formatted(broker.bootstrapServers(), port, home.plugins(), options.group()));
        // of two lines for one setting, the later counts
        options.properties()
                .forEach((name, value) ->
                        properties.append(name).append('=').append(value).append('\n'));
        return properties.toString();
    }
}

package io.storeveil.demo.parts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.List;
import java.util.Map;

/** A distributed Kafka Connect worker in a JVM of its own, with Debezium's archives and ours on its plugin path. */
public final class ConnectWorker implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChildJvm jvm;
    private final URI url;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private ConnectWorker(ChildJvm jvm, URI url) {
        this.jvm = jvm;
        this.url = url;
    }

    /** Starts the worker and returns when its REST interface takes connectors. */
    public static ConnectWorker start(Home home, Path folder, Broker broker) {
        int port = Ports.free(1).get(0);
        Path properties = folder.resolve("worker.properties");
        try {
            Files.createDirectories(folder);
            Files.writeString(properties, workerProperties(home, broker, port));
        } catch (IOException e) {
            throw new UncheckedIOException("the worker's folder cannot be written", e);
        }
        ChildJvm jvm = ChildJvm.start(
                "Connect worker",
                home,
                folder.resolve("worker.log"),
                List.of("-Xmx640m", "-Dstoreveil.log.level=info"),
                "org.apache.kafka.connect.cli.ConnectDistributed",
                properties.toString());
        ConnectWorker worker = new ConnectWorker(jvm, URI.create("http://127.0.0.1:" + port));
        try {
            jvm.await(Duration.ofSeconds(90), worker::answers);
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

    /** Creates the connector, or changes its configuration. */
    public void put(String connector, Map<String, String> configuration) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve("/connectors/" + connector + "/config"))
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString(JSON.writeValueAsString(configuration)));
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (true) {
                HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
                if (response.statusCode() < 300) {
                    return;
                }
                // 409: the worker's group is rebalancing, which passes
                if (response.statusCode() != 409 || System.nanoTime() > end) {
                    throw new IllegalStateException("Connect refuses the connector '" + connector + "': "
                            + JSON.readTree(response.body()).path("message").asText());
                }
                Thread.sleep(200);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Connect does not answer at " + url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating the connector '" + connector + "'", e);
        }
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
        try {
            HttpRequest request = HttpRequest.newBuilder(url.resolve("/connectors/" + connector + "/status"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException("Connect does not answer at " + url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking for the connector '" + connector + "'", e);
        }
    }

    @Override
    public void close() {
        jvm.close();
    }

    private boolean answers() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(url.resolve("/connectors"))
                    .timeout(Duration.ofSeconds(3))
                    .build();
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return response.statusCode() == 200
                    && JSON.readTree(response.body()).isArray();
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private static String workerProperties(Home home, Broker broker, int port) {
        return """
                bootstrap.servers=%s
                group.id=connect
                listeners=http://127.0.0.1:%d
                plugin.path=%s
                plugin.discovery=service_load
                key.converter=org.apache.kafka.connect.json.JsonConverter
                key.converter.schemas.enable=true
                value.converter=org.apache.kafka.connect.json.JsonConverter
                value.converter.schemas.enable=true
                config.storage.topic=connect-configs
                config.storage.replication.factor=1
                offset.storage.topic=connect-offsets
                offset.storage.replication.factor=1
                offset.storage.partitions=1
                offset.flush.interval.ms=1000
                status.storage.topic=connect-status
                status.storage.replication.factor=1
                status.storage.partitions=1
                scheduled.rebalance.max.delay.ms=0
                """
                .formatted(broker.bootstrapServers(), port, home.plugins());
    }
}

package io.storeveil.retention.drain;

import io.storeveil.retention.sweep.StepFailed;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a running Kafka Connect says of its connectors. Reads only. */
final class ConnectRest {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final JsonMapper JSON = new JsonMapper();

    private final String url;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    ConnectRest(String url) {
        this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** @param tasks each task's state; {@code FAILED} ones with the first line of why */
    record Status(String connector, List<String> tasks) {

        boolean running() {
            return connector.equals("RUNNING")
                    && !tasks.isEmpty()
                    && tasks.stream().allMatch("RUNNING"::equals);
        }

        @Override
        public String toString() {
            return "connector " + connector + ", tasks " + (tasks.isEmpty() ? "none" : String.join(", ", tasks));
        }
    }

    /** A running connector's configuration; empty where none is configured. */
    static Map<String, String> config(String url, String connector) {
        return url.isBlank() || connector.isBlank() ? Map.of() : new ConnectRest(url).config(connector);
    }

    Map<String, String> config(String connector) {
        Map<String, String> config = new LinkedHashMap<>();
        json(connector, "config")
                .properties()
                .forEach(e -> config.put(e.getKey(), e.getValue().asString("")));
        return config;
    }

    Status status(String connector) {
        JsonNode status = json(connector, "status");
        List<String> tasks = new ArrayList<>();
        for (JsonNode task : status.path("tasks")) {
            tasks.add(task.path("state").asString("UNKNOWN"));
        }
        return new Status(status.path("connector").path("state").asString("UNKNOWN"), List.copyOf(tasks));
    }

    /** The smallest committed {@code lsn} over a source connector's partitions; empty where none is committed yet. */
    OptionalLong committedLsn(String connector) {
        OptionalLong smallest = OptionalLong.empty();
        for (JsonNode entry : json(connector, "offsets").path("offsets")) {
            JsonNode lsn = entry.path("offset").path("lsn");
            if (!lsn.isIntegralNumber()) {
                return OptionalLong.empty();
            }
            smallest =
                    OptionalLong.of(smallest.isPresent() ? Math.min(smallest.getAsLong(), lsn.asLong()) : lsn.asLong());
        }
        return smallest;
    }

    private JsonNode json(String connector, String what) {
        String path = "/connectors/"
                + URLEncoder.encode(connector, StandardCharsets.UTF_8).replace("+", "%20") + "/" + what;
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                    .timeout(TIMEOUT)
                    .GET()
                    .build();
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (response.statusCode() == 404) {
                throw new StepFailed("Kafka Connect at " + url + " has no connector '" + connector
                        + "': set connect.source and connect.sink to the names that GET /connectors lists");
            }
            if (response.statusCode() / 100 != 2) {
                throw new StepFailed("Kafka Connect at " + url + " answered " + response.statusCode() + " to GET "
                        + path + ": look at the worker's log, then start the sweep again");
            }
            return JSON.readTree(response.body());
        } catch (ConnectException e) {
            throw new StepFailed(
                    "Kafka Connect does not answer at " + url + ": start the worker, then start the sweep again", e);
        } catch (IOException | IllegalArgumentException | JacksonException e) {
            throw new StepFailed(
                    "Kafka Connect at " + url + " gave no readable answer to GET " + path
                            + ": see that the worker runs, and the Kafka broker without which it answers nobody, then"
                            + " start the sweep again",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted while asking Kafka Connect at " + url, e);
        }
    }
}

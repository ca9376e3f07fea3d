package io.storeveil.retention.connector;

import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.command.InputWrong;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a Kafka Connect worker about its connectors. Changes nothing there. */
final class RunningConnect {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String STOPPED = "io.storeveil.connect.ProtectionStopped: ";

    private final String url;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /** @throws InputWrong if that is no address */
    RunningConnect(String url) {
        if (!url.matches("https?://[^/\\s]+(/.*)?")) {
            throw new InputWrong("--connect must be http://HOST:PORT or https://HOST:PORT");
        }
        this.url = url.replaceFirst("/+$", "");
    }

    /** By name. */
    List<Connector> connectors() {
        List<Connector> connectors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry :
                get("/connectors?expand=info&expand=status").properties()) {
            JsonNode info = entry.getValue().path("info");
            JsonNode status = entry.getValue().path("status");
            Map<String, String> settings = new TreeMap<>();
            info.path("config")
                    .properties()
                    .forEach(setting ->
                            settings.put(setting.getKey(), setting.getValue().asString("")));
            List<String> state = new ArrayList<>();
            List<String> failures = new ArrayList<>();
            look(status.path("connector"), state, failures);
            status.path("tasks").forEach(task -> look(task, state, failures));
            connectors.add(new Connector(
                    entry.getKey(), info.path("type").asString("").equals("source"), settings, state, failures));
        }
        connectors.sort(Comparator.comparing(Connector::name));
        return connectors;
    }

    private static void look(JsonNode status, List<String> state, List<String> failures) {
        state.add(status.path("state").asString("UNKNOWN"));
        if (status.has("trace")) {
            failures.add(harmless(status.path("trace").asString("")));
        }
    }

    /** Our own stop says no value; of anything else, only what kind of exception it was. */
    private static String harmless(String trace) {
        String first = trace.lines().findFirst().orElse("");
        return first.startsWith(STOPPED)
                ? first.substring(STOPPED.length())
                : first.replaceFirst("[:\\s].*", "") + " (its message may hold a value; it is in the worker's log)";
    }

    /** What the worker would say of the connector's settings if they were given to it now: setting to problems. */
    Map<String, List<String>> refusals(Connector connector) {
        String type = connector.setting("connector.class", "");
        JsonNode answer = ask(
                "PUT",
                "/connector-plugins/" + URLEncoder.encode(type, StandardCharsets.UTF_8) + "/config/validate",
                JSON.writeValueAsString(connector.settings()));
        Map<String, List<String>> refusals = new TreeMap<>();
        answer.path("configs").forEach(config -> {
            JsonNode value = config.path("value");
            List<String> errors = new ArrayList<>();
            value.path("errors").forEach(error -> errors.add(error.asString("")));
            if (!errors.isEmpty()) {
                refusals.put(value.path("name").asString(""), errors);
            }
        });
        return refusals;
    }

    /** Logger to level; empty where the worker does not tell. */
    Optional<Map<String, String>> loggers() {
        HttpResponse<String> response = send("GET", "/admin/loggers", null);
        if (response.statusCode() / 100 != 2) {
            return Optional.empty();
        }
        Map<String, String> levels = new TreeMap<>();
        JSON.readTree(response.body())
                .properties()
                .forEach(logger -> levels.put(
                        logger.getKey(), logger.getValue().path("level").asString("")));
        return Optional.of(levels);
    }

    private JsonNode get(String path) {
        return ask("GET", path, null);
    }

    private JsonNode ask(String method, String path, @Nullable String body) {
        HttpResponse<String> response = send(method, path, body);
        if (response.statusCode() / 100 != 2) {
            throw new CommandFailed("Kafka Connect at " + url + " answered " + response.statusCode() + " to " + method
                    + " " + path + ": look at the worker's log");
        }
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new CommandFailed("what answers at " + url + " is no Kafka Connect worker", e);
        }
    }

    private HttpResponse<String> send(String method, String path, @Nullable String body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                    .build();
            return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new CommandFailed(
                    "Kafka Connect does not answer at " + url + ": start the worker, or give --connect", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted while asking Kafka Connect at " + url, e);
        }
    }
}

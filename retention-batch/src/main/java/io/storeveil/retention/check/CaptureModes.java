package io.storeveil.retention.check;

import io.storeveil.retention.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How a connector is set to write values: one value of each {@link CaptureSetting}. */
final class CaptureModes {

    private static final String CONNECTOR = "PostgresConnector";

    private final Map<CaptureSetting, String> values;

    private CaptureModes(Map<CaptureSetting, String> values) {
        this.values = values;
    }

    /** What Debezium 3.5 does if nothing is set. */
    static CaptureModes defaults() {
        Map<CaptureSetting, String> values = new EnumMap<>(CaptureSetting.class);
        for (CaptureSetting setting : CaptureSetting.values()) {
            values.put(setting, setting.values.get(0));
        }
        return new CaptureModes(values);
    }

    /** Every combination: for a connector of which nothing is known. */
    static List<CaptureModes> all() {
        List<CaptureModes> all = List.of(defaults());
        for (CaptureSetting setting : CaptureSetting.values()) {
            List<CaptureModes> more = new ArrayList<>();
            for (CaptureModes modes : all) {
                setting.values.forEach(value -> more.add(modes.with(setting, value)));
            }
            all = more;
        }
        return all;
    }

    CaptureModes with(CaptureSetting setting, String value) {
        Map<CaptureSetting, String> copy = new EnumMap<>(values);
        copy.put(setting, value);
        return new CaptureModes(copy);
    }

    /**
     * @param file a connector's configuration as Kafka Connect takes it: JSON, with {@code config} or without
     * @throws SettingsException if it is not one of Debezium's for PostgreSQL, or has a mode that Debezium does not have
     */
    static CaptureModes read(Path file) {
        JsonNode config = config(file);
        String type = config.path("connector.class").asString("");
        if (!type.endsWith(CONNECTOR)) {
            throw wrong(file, "its connector.class is not Debezium's " + CONNECTOR);
        }
        CaptureModes modes = defaults();
        for (CaptureSetting setting : CaptureSetting.values()) {
            JsonNode value = config.path(setting.key);
            if (!value.isMissingNode()) {
                String word = value.asString("").strip().toLowerCase(Locale.ROOT);
                if (!setting.values.contains(word)) {
                    throw wrong(
                            file,
                            setting.key + " has a value that is not known; allowed: "
                                    + String.join(", ", setting.values));
                }
                modes = modes.with(setting, word);
            }
        }
        return modes;
    }

    private static JsonNode config(Path file) {
        try {
            JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
            return json.has("config") ? json.path("config") : json;
        } catch (IOException e) {
            throw wrong(file, "it cannot be read");
        } catch (JacksonException e) {
            throw wrong(file, "it is not JSON");
        }
    }

    private static SettingsException wrong(Path file, String problem) {
        return new SettingsException(List.of("--connector " + file + ": " + problem));
    }

    String of(CaptureSetting setting) {
        return values.getOrDefault(setting, "");
    }

    boolean is(CaptureSetting setting, String value) {
        return of(setting).equals(value);
    }
}

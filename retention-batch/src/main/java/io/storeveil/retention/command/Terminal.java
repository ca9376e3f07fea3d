package io.storeveil.retention.command;

import io.storeveil.retention.control.ControlDatabase;
import io.storeveil.retention.settings.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** What every command has: where the settings are, and for whom it prints. A picocli mixin. */
public final class Terminal {

    private final Surroundings surroundings;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Where everything is. Default: config/retention-batch/application.yaml beside the launcher.")
    private @Nullable Path config;

    @Option(names = "--json", description = "Print one JSON object, as the last line of standard output.")
    private boolean json;

    private @Nullable Settings settings;
    private @Nullable DataSource control;

    public Terminal(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    public Surroundings surroundings() {
        return surroundings;
    }

    public Clock clock() {
        return surroundings.clock();
    }

    public boolean json() {
        return json;
    }

    /** @throws io.storeveil.retention.settings.SettingsException if they are missing or wrong */
    public Settings settings() {
        if (settings == null) {
            settings = Settings.load(config != null ? config : shipped("config/retention-batch/application.yaml"));
        }
        return settings;
    }

    /** The control database, brought to the newest version. */
    public DataSource control() {
        if (control == null) {
            control = settings().control().dataSource();
            ControlDatabase.open(control);
        }
        return control;
    }

    /** Who is at the keyboard, as far as the operating system knows. It proves nothing, and is never an approval. */
    public String operator() {
        return "os:" + System.getProperty("user.name", "unknown");
    }

    Path shipped(String path) {
        return Path.of(surroundings.variable("STOREVEIL_HOME").orElse("")).resolve(path);
    }

    /** For people only. */
    public void say(String line) {
        if (!json) {
            surroundings.out().println(line);
        }
    }

    /** For people only: columns as wide as their widest value; {@code nothing} where there are no rows. */
    public void table(List<String> head, List<List<String>> rows, String nothing) {
        if (rows.isEmpty()) {
            say(nothing);
            return;
        }
        int[] widths = head.stream().mapToInt(String::length).toArray();
        rows.forEach(
                row -> Arrays.setAll(widths, i -> Math.max(widths[i], row.get(i).length())));
        say(line(head, widths));
        rows.forEach(row -> say(line(row, widths)));
    }

    /** Ends a command: the same facts for machines, with the exit code in front. */
    public int end(int exitCode, Map<String, ?> facts) {
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("exit", exitCode);
            object.putAll(facts);
            surroundings.out().println(JsonMapper.shared().writeValueAsString(object));
        }
        return exitCode;
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }
}

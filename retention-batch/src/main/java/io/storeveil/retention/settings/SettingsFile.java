package io.storeveil.retention.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads {@code application.yaml} strictly: all problems at once, each with its place, none with a value. */
final class SettingsFile {

    private static final String ROOT = "storeveil";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?}");

    private final Path file;
    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, List<String>> values = new HashMap<>();

    private SettingsFile(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /** Values per setting; defaults are filled in, and every value has passed its check. */
    static Map<Setting, List<String>> read(Path file, Map<String, String> environment) {
        SettingsFile reading = new SettingsFile(file, environment);
        reading.compose().ifPresent(reading::root);
        Map<Setting, List<String>> settings = reading.settings();
        if (!reading.problems.isEmpty()) {
            throw new SettingsException(reading.problems);
        }
        return settings;
    }

    private Optional<Node> compose() {
        LoadSettings strict = LoadSettings.builder()
                .setLabel(file.toString())
                .setAllowDuplicateKeys(false)
                .build();
        try (Reader reader = Files.newBufferedReader(file)) {
            return new Compose(strict).composeReader(reader);
        } catch (NoSuchFileException missing) {
            throw new SettingsException(List.of(file + ": no such file; name the settings with --config FILE"));
        } catch (MalformedInputException notText) {
            throw new SettingsException(List.of(file + ": is not UTF-8 text"));
        } catch (IOException unreadable) {
            throw new SettingsException(List.of(file + ": cannot be read"));
        } catch (MarkedYamlEngineException broken) {
            String place = broken.getProblemMark().map(this::place).orElse(file.toString());
            throw new SettingsException(List.of(place + ": not YAML: " + broken.getProblem()));
        } catch (YamlEngineException broken) {
            throw new SettingsException(List.of(file + ": not YAML"));
        }
    }

    private void root(Node node) {
        for (NodeTuple entry : mapping(node, "the file")) {
            if (ROOT.equals(scalar(entry.getKeyNode()))) {
                walk("", entry.getValueNode());
            } else {
                problem(entry.getKeyNode(), "unknown key '" + scalar(entry.getKeyNode()) + "'; allowed is " + ROOT);
            }
        }
    }

    private void walk(String prefix, Node node) {
        Map<String, Node> seen = new HashMap<>();
        for (NodeTuple entry : mapping(node, prefix.isEmpty() ? ROOT : prefix)) {
            String name = scalar(entry.getKeyNode());
            String key = prefix.isEmpty() ? name : prefix + "." + name;
            if (seen.put(name, node) != null) {
                problem(entry.getKeyNode(), key + ": stands here twice");
                continue;
            }
            Optional<Setting> setting = setting(key);
            if (setting.isPresent()) {
                value(setting.get(), entry.getValueNode());
            } else if (Setting.keys().stream().anyMatch(known -> known.startsWith(key + "."))) {
                walk(key, entry.getValueNode());
            } else {
                problem(entry.getKeyNode(), "unknown setting '" + key + "'; " + nearest(prefix, key));
            }
        }
    }

    private void value(Setting setting, Node node) {
        List<String> found = new ArrayList<>();
        values.put(setting.key, found);
        List<Node> nodes = List.of(node);
        if (setting.list()) {
            if (!(node instanceof SequenceNode sequence)) {
                problem(node, setting.key + ": must be a list: [first, second]");
                return;
            }
            nodes = sequence.getValue();
        }
        for (Node each : nodes) {
            if (!(each instanceof ScalarNode scalar)) {
                problem(each, setting.key + ": must be one value");
                continue;
            }
            String text = expanded(setting, scalar);
            if (text != null) {
                setting.refusal(text).ifPresent(allowed -> problem(each, setting.key + ": " + allowed));
                found.add(text);
            }
        }
        if (setting.list() && found.stream().distinct().count() < 2) {
            problem(node, setting.key + ": at least two different places are needed");
        }
    }

    private @Nullable String expanded(Setting setting, ScalarNode node) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = PLACEHOLDER.matcher(node.getValue());
        while (matcher.find()) {
            String value = environment.getOrDefault(matcher.group(1), matcher.group(2));
            if (value == null) {
                problem(
                        node,
                        setting.key + ": environment variable " + matcher.group(1)
                                + " is not set; set it, or give a default with ${" + matcher.group(1) + ":default}");
                return null;
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(text).toString();
    }

    private Map<Setting, List<String>> settings() {
        Map<Setting, List<String>> settings = new HashMap<>();
        for (Setting setting : Setting.values()) {
            List<String> given = values.get(setting.key);
            if (given != null) {
                settings.put(setting, given);
            } else if (setting.byDefault != null) {
                settings.put(setting, List.of(setting.byDefault));
            } else {
                problems.add(file + ": " + ROOT + "." + setting.key + " is missing: " + setting.meaning);
            }
        }
        return settings;
    }

    private List<NodeTuple> mapping(Node node, String what) {
        if (node instanceof MappingNode mapping) {
            return mapping.getValue();
        }
        problem(node, what + " must be a block of 'name: value' lines");
        return List.of();
    }

    private static String scalar(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "?";
    }

    private static Optional<Setting> setting(String key) {
        for (Setting setting : Setting.values()) {
            if (setting.key.equals(key)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    private static String nearest(String prefix, String key) {
        String close = Setting.keys().stream()
                .min(Comparator.comparingInt(known -> distance(known, key)))
                .orElseThrow();
        if (distance(close, key) <= 3) {
            return "did you mean '" + close + "'?";
        }
        return "allowed here: "
                + String.join(
                        ", ",
                        Setting.keys().stream()
                                .filter(known -> prefix.isEmpty() || known.startsWith(prefix + "."))
                                .toList());
    }

    /** Levenshtein's. */
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }

    private void problem(Node node, String text) {
        problems.add(node.getStartMark().map(this::place).orElse(file.toString()) + ": " + text);
    }

    private String place(Mark mark) {
        return file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }
}

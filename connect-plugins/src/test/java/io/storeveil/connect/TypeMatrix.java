package io.storeveil.connect;

import static java.util.stream.Collectors.joining;

import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;

/** The matrix of {@code types.md}: a line for each type and setting, a cell for each protection. */
final class TypeMatrix {

    static final String REFUSED = "–";
    static final String NOTHING = "";
    static final String NO_SINK = "no sink";
    static final String NOT_CAPTURED = "not captured";

    private static final List<Protection> PROTECTIONS = Protections.examples();

    /** @param setting one choice of each setting that matters to the type */
    private record Line(String type, Map<String, String> setting, String arrives, List<String> cells) {}

    private final List<Line> lines = new ArrayList<>();

    void add(TypeSample sample, TypeCapture capture, List<String> cells) {
        Schema schema = capture.schema(sample);
        String arrives = schema == null ? NOT_CAPTURED : arrives(schema);
        lines.add(new Line(sample.title(), setting(sample, capture), arrives, cells));
    }

    private static Map<String, String> setting(TypeSample sample, TypeCapture capture) {
        Map<String, String> setting = new LinkedHashMap<>(capture.modes());
        setting.keySet().retainAll(sample.variesWith());
        if ("false".equals(setting.get("include.unknown.datatypes"))) {
            setting.remove("binary.handling.mode");
        }
        return setting;
    }

    /** The kind that protections know, and the form that the topic has. */
    static String arrives(Schema schema) {
        String form = schema.type() == Schema.Type.ARRAY ? "array of " + form(schema.valueSchema()) : form(schema);
        return FieldShape.of(schema).kind().word() + ": " + form;
    }

    private static String form(Schema schema) {
        String name = schema.name();
        return name == null
                ? schema.type().getName()
                : name.substring(name.lastIndexOf('.') + 1) + (name.startsWith("org.apache") ? " (Connect)" : "");
    }

    String text() {
        StringBuilder text = new StringBuilder("| type | settings | arrives as | ");
        text.append(PROTECTIONS.stream().map(p -> "`" + p + "`").collect(joining(" | ")));
        text.append(" |\n|---|---|---|")
                .append("---|".repeat(PROTECTIONS.size()))
                .append('\n');
        Map<List<Object>, List<Line>> alike = new LinkedHashMap<>();
        for (Line line : lines) {
            alike.computeIfAbsent(List.of(line.type, line.arrives, line.cells), key -> new ArrayList<>())
                    .add(line);
        }
        alike.values().forEach(group -> {
            Line first = group.get(0);
            text.append("| `").append(first.type).append("` | ");
            text.append(settings(group)).append(" | ").append(first.arrives);
            first.cells.forEach(cell -> text.append(" | ").append(shorter(cell)));
            text.append(" |\n");
        });
        return text.toString();
    }

    /** Nothing, where every setting gives the same. */
    private String settings(List<Line> group) {
        Set<Map<String, String>> all = new LinkedHashSet<>();
        lines.stream().filter(line -> line.type.equals(group.get(0).type)).forEach(line -> all.add(line.setting));
        Set<Map<String, String>> here = new LinkedHashSet<>();
        group.forEach(line -> here.add(line.setting));
        Map<String, Set<String>> values = new LinkedHashMap<>();
        here.forEach(setting -> setting.forEach((name, value) ->
                values.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(value)));
        return here.equals(all)
                ? ""
                : values.entrySet().stream()
                        .map(entry -> "`" + entry.getKey() + "`: " + String.join(", ", entry.getValue()))
                        .collect(joining("; "));
    }

    private static String shorter(String type) {
        return type.replace("character varying", "varchar")
                .replace("timestamp(6) with time zone", "timestamptz(6)")
                .replace("time(6) with time zone", "timetz(6)")
                .replace("time(3) with time zone", "timetz(3)")
                .replace(" without time zone", "");
    }

    /** Whether the page says that the sink cannot store it. */
    static boolean beyondTheSink(String page, TypeSample sample, TypeCapture capture, Protection protection) {
        Map<String, String> setting = setting(sample, capture);
        return page.substring(0, page.indexOf("<!-- end of types -->"))
                .lines()
                .filter(line -> line.startsWith("| `" + sample.title() + "` | "))
                .map(line -> Arrays.asList(line.split(" \\| ", -1)))
                .filter(cells -> applies(cells.get(1), setting))
                .anyMatch(
                        cells -> cells.get(3 + PROTECTIONS.indexOf(protection)).startsWith(NO_SINK));
    }

    private static boolean applies(String settings, Map<String, String> setting) {
        return settings.isBlank()
                || Arrays.stream(settings.split("; ")).allMatch(part -> {
                    int colon = part.indexOf("`: ");
                    String value = setting.get(part.substring(1, colon));
                    return Arrays.asList(part.substring(colon + 3).split(", ")).contains(value);
                });
    }
}

package io.storeveil.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The exporter's rules and the dashboard know every metric that is declared, and no other. */
class MonitoringTest {

    private static final Path FOLDER = Path.of("..", "config", "monitoring");
    private static final Pattern NAME = Pattern.compile("\\b(storeveil|kafka_connect|debezium)_[a-z_]+");

    private record Rule(String name, Pattern pattern, Map<String, String> labels) {

        /** As the exporter does: anywhere in the text. */
        Matcher in(String jmx) {
            return pattern.matcher(jmx);
        }
    }

    @Test
    void everyMetric_isExportedUnderItsNameAndTags() throws IOException {
        for (Metric metric : Metric.values()) {
            String jmx = jmx(metric);
            List<Rule> matching =
                    rules().stream().filter(rule -> rule.in(jmx).find()).toList();
            assertThat(matching).as(jmx).hasSize(1);
            Rule rule = matching.get(0);
            assertThat(rule.name()).isEqualTo(exported(metric));
            Map<String, String> labels = new TreeMap<>();
            Matcher matcher = rule.in(jmx);
            assertThat(matcher.find()).isTrue();
            rule.labels()
                    .forEach((label, group) -> labels.put(label, matcher.group(Integer.parseInt(group.substring(1)))));
            Map<String, String> expected =
                    new TreeMap<>(Map.of("connector", "shop-source", "task", "0", "transformation", "protect"));
            metric.tags().forEach(tag -> expected.put(tag, "public." + tag));
            assertThat(labels).as(jmx).isEqualTo(expected);
        }
    }

    @Test
    void everyRuleOfOurs_isOfAMetricThatExists() throws IOException {
        assertThat(rules().stream().map(Rule::name).filter(name -> name.startsWith("storeveil_")))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Metric.values()).map(MonitoringTest::exported).toList());
    }

    @Test
    void theDashboard_showsEveryMetricThatIsExported_andNoOther() throws IOException {
        JsonNode dashboard =
                new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
        TreeSet<String> shown = new TreeSet<>();
        dashboard.path("panels").forEach(panel -> panel.path("targets").forEach(target -> {
            Matcher names = NAME.matcher(target.path("expr").asText());
            while (names.find()) {
                shown.add(names.group());
            }
        }));

        assertThat(shown)
                .containsExactlyInAnyOrderElementsOf(
                        rules().stream().map(Rule::name).toList());
        assertThat(dashboard.path("panels").findValuesAsText("description")).doesNotContain("");
    }

    private static String exported(Metric metric) {
        return "storeveil_" + metric.word().replace('-', '_');
    }

    private static String jmx(Metric metric) {
        StringBuilder jmx =
                new StringBuilder("kafka.connect<type=plugins, connector=shop-source, task=0, transformation=protect");
        metric.tags()
                .forEach(tag -> jmx.append(", ").append(tag).append("=public.").append(tag));
        return jmx.append("><>").append(metric.word()).append(": 7").toString();
    }

    @SuppressWarnings("unchecked")
    private static List<Rule> rules() throws IOException {
        Map<String, Object> file =
                (Map<String, Object>) new Load(LoadSettings.builder().build())
                        .loadFromString(Files.readString(FOLDER.resolve("jmx-exporter.yaml")));
        List<Rule> rules = new ArrayList<>();
        for (Map<String, Object> rule : (List<Map<String, Object>>) file.get("rules")) {
            rules.add(new Rule(
                    (String) rule.get("name"), Pattern.compile((String) rule.get("pattern")), (Map<String, String>)
                            rule.get("labels")));
        }
        return rules;
    }
}

package io.storeveil.demo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.demo.stack.Jmx;
import io.storeveil.demo.stack.Scene;
import io.storeveil.demo.stack.Stack;
import io.storeveil.keys.OwnerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a real worker tells of known traffic, over JMX and through the Prometheus exporter with our rules. */
@ExtendWith(Stack.class)
class MetricsIT {

    /** Served by a worker whose sinks reveal something; this one's source protects. */
    private static final Set<String> OF_REVEAL = Set.of(
            "storeveil_revealed_fields_total",
            "storeveil_refused_fields_total",
            "storeveil_unknown_consent_fields_total");

    private static final Path RULES = Path.of("..", "config", "monitoring", "jmx-exporter.yaml");

    @BeforeAll
    static void traffic(Scene scene) {
        scene.execute(Policies.TABLES);
        scene.execute(
                "alter table customer add nickname text", "create table diary (id bigint primary key, entry text)");
        scene.policy(Policies.CUSTOMERS);
        scene.execute(
                "insert into customer values (1, 'a@store.example', 'Ada', 'x', now(), 'Addi')",
                "insert into customer values (2, 'b@store.example', null, 'x', now(), null)",
                "insert into diary values (1, 'dear diary'), (2, 'dear diary'), (3, 'dear diary')");
        scene.start(scene.source(Map.of()));
        scene.await("the first rows", () -> scene.records("customer").size() == 2);
        OwnerId erased = new OwnerId("public.customer", List.of(2L));
        long version = scene.keys().currentVersion();
        scene.keys()
                .publish(scene.keys()
                        .current()
                        .closing(List.of(scene.keys().current().reference(erased))));
        scene.await("the next version in the metrics", () -> {
            scene.execute("update customer set seen_at = now() where id = 1");
            return metrics(scene).getOrDefault("key-state-version", -1L).equals(version + 1);
        });
        scene.execute("update customer set email = 'late@store.example' where id = 2");
        scene.await("the late change", () -> metrics(scene)
                .getOrDefault("late-changes-total{table=public.customer}", 0L)
                .equals(1L));
    }

    @Test
    void jmx_tellsCountsByTableColumnAndProtection(Scene scene) {
        Map<String, Object> metrics = metrics(scene);

        long rows = (Long) metrics.get("table-rows-total{table=public.customer}");
        assertThat(rows).isGreaterThanOrEqualTo(4);
        assertThat(metrics)
                .containsEntry("undeclared-table-records-total{table=public.diary}", 3L)
                .containsEntry("undeclared-column-fields-total{table=public.customer,column=nickname}", rows)
                .containsEntry("protected-fields-total{table=public.customer,protection=pseudonymise}", rows)
                .containsEntry("protected-fields-total{table=public.customer,protection=none}", rows)
                .containsEntry("protected-fields-total{table=public.customer,protection=drop}", rows)
                // the second customer has no name
                .containsEntry("protected-fields-total{table=public.customer,protection=encrypt}", 2 * rows - 2)
                .containsEntry("erased-fields-total{table=public.customer}", 1L)
                .containsEntry("records-dropped-total", 3L)
                .containsEntry("headers-dropped-total", 0L);
        // the record that met the new state was made twice, and so were its fields
        assertThat((Long) metrics.get("records-total")).isBetween(rows + 2, rows + 3);
        assertThat((Double) metrics.get("key-state-lease-left-seconds"))
                .isPositive()
                .isLessThanOrEqualTo(15);
        assertThat((Double) metrics.get("key-state-age-seconds")).isNotNegative();
        assertThat((Long) metrics.get("owner-key-misses-total")).isPositive();
        assertThat((Long) metrics.get("owner-key-hits-total")).isNotNegative();
        assertThat((Long) metrics.get("stops-total")).isNotNegative();
    }

    @Test
    void whatIsHeldBack_isWrittenDownForTheNextReport(Scene scene) {
        scene.await("what was held back", () -> scene.keys().leases().noticed().size() == 2);

        assertThat(scene.keys().leases().noticed())
                .extracting(sighting -> sighting.what().toString())
                .containsExactly("public.customer.nickname", "public.diary");
        assertThat(scene.keys().leases().noticed().get(1).times()).isEqualTo(3);
    }

    @Test
    void theExporter_withOurRules_servesEveryOneOfThem(Scene scene) throws Exception {
        int port = Jmx.export(scene.worker().jvm(), RULES);
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build();

        String scraped = http.send(request, BodyHandlers.ofString()).body();

        for (String name : ruleNames()) {
            if (OF_REVEAL.contains(name)) {
                continue;
            }
            assertThat(scraped)
                    .as(name)
                    .containsPattern("(?m)^" + name + "(\\{.*connector=\"" + scene.prefix() + "-source\"|\\{server=)");
        }
        assertThat(scraped)
                .contains("storeveil_undeclared_table_records_total{connector=\"" + scene.prefix()
                        + "-source\",table=\"public.diary\",task=\"0\",transformation=\"protect\"} 3.0")
                .contains("kafka_connect_task_status{connector=\"" + scene.prefix()
                        + "-source\",status=\"running\",task=\"0\"} 1.0")
                .doesNotContain("store.example", "dear diary", "Addi");
    }

    private static List<String> ruleNames() throws Exception {
        Matcher names = Pattern.compile("(?m)^    name: (\\S+)$").matcher(Files.readString(RULES));
        return names.results().map(found -> found.group(1)).toList();
    }

    /** Metric with its own tags to value, of the scene's source connector. */
    private static Map<String, Object> metrics(Scene scene) {
        Map<String, Object> metrics = new TreeMap<>();
        try (Jmx jmx = Jmx.of(scene.worker().jvm())) {
            String ours = "connector=" + scene.prefix() + "-source,task=0,transformation=protect";
            for (ObjectName name : jmx.names("kafka.connect:type=plugins," + ours + ",*")) {
                String tags = name.getKeyPropertyListString()
                        .replace("type=plugins," + ours, "")
                        .replaceFirst("^,", "");
                jmx.read(name)
                        .forEach((attribute, value) ->
                                metrics.put(attribute + (tags.isEmpty() ? "" : "{" + tags + "}"), value));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return metrics;
    }
}

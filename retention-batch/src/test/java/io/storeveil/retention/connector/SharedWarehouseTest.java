package io.storeveil.retention.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two sinks in one warehouse, which must not take each other's tables for their own. */
class SharedWarehouseTest {

    private static Connector sink(String name, Map<String, String> different) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "connector.class",
                "io.debezium.connector.jdbc.JdbcSinkConnector",
                "connection.url",
                "jdbc:postgresql://localhost:5433/warehouse",
                "topics.regex",
                "store[.]public[.].*",
                "collection.name.format",
                "${source.table}"));
        settings.putAll(different);
        return new Connector(name, false, settings, List.of("RUNNING"), List.of());
    }

    private static Connector sinkInto(String format) {
        return sink(format, Map.of("collection.name.format", format));
    }

    private static List<String> found(Connector... connectors) {
        return SharedWarehouse.look(List.of(connectors)).stream()
                .map(Weakness::toString)
                .toList();
    }

    @Test
    void aSinkAlone_needsNoSchema() {
        assertThat(found(sinkInto("${source.table}"))).isEmpty();
    }

    @Test
    void besideAnother_theOneThatNamesNoSchemaIsNamed_andWhatToSet() {
        assertThat(found(sinkInto("${source.table}"), sinkInto("marketing.${source.table}")))
                .containsExactly(
                        """
                        warning: ${source.table}: collection.name.format is '${source.table}', beside\
                         marketing.${source.table} in the same database; allowed: a schema for each sink,\
                         SCHEMA.${source.table}
                            Debezium's sink looks for a table of this name in every schema, and takes another sink's\
                         for its own.""");
    }

    @Test
    void aSchemaForEach_isFine() {
        assertThat(found(sinkInto("public.${source.table}"), sinkInto("marketing.${source.table}")))
                .isEmpty();
        assertThat(found(sinkInto("${source.schema}.${source.table}"), sinkInto("marketing.${source.table}")))
                .isEmpty();
    }

    @Test
    void oneSchemaForBoth_isNamedAtBoth_unlessTheyReadDifferentTopics() {
        Map<String, String> format = Map.of("collection.name.format", "public.${source.table}");
        assertThat(found(sink("one", format), sink("other", format)))
                .hasSize(2)
                .allMatch(found -> found.endsWith("Both fill the same tables, and each undoes what the other wrote."));

        Map<String, String> customers = new HashMap<>(format);
        customers.put("topics.regex", "store[.]public[.]customer");
        assertThat(found(sink("one", format), sink("other", customers)))
                .as("nobody can tell")
                .isEmpty();
    }

    @Test
    void tablesOfOtherNames_otherTopicsAndAnotherWarehouse_areFine() {
        Connector plain = sinkInto("${source.table}");
        assertThat(found(plain, sinkInto("marketing.m_${source.table}"))).isEmpty();
        assertThat(found(
                        sink("one", Map.of("topics", "store.public.customer", "topics.regex", "")),
                        sink("other", Map.of("topics", "store.public.orders", "topics.regex", ""))))
                .isEmpty();
        assertThat(found(sink("one", Map.of("topics", "store.private.note", "topics.regex", "")), plain))
                .isEmpty();
        assertThat(found(plain, sink("other", Map.of("connection.url", "jdbc:postgresql://localhost:5433/another"))))
                .isEmpty();
    }

    @Test
    void theTopicsName_isTheDefault_andParametersOfTheUrlMakeNoOtherWarehouse() {
        Connector one = sink(
                "one",
                Map.of(
                        "collection.name.format",
                        "${topic}",
                        "connection.url",
                        "jdbc:postgresql://localhost:5433/warehouse?ssl=true"));
        Map<String, String> byDefault = new HashMap<>(sink("other", Map.of()).settings());
        byDefault.remove("collection.name.format");
        Connector other = new Connector("other", false, byDefault, List.of(), List.of());

        assertThat(found(one, other)).hasSize(2);
        assertThat(found(one, other).get(1)).contains("collection.name.format is not set, beside one");
    }
}

package io.storeveil.demo.parts;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The two connectors' settings: Debezium from the store to Kafka, Debezium from Kafka to the warehouse. */
public final class Connectors {

    public static final String PREFIX = "shop";
    public static final String SOURCE = "shop-source";
    public static final String SINK = "shop-warehouse";

    private Connectors() {}

    /**
     * @param prefix of the topics: {@code prefix.schema.table}
     * @param protect the settings of the first transform, Protect, without {@code transforms.protect.}; empty: none
     */
    public static Map<String, String> source(Database store, String prefix, Map<String, String> protect) {
        Map<String, String> settings = new HashMap<>(Map.ofEntries(
                Map.entry("connector.class", "io.debezium.connector.postgresql.PostgresConnector"),
                Map.entry("tasks.max", "1"),
                Map.entry("database.hostname", "localhost"),
                Map.entry("database.port", String.valueOf(store.port())),
                Map.entry("database.user", store.user()),
                Map.entry("database.password", "unused"),
                Map.entry("database.dbname", store.name()),
                Map.entry("topic.prefix", prefix),
                Map.entry("plugin.name", "pgoutput"),
                Map.entry("publication.name", "storeveil"),
                Map.entry("publication.autocreate.mode", "disabled"),
                Map.entry("slot.name", prefix.replace('-', '_')),
                Map.entry("table.include.list", "public[.].*,storeveil[.]journal"),
                Map.entry("topic.creation.default.partitions", "1"),
                Map.entry("topic.creation.default.replication.factor", "1"),
                Map.entry("poll.interval.ms", "100"),
                Map.entry("errors.tolerance", "none")));
        if (!protect.isEmpty()) {
            settings.put("transforms", "protect");
            protect.forEach((name, value) -> settings.put("transforms.protect." + name, value));
        }
        return settings;
    }

    /**
     * Protect's settings, for {@link #source}.
     *
     * @param keys the folder of the key state: {@code 1} and {@code 2} are its copies, {@code kek} their keys
     */
    public static Map<String, String> protect(Path policy, Path keys) {
        return Map.of(
                "type",
                "io.storeveil.connect.Protect",
                "policy",
                policy.toString(),
                "keys.copies",
                keys.resolve("1") + "," + keys.resolve("2"),
                "keys.key-encryption-keys",
                keys.resolve("kek").toString(),
                // A night in the demo lasts seconds: its workers look more often than once in ten of them.
                "keys.poll.ms",
                "500",
                "lease.ms",
                "15000");
    }

    public static Map<String, String> sink(Database warehouse, String prefix) {
        return Map.ofEntries(
                Map.entry("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector"),
                Map.entry("tasks.max", "1"),
                Map.entry("topics.regex", prefix + "[.](public|storeveil)[.].*"),
                Map.entry("connection.url", warehouse.jdbcUrl()),
                Map.entry("connection.username", warehouse.user()),
                Map.entry("connection.password", "unused"),
                Map.entry("insert.mode", "upsert"),
                Map.entry("delete.enabled", "true"),
                Map.entry("primary.key.mode", "record_key"),
                Map.entry("schema.evolution", "basic"),
                // Without a schema the sink would take a table of this name in any schema for its own.
                Map.entry("collection.name.format", "public.${source.table}"),
                Map.entry("batch.size", "1000"),
                Map.entry("consumer.override.max.poll.records", "2000"),
                // Topics of tables that appear later are found within seconds, not minutes.
                Map.entry("consumer.override.metadata.max.age.ms", "2000"),
                Map.entry("errors.tolerance", "none"));
    }

    /**
     * What makes a {@link #sink} one that shows what a purpose may see, in tables of a schema with the purpose's name.
     *
     * @param protect of {@link #protect}: policy and keys are the same on both sides
     */
    public static Map<String, String> reveal(String purpose, Map<String, String> protect, Database control) {
        Map<String, String> settings = new HashMap<>();
        protect.forEach((name, value) -> settings.put("transforms.reveal." + name, value));
        settings.put("transforms", "reveal");
        settings.put("transforms.reveal.type", "io.storeveil.connect.Reveal");
        settings.put("transforms.reveal.purpose", purpose);
        settings.put("transforms.reveal.control.url", control.jdbcUrl());
        settings.put("transforms.reveal.control.user", control.user());
        settings.put("collection.name.format", purpose + ".${source.table}");
        return settings;
    }
}

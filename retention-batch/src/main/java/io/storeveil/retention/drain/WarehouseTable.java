package io.storeveil.retention.drain;

import io.storeveil.policy.TableName;
import java.util.Map;

/** The table that a JDBC sink writes a store's table into. */
public final class WarehouseTable {

    private static final String DEFAULT_FORMAT = "${topic}";

    private WarehouseTable() {}

    /**
     * The unquoted name by Debezium's JDBC sink: its {@code collection.name.format} (or {@code table.name.format}), in which
     * a topic's dots become underscores.
     *
     * @param sink the sink's configuration; empty where it is not known
     */
    public static String of(TableName table, String topicPrefix, Map<String, String> sink) {
        String format =
                sink.getOrDefault("collection.name.format", sink.getOrDefault("table.name.format", DEFAULT_FORMAT));
        String topic = topicPrefix.isBlank() ? table.toString() : topicPrefix + "." + table;
        return format.replace("${topic}", topic.replace('.', '_'))
                .replace("${source.schema}", table.schema())
                .replace("${source.table}", table.name());
    }
}

package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.policy.TableName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds a table by Debezium's name for its topic, {@code prefix.schema.table}, for the records that say no more: deletes'
 * tombstones and flattened rows. Debezium writes {@code _} for what a topic's name cannot hold.
 */
final class TopicNames {

    private final Map<String, TreeSet<TableName>> tables = new HashMap<>();

    TopicNames(Collection<TableName> known) {
        for (TableName table : known) {
            String name = table.toString().replaceAll("[^A-Za-z0-9._-]", "_");
            tables.computeIfAbsent(name, any -> new TreeSet<>()).add(table);
        }
    }

    /** The longest name that the topic ends with; null if there is none. */
    @Nullable
    TableName table(String topic) {
        String rest = topic;
        while (true) {
            TreeSet<TableName> found = tables.get(rest);
            if (found != null) {
                if (found.size() > 1) {
                    throw new ProtectionStopped(Reason.SEVERAL_TABLES, Place.of(topic), found);
                }
                return found.first();
            }
            int dot = rest.indexOf('.');
            if (dot < 0) {
                return null;
            }
            rest = rest.substring(dot + 1);
        }
    }
}

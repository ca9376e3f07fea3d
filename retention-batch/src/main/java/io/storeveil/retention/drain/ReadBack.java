package io.storeveil.retention.drain;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.sweep.StepFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Looks in the topics for each row that the sweep erased. Rows of requests one by one: a deleted one must be there as a
 * delete or a tombstone under its record key, a stub as a later version of the row. Expired rows by their number.
 */
final class ReadBack {

    /** The clocks of the store and of the worker that stamps records may differ by this much. */
    static final Duration CLOCKS = Duration.ofMinutes(10);

    private final Policy policy;
    private final Erased erased;
    private final String prefix;
    private final Map<String, TableName> tables = new LinkedHashMap<>();
    private final Map<TableName, Set<String>> deleted = new HashMap<>();
    private final Map<TableName, Set<String>> changed = new HashMap<>();
    private final Set<TableName> unreadable = new HashSet<>();

    ReadBack(Policy policy, Erased erased, String prefix) {
        this.policy = policy;
        this.erased = erased;
        this.prefix = prefix;
        Set<TableName> touched = new TreeSet<>(erased.requested().keySet());
        touched.addAll(erased.expired().keySet());
        for (TableName table : touched) {
            if (policy.table(table).map(Table::captured).orElse(false)) {
                tables.put(prefix + "." + table, table);
            }
        }
    }

    Set<String> topics() {
        return tables.keySet();
    }

    /** @throws StepFailed if a row of a request is not there */
    void look(Topics topics) {
        Set<String> missing = new TreeSet<>(tables.keySet());
        missing.removeAll(topics.names());
        if (!missing.isEmpty()) {
            throw new StepFailed("Kafka has no topic " + String.join(", ", missing)
                    + ", though the sweep erased rows of "
                    + "its table: correct connect.topic-prefix ('" + prefix + "' now), or set captured: false for the "
                    + "table in the policy");
        }
        Instant since = erased.since();
        if (since != null && !tables.isEmpty()) {
            topics.read(tables.keySet(), since.minus(CLOCKS), this::see);
        }
        for (TableName table : tables.values()) {
            requireRequested(table);
        }
    }

    private void see(String topic, ConsumerRecord<byte[], byte[]> seen) {
        TableName table = tables.get(topic);
        if (table == null) {
            return;
        }
        List<String> key = policy.table(table).map(Table::key).orElse(List.of());
        Change.read(seen.key(), seen.value())
                .ifPresentOrElse(
                        change -> change.rowRef(key).ifPresent(ref -> (change.deleted() ? deleted : changed)
                                .computeIfAbsent(table, t -> new HashSet<>())
                                .add(ref)),
                        () -> unreadable.add(table));
    }

    private void requireRequested(TableName table) {
        Map<String, Boolean> wanted = erased.requested().getOrDefault(table, Map.of());
        Set<String> gone = deleted.getOrDefault(table, Set.of());
        Set<String> stubs = changed.getOrDefault(table, Set.of());
        long missing = wanted.entrySet().stream()
                .filter(row -> !gone.contains(row.getKey()) && (row.getValue() || !stubs.contains(row.getKey())))
                .count();
        if (missing == 0) {
            return;
        }
        if (unreadable.contains(table)) {
            throw new StepFailed(prefix + "." + table + ": its records are not JSON, so the erased rows cannot be read "
                    + "back: use org.apache.kafka.connect.json.JsonConverter for key and value");
        }
        throw new StepFailed(prefix + "." + table + ": " + missing + " of " + wanted.size()
                + " rows that requests erased have not come back as a delete or a stub: see that the table is in the "
                + "connector's table.include.list and in its publication, then start the sweep again");
    }

    /** Rows of requests that were found, over all tables. */
    long found() {
        return tables.values().stream()
                .mapToLong(table ->
                        erased.requested().getOrDefault(table, Map.of()).size())
                .sum();
    }

    /** For each table whose expired rows outnumber the deletes in its topic, by how many. */
    Map<TableName, Long> expiredMissing() {
        Map<TableName, Long> missing = new LinkedHashMap<>();
        for (TableName table : tables.values()) {
            long wanted = erased.expired().getOrDefault(table, 0L);
            long seen = deleted.getOrDefault(table, Set.of()).size();
            if (seen < wanted) {
                missing.put(table, wanted - seen);
            }
        }
        return missing;
    }
}

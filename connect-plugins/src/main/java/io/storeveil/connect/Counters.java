package io.storeveil.connect;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;

/** What happened so far in one transform, as Kafka's plugin metrics (KIP-877) tell it. Counts only; never a value. */
final class Counters {

    final LongAdder records = new LongAdder();
    final LongAdder recordsDropped = new LongAdder();
    final LongAdder undeclaredTables = new LongAdder();
    final LongAdder undeclaredColumns = new LongAdder();
    final LongAdder headersDropped = new LongAdder();
    final LongAdder erasedFields = new LongAdder();

    private final Map<String, LongSupplier> values = new LinkedHashMap<>();
    private final Map<String, String> descriptions = new LinkedHashMap<>();

    Counters(LongSupplier keyStateVersion) {
        add("records-total", "Records that were looked at", records::sum);
        add("records-dropped-total", "Records left out, for whatever reason", recordsDropped::sum);
        add(
                "undeclared-table-records-total",
                "Records left out because the policy does not know their table",
                undeclaredTables::sum);
        add(
                "undeclared-column-fields-total",
                "Fields left out because the policy does not know their column",
                undeclaredColumns::sum);
        add("headers-dropped-total", "Headers left out because they are not known to be harmless", headersDropped::sum);
        add("erased-fields-total", "Fields written as '[erased]' because their owner is erased", erasedFields::sum);
        add("key-state-version", "Version of the key state in use; -1 before the first record", keyStateVersion);
    }

    private void add(String name, String description, LongSupplier value) {
        values.put(name, value);
        descriptions.put(name, description);
    }

    void register(PluginMetrics metrics) {
        values.forEach((name, value) -> metrics.addMetric(
                metrics.metricName(name, descriptions.getOrDefault(name, ""), new LinkedHashMap<>()),
                (Gauge<Long>) (config, now) -> value.getAsLong()));
    }

    Map<String, String> descriptions() {
        return descriptions;
    }
}

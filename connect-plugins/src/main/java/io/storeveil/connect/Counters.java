package io.storeveil.connect;

import io.storeveil.control.Unknown;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.jspecify.annotations.Nullable;

/**
 * What happened so far in one transform, as Kafka's plugin metrics (KIP-877) tell it. A plan asks for its counters when it
 * is made, so that a record only adds. Bounded: of a store with more names than that, the rest are counted together.
 */
final class Counters {

    private static final int SERIES = 5_000;
    private static final String OTHERS = "(others)";
    private static final LongAdder STOPS = new LongAdder();

    private record Series(Metric metric, List<String> tags) {}

    private final Map<Series, Supplier<Number>> series = new LinkedHashMap<>();
    private final Map<Series, LongAdder> counts = new LinkedHashMap<>();
    private @Nullable PluginMetrics metrics;

    final LongAdder records = of(Metric.RECORDS);
    final LongAdder recordsDropped = of(Metric.RECORDS_DROPPED);
    final LongAdder headersDropped = of(Metric.HEADERS_DROPPED);

    /** A task's end takes its metrics with it, so stops are counted for the whole worker. */
    static void stopped() {
        STOPS.increment();
    }

    Counters(KeysInUse keys) {
        gauge(Metric.STOPS, STOPS::sum);
        gauge(Metric.KEY_STATE_VERSION, keys::version);
        gauge(Metric.KEY_STATE_AGE, keys::ageSeconds);
        gauge(Metric.LEASE_LEFT, keys::leaseLeftSeconds);
        gauge(Metric.OWNER_KEY_HITS, keys::hits);
        gauge(Metric.OWNER_KEY_MISSES, keys::misses);
    }

    /** @param tags one for each of the metric's, in their order */
    synchronized LongAdder of(Metric metric, String... tags) {
        boolean known = counts.size() < SERIES || counts.containsKey(new Series(metric, List.of(tags)));
        List<String> values = known
                ? List.of(tags)
                : metric.tags().stream().map(unused -> OTHERS).toList();
        return counts.computeIfAbsent(new Series(metric, values), added -> {
            LongAdder count = new LongAdder();
            add(added, count::sum);
            return count;
        });
    }

    /** All series of the metric together. */
    synchronized long sum(Metric metric) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey().metric() == metric)
                .mapToLong(entry -> entry.getValue().sum())
                .sum();
    }

    /** What was left out because the policy does not know it, by name. */
    synchronized Map<Unknown, Long> heldBack(String store) {
        Map<Unknown, Long> heldBack = new HashMap<>();
        counts.forEach((of, count) -> {
            if (of.metric() == Metric.UNDECLARED_TABLE_RECORDS || of.metric() == Metric.UNDECLARED_COLUMN_FIELDS) {
                String column = of.tags().size() == 1 ? "" : of.tags().get(1);
                heldBack.put(new Unknown(store, of.tags().get(0), column), count.sum());
            }
        });
        return heldBack;
    }

    synchronized void register(PluginMetrics plugin) {
        metrics = plugin;
        series.forEach(this::tell);
    }

    private void gauge(Metric metric, Supplier<Number> value) {
        add(new Series(metric, List.of()), value);
    }

    private void add(Series added, Supplier<Number> value) {
        series.put(added, value);
        tell(added, value);
    }

    private void tell(Series told, Supplier<Number> value) {
        if (metrics == null) {
            return;
        }
        LinkedHashMap<String, String> tags = new LinkedHashMap<>();
        for (int i = 0; i < told.tags().size(); i++) {
            tags.put(told.metric().tags().get(i), told.tags().get(i));
        }
        metrics.addMetric(metrics.metricName(told.metric().word(), told.metric().description(), tags), (Gauge<Number>)
                (config, now) -> value.get());
    }
}

package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** What a Debezium change event without schemas becomes. Made once for a table. */
record MapEnvelopePlan(MapRowPlan rows, boolean beforeIsWhole) implements RecordPlan {

    private static final Set<String> KNOWN =
            Set.of("source", "before", "after", "op", "ts_ms", "ts_us", "ts_ns", "transaction");

    MapEnvelopePlan(Site site) {
        this(new MapRowPlan(site.inEnvelope()), site.rules().before() == Rules.Before.FULL);
    }

    @Override
    public @Nullable Schema out() {
        return null;
    }

    @Override
    public Map<String, @Nullable Object> apply(Object value, Keyring keys, Place place) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((key, part) -> {
            String name = String.valueOf(key);
            if (part == null && KNOWN.contains(name)) {
                copy.put(name, null);
            } else if (name.equals("source")) {
                copy.put(name, SourceBlock.harmless((Map<?, ?>) part));
            } else if (name.equals("after")) {
                copy.put(name, rows.of((Map<?, ?>) part, keys, place));
            } else if (name.equals("before")) {
                Map<?, ?> row = (Map<?, ?>) part;
                copy.put(name, beforeIsWhole ? rows.of(row, keys, place) : rows.ofDeleted(row, keys, place));
            } else if (EnvelopePlan.HARMLESS.contains(name)) {
                copy.put(name, part);
            }
        });
        return copy;
    }
}

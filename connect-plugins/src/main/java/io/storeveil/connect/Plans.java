package io.storeveil.connect;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** Plans of one kind by table and schema: by the schema's identity first, as its hash walks all its fields; bounded. */
final class Plans {

    private static final int SCHEMAS = 2_000;

    private record Key(TableName table, Schema schema) {}

    private record Found(TableName table, RecordPlan plan) {}

    private final Maker maker;
    private final Cache<Schema, Found> byIdentity = Caffeine.newBuilder()
            .weakKeys()
            .maximumSize(SCHEMAS)
            .executor(Runnable::run)
            .build();
    private final Cache<Key, RecordPlan> byContent =
            Caffeine.newBuilder().maximumSize(SCHEMAS).executor(Runnable::run).build();
    private final Map<TableName, RecordPlan> byTable = new ConcurrentHashMap<>();

    interface Maker {
        /** @param schema null for what comes without one */
        RecordPlan of(@Nullable Schema schema, Table table, Place place);
    }

    Plans(Maker maker) {
        this.maker = maker;
    }

    RecordPlan get(@Nullable Schema schema, Table table, Place place) {
        TableName name = table.name();
        if (schema == null) {
            return byTable.computeIfAbsent(name, key -> maker.of(null, table, place));
        }
        Found found = byIdentity.getIfPresent(schema);
        if (found != null && found.table.equals(name)) {
            return found.plan;
        }
        RecordPlan plan = byContent.get(new Key(name, schema), key -> maker.of(schema, table, place));
        byIdentity.put(schema, new Found(name, plan));
        return plan;
    }
}

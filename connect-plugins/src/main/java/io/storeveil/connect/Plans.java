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
final class Plans<P> {

    private static final int SCHEMAS = 2_000;

    private record Key(TableName table, Schema schema) {}

    private record Found<P>(TableName table, P plan) {}

    private final Maker<P> maker;
    private final Cache<Schema, Found<P>> byIdentity = Caffeine.newBuilder()
            .weakKeys()
            .maximumSize(SCHEMAS)
            .executor(Runnable::run)
            .build();
    private final Cache<Key, P> byContent =
            Caffeine.newBuilder().maximumSize(SCHEMAS).executor(Runnable::run).build();
    private final Map<TableName, P> byTable = new ConcurrentHashMap<>();

    interface Maker<P> {
        /** @param schema null for what comes without one */
        P of(@Nullable Schema schema, Table table, Place place);
    }

    Plans(Maker<P> maker) {
        this.maker = maker;
    }

    P get(@Nullable Schema schema, Table table, Place place) {
        TableName name = table.name();
        if (schema == null) {
            return byTable.computeIfAbsent(name, key -> maker.of(null, table, place));
        }
        Found<P> found = byIdentity.getIfPresent(schema);
        if (found != null && found.table.equals(name)) {
            return found.plan;
        }
        P plan = byContent.get(new Key(name, schema), key -> maker.of(schema, table, place));
        byIdentity.put(schema, new Found<>(name, plan));
        return plan;
    }
}

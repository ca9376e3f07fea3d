package io.storeveil.connect;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.keys.Keyring;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.policy.UndeclaredColumns;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at a record, says what it is, and makes of it what the policy says. What it does not know never passes. */
final class Protector {

    private static final Logger LOG = LoggerFactory.getLogger(Protector.class);
    private static final int SCHEMAS = 2_000;
    private static final int NAMES_SAID = 1_000;
    private static final String CONTEXT_HEADERS = "__debezium.context.";
    private static final Set<String> KEY_HEADERS = Set.of("__debezium.newkey", "__debezium.oldkey");

    private record PlanKey(TableName table, Schema schema) {}

    private final Rules rules;
    private final Keys keys;
    private final Counters counters;
    private final TopicNames topics;
    private final PlanCache<RowPlan> keyPlans = new PlanCache<>(SCHEMAS);
    private final PlanCache<RowPlan> rowPlans = new PlanCache<>(SCHEMAS);
    private final PlanCache<EnvelopePlan> envelopePlans = new PlanCache<>(SCHEMAS);
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    Protector(Rules rules, Keys keys, Counters counters) {
        this.rules = rules;
        this.keys = keys;
        this.counters = counters;
        this.topics = new TopicNames(OwnTables.with(rules.policy().tables().keySet()));
    }

    /** The record as it may leave the store; null where nothing of it may. The input is not changed. */
    <R extends ConnectRecord<R>> @Nullable R apply(R record) {
        counters.records.increment();
        Place place = Place.of(String.valueOf(record.topic()));
        R result;
        try {
            result = understood(record, place);
        } catch (ProtectionStopped stop) {
            Counters.stopped();
            throw stop;
        }
        if (result == null) {
            counters.recordsDropped.increment();
        }
        return result;
    }

    private <R extends ConnectRecord<R>> @Nullable R understood(R record, Place place) {
        try {
            return dispatch(record, place);
        } catch (KeyStateUnavailable e) {
            throw new ProtectionStopped(place, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // its own words may quote a value
            throw new ProtectionStopped(
                    place,
                    "the record has a shape that is not understood ("
                            + e.getClass().getSimpleName() + ")");
        }
    }

    private <R extends ConnectRecord<R>> @Nullable R dispatch(R record, Place place) {
        RecordKind kind = RecordKind.of(record, place);
        return switch (kind) {
            case HEARTBEAT, TRANSACTION -> passing(record, null, place);
            case SCHEMA_CHANGE, MESSAGE -> null;
            case TRUNCATE, CHANGE -> change(record, place);
            case TOMBSTONE, ROW -> row(record, kind, place);
        };
    }

    private <R extends ConnectRecord<R>> @Nullable R change(R record, Place place) {
        Struct envelope = (Struct) record.value();
        TableName name = SourceBlock.table(envelope.getStruct("source"));
        if (name == null) {
            throw new ProtectionStopped(place, "its source block names no table");
        }
        Place at = place.table(name);
        if (OwnTables.owns(name)) {
            return OwnTables.passes(name) ? passing(record, null, at) : undeclaredTable(at);
        }
        Optional<Table> table = rules.policy().table(name);
        if (table.isEmpty()) {
            return undeclaredTable(at);
        }
        if (!table.get().captured()) {
            return null;
        }
        Schema schema = record.valueSchema();
        EnvelopePlan plan = envelopePlans.get(name, schema, () -> {
            EnvelopePlan made = EnvelopePlan.of(schema, table.get(), rules, counters, at);
            say(at, made.undeclared());
            return made;
        });
        Keyring keyring = keys.current();
        Struct value = plan.apply(envelope, keyring, at);
        return protectedKey(record, table.get(), plan.out(), value, keyring, at);
    }

    private <R extends ConnectRecord<R>> @Nullable R row(R record, RecordKind kind, Place place) {
        TableName name = kind == RecordKind.ROW ? FlatRow.table((Struct) record.value()) : null;
        name = name == null ? topics.table(String.valueOf(record.topic())) : name;
        if (name == null) {
            return undeclaredTable(place);
        }
        Place at = place.table(name);
        if (OwnTables.owns(name)) {
            return OwnTables.passes(name) ? passing(record, null, at) : undeclaredTable(at);
        }
        Optional<Table> table = rules.policy().table(name);
        if (table.isEmpty()) {
            return undeclaredTable(at);
        }
        if (!table.get().captured()) {
            return null;
        }
        Keyring keyring = keys.current();
        if (kind == RecordKind.TOMBSTONE) {
            return protectedKey(record, table.get(), record.valueSchema(), null, keyring, at);
        }
        Schema schema = record.valueSchema();
        RowPlan plan = rowPlans.get(name, schema, () -> {
            RowPlan made = RowPlan.ofRow(schema, table.get(), rules, counters, at);
            say(at, made.undeclared());
            return made;
        });
        Struct row = (Struct) record.value();
        boolean keyOnly = rules.before() == Rules.Before.KEY && FlatRow.isDelete(row);
        Struct value = keyOnly ? plan.applyToKey(row, keyring, at) : plan.apply(row, keyring, at);
        return protectedKey(record, table.get(), plan.out(), value, keyring, at);
    }

    private <R extends ConnectRecord<R>> R protectedKey(
            R record, Table table, @Nullable Schema valueSchema, @Nullable Struct value, Keyring keyring, Place place) {
        RowPlan plan = keyPlan(record.keySchema(), record.key(), table, place);
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                plan == null ? null : plan.out(),
                plan == null ? null : plan.apply((Struct) record.key(), keyring, place),
                valueSchema,
                value,
                record.timestamp(),
                headers(record.headers(), table, keyring, place));
    }

    private @Nullable RowPlan keyPlan(@Nullable Schema schema, @Nullable Object key, Table table, Place place) {
        if (key == null) {
            return null;
        }
        if (schema == null || !(key instanceof Struct)) {
            throw new ProtectionStopped(place, "its key is not a struct with a schema");
        }
        return keyPlans.get(table.name(), schema, () -> RowPlan.ofKey(schema, table, rules, place));
    }

    /** Everything as it is, but for headers that are not known. */
    private <R extends ConnectRecord<R>> R passing(R record, @Nullable Table table, Place place) {
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.timestamp(),
                headers(record.headers(), table, null, place));
    }

    private Headers headers(Headers in, @Nullable Table table, @Nullable Keyring keyring, Place place) {
        ConnectHeaders out = new ConnectHeaders();
        for (Header header : in) {
            if (header.key().startsWith(CONTEXT_HEADERS)) {
                out.add(header.key(), header.value(), header.schema());
            } else if (KEY_HEADERS.contains(header.key()) && table != null && keyring != null) {
                RowPlan plan = keyPlan(header.schema(), header.value(), table, place);
                if (plan != null) {
                    Struct key = plan.apply((Struct) header.value(), keyring, place);
                    out.add(header.key(), key, plan.out());
                }
            } else {
                counters.headersDropped.increment();
            }
        }
        return out;
    }

    private <R extends ConnectRecord<R>> @Nullable R undeclaredTable(Place place) {
        if (rules.policy().undeclaredColumns() == UndeclaredColumns.STOP) {
            throw new ProtectionStopped(place, "the policy does not know its table (undeclared-columns: stop)");
        }
        counters.of(Metric.UNDECLARED_TABLE_RECORDS, place.table() == null ? place.topic() : place.table())
                .increment();
        if (first(place.toString())) {
            LOG.warn("{}: the policy does not know its table; its records are left out", place);
        }
        return null;
    }

    private void say(Place place, List<String> undeclared) {
        for (String column : undeclared) {
            Place at = place.column(column, null);
            if (first(at.toString())) {
                LOG.warn("{}: the policy does not know it; it is left out", at);
            }
        }
    }

    private boolean first(String what) {
        return said.size() < NAMES_SAID && said.add(what);
    }

    /** Plans by schema: by identity first, as a schema's hash walks all its fields; bounded. */
    private static final class PlanCache<P> {

        private record Found<P>(TableName table, P plan) {}

        private final Cache<Schema, Found<P>> byIdentity;
        private final Cache<PlanKey, P> byContent;

        PlanCache(int size) {
            byIdentity = Caffeine.newBuilder().weakKeys().maximumSize(size).build();
            byContent = Caffeine.newBuilder().maximumSize(size).build();
        }

        P get(TableName table, Schema schema, Supplier<P> make) {
            Found<P> found = byIdentity.getIfPresent(schema);
            if (found != null && found.table.equals(table)) {
                return found.plan;
            }
            P plan = byContent.get(new PlanKey(table, schema), key -> make.get());
            byIdentity.put(schema, new Found<>(table, plan));
            return plan;
        }
    }
}

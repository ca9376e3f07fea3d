package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.connect.Routes.Route;
import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.keys.Keyring;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.jspecify.annotations.Nullable;

/** Looks at a record, says what it is, and makes of it what the policy says. What it does not know never passes. */
final class Protector {

    private static final String CONTEXT_HEADERS = "__debezium.context.";
    private static final Set<String> KEY_HEADERS = Set.of("__debezium.newkey", "__debezium.oldkey");

    private final Rules rules;
    private final Keys keys;
    private final Counters counters;
    private final Undeclared undeclared;
    private final TopicNames topics;
    private final Routes routes = new Routes();
    private final Plans<RecordPlan> keyPlans = new Plans<>(this::keyPlan);
    private final Plans<RecordPlan> rowPlans = new Plans<>(this::rowPlan);
    private final Plans<RecordPlan> envelopePlans = new Plans<>(this::envelopePlan);

    Protector(Rules rules, Keys keys, Counters counters) {
        this.rules = rules;
        this.keys = keys;
        this.counters = counters;
        this.undeclared = new Undeclared(rules.policy().undeclaredColumns(), counters);
        this.topics = new TopicNames(OwnTables.with(rules.policy().tables().keySet()));
    }

    private RecordPlan keyPlan(@Nullable Schema schema, Table table, Place place) {
        Site site = new Site(table, rules, counters, undeclared, place);
        return schema == null ? new MapRowPlan.OfKey(site) : RowPlan.ofKey(schema, site);
    }

    private RecordPlan rowPlan(@Nullable Schema schema, Table table, Place place) {
        Site site = new Site(table, rules, counters, undeclared, place);
        return schema == null ? new MapRowPlan(site) : RowPlan.ofRow(schema, site);
    }

    private RecordPlan envelopePlan(@Nullable Schema schema, Table table, Place place) {
        Site site = new Site(table, rules, counters, undeclared, place);
        return schema == null ? new MapEnvelopePlan(site) : EnvelopePlan.of(schema, site);
    }

    /** The record as it may leave the store; null where nothing of it may. The input is not changed. */
    <R extends ConnectRecord<R>> @Nullable R apply(R record) {
        counters.records.increment();
        R result;
        try {
            result = understood(record);
        } catch (ProtectionStopped stop) {
            Counters.stopped();
            throw stop;
        }
        if (result == null) {
            counters.recordsDropped.increment();
        }
        return result;
    }

    private <R extends ConnectRecord<R>> @Nullable R understood(R record) {
        try {
            Route route = routes.of(record);
            return route == null ? dispatch(record, place(record)) : along(route, record);
        } catch (KeyStateUnavailable e) {
            throw new ProtectionStopped(Reason.NO_KEY_STATE, place(record), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // its own words may quote a value
            throw new ProtectionStopped(
                    Reason.NOT_UNDERSTOOD, place(record), e.getClass().getSimpleName());
        }
    }

    private static Place place(ConnectRecord<?> record) {
        return Place.of(String.valueOf(record.topic()));
    }

    private <R extends ConnectRecord<R>> @Nullable R dispatch(R record, Place place) {
        RecordKind kind = RecordKind.of(record, place);
        return switch (kind) {
            case HEARTBEAT, TRANSACTION -> passing(record, place);
            case SCHEMA_CHANGE, MESSAGE -> null;
            case TRUNCATE, CHANGE, TOMBSTONE, ROW -> ofTable(record, kind, place);
        };
    }

    private <R extends ConnectRecord<R>> @Nullable R ofTable(R record, RecordKind kind, Place place) {
        TableName name = table(record, kind, place);
        if (name == null) {
            undeclared.table(place);
            return null;
        }
        Place at = place.table(name);
        if (OwnTables.passes(name)) {
            return passing(record, at);
        }
        Optional<Table> table =
                OwnTables.owns(name) ? Optional.empty() : rules.policy().table(name);
        if (table.isEmpty()) {
            undeclared.table(at);
            return null;
        }
        return table.get().captured() ? protectedBy(table.get(), record, kind, at) : null;
    }

    private @Nullable TableName table(ConnectRecord<?> record, RecordKind kind, Place place) {
        if (kind == RecordKind.CHANGE || kind == RecordKind.TRUNCATE) {
            Object envelope = record.value();
            TableName name = SourceBlock.table(
                    envelope instanceof Struct struct ? struct.get("source") : ((Map<?, ?>) envelope).get("source"));
            if (name == null) {
                throw new ProtectionStopped(Reason.NO_TABLE, place);
            }
            return name;
        }
        TableName name = kind == RecordKind.ROW ? FlatRow.table(record.value(), rules.added()) : null;
        return name == null ? topics.table(place.topic()) : name;
    }

    private <R extends ConnectRecord<R>> R protectedBy(Table table, R record, RecordKind kind, Place place) {
        Schema keySchema = record.keySchema();
        Schema schema = record.valueSchema();
        RecordPlan plan = kind == RecordKind.TOMBSTONE
                ? null
                : (kind == RecordKind.ROW ? rowPlans : envelopePlans).get(schema, table, place);
        KnownChange change = kind == RecordKind.CHANGE && record.value() instanceof Struct event
                ? KnownChange.of(event, table.name())
                : null;
        RecordPlan key = keyPlan(keySchema, record.key(), table, place);
        Route route = new Route(table, place, keySchema, schema, key, plan, change);
        if (change != null || (kind == RecordKind.ROW && schema != null && !FlatRow.saysTable(schema, rules.added()))) {
            routes.keep(route);
        }
        return along(route, record);
    }

    /**
     * Checks the lease after the work, just before output: what was made under keys that were taken away meanwhile, or
     * while this thread stood still, is made again under the new ones; its fields then count twice.
     */
    private <R extends ConnectRecord<R>> R along(Route route, R record) {
        while (true) {
            Keyring keyring = keys.likely();
            R made = along(route, record, keyring);
            if (keys.current() == keyring) {
                return made;
            }
        }
    }

    private <R extends ConnectRecord<R>> R along(Route route, R record, Keyring keyring) {
        RecordPlan key = route.key();
        RecordPlan value = route.value();
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                key == null ? null : key.out(),
                key == null ? null : key.apply(record.key(), keyring, route.place()),
                value == null ? record.valueSchema() : value.out(),
                value == null ? null : value.apply(record.value(), keyring, route.place()),
                record.timestamp(),
                headers(record.headers(), route.table(), keyring, route.place()));
    }

    private @Nullable RecordPlan keyPlan(@Nullable Schema schema, @Nullable Object key, Table table, Place place) {
        if (key == null) {
            return null;
        }
        if (schema == null ? !(key instanceof Map) : !(key instanceof Struct)) {
            throw new ProtectionStopped(Reason.KEY_NOT_STRUCT, place);
        }
        return keyPlans.get(schema, table, place);
    }

    /** Everything as it is, but for headers that are not known. */
    private <R extends ConnectRecord<R>> R passing(R record, Place place) {
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.timestamp(),
                headers(record.headers(), null, null, place));
    }

    private Headers headers(Headers in, @Nullable Table table, @Nullable Keyring keyring, Place place) {
        ConnectHeaders out = new ConnectHeaders();
        if (in.isEmpty()) {
            return out;
        }
        for (Header header : in) {
            if (header.key().startsWith(CONTEXT_HEADERS)) {
                out.add(header.key(), header.value(), header.schema());
            } else if (KEY_HEADERS.contains(header.key()) && table != null && keyring != null) {
                RecordPlan plan = keyPlan(header.schema(), header.value(), table, place);
                if (plan != null) {
                    out.add(header.key(), plan.apply(header.value(), keyring, place), plan.out());
                }
            } else if (rules.addedHeaders().contains(header.key(), header.schema(), header.value())) {
                out.add(header.key(), header.value(), header.schema());
            } else {
                counters.headersDropped.increment();
            }
        }
        return out;
    }
}

package io.storeveil.connect;

import static java.util.Objects.requireNonNull;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.connect.RevealedColumn.Moment;
import io.storeveil.connect.RevealedColumn.Reader;
import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.keys.Keyring;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Opens what one purpose may see of a protected record, in key and value. Whatever it does not know passes as it is: it
 * was protected when it came.
 */
final class Revealer {

    /** An envelope's schema with other rows in it. */
    private record EnvelopeSchema(Schema out, RevealPlan before, RevealPlan after) {}

    /** Of no policy. */
    private static final TableName NONE = new TableName("", "");

    private record Opened(@Nullable Schema schema, @Nullable Object value) {}

    private final Map<TableName, RevealedTable> revealed = new HashMap<>();
    private final Map<TableName, Table> tables = new HashMap<>();
    private final Keys keys;
    private final Reader reader;
    private final Counters counters;
    private final TopicNames topics;
    private final AddedFields added;
    private final Plans<RevealPlan> rows = new Plans<>(this::plan);
    private final Plans<EnvelopeSchema> envelopes = new Plans<>(this::envelope);

    Revealer(Policy policy, String purpose, Keys keys, Reader reader, AddedFields added, Counters counters) {
        this.keys = keys;
        this.reader = reader;
        this.counters = counters;
        this.added = added;
        for (Table table : policy.tables().values()) {
            if (table.captured()) {
                revealed.put(table.name(), RevealedTable.of(policy, table, purpose, counters));
                tables.put(table.name(), table);
            }
        }
        this.topics = new TopicNames(OwnTables.with(policy.tables().keySet()));
    }

    /** The input is not changed. */
    <R extends ConnectRecord<R>> R apply(R record) {
        counters.records.increment();
        Place place = Place.of(String.valueOf(record.topic()));
        try {
            return understood(record, place);
        } catch (ProtectionStopped stop) {
            Counters.stopped();
            throw stop;
        }
    }

    private <R extends ConnectRecord<R>> R understood(R record, Place place) {
        try {
            return dispatch(record, place);
        } catch (KeyStateUnavailable e) {
            throw new ProtectionStopped(Reason.NO_KEY_STATE, place, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // its own words may quote a value
            throw new ProtectionStopped(
                    Reason.NOT_UNDERSTOOD, place, e.getClass().getSimpleName());
        }
    }

    private <R extends ConnectRecord<R>> R dispatch(R record, Place place) {
        Table table = table(record, place);
        return table == null || revealed(table).isEmpty() ? record : current(record, table, place.table(table.name()));
    }

    /**
     * Checks the lease before output, not only before the work: what was opened under keys that were taken away
     * meanwhile, or while this thread stood still, is opened again under the new ones.
     */
    private <R extends ConnectRecord<R>> R current(R record, Table table, Place place) {
        Long written = record.timestamp();
        Instant moment = written == null ? null : Instant.ofEpochMilli(written);
        while (true) {
            Keyring keyring = keys.current();
            R opened = opened(record, table, new Moment(keyring, moment, place, false));
            if (keys.current() == keyring) {
                return opened;
            }
        }
    }

    private <R extends ConnectRecord<R>> R opened(R record, Table table, Moment moment) {
        Place place = moment.place();
        Opened key = row(record.keySchema(), record.key(), table, moment);
        Opened value = RecordKind.of(record, place) == RecordKind.CHANGE
                ? change(record.valueSchema(), record.value(), table, moment)
                : row(record.valueSchema(), record.value(), table, moment);
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                key.schema,
                key.value,
                value.schema,
                value.value,
                record.timestamp(),
                record.headers());
    }

    /** Null for what is no row of a table that the policy streams. */
    private @Nullable Table table(ConnectRecord<?> record, Place place) {
        Object value = record.value();
        if (value != null && !(value instanceof Struct) && !(value instanceof Map)) {
            return null;
        }
        TableName name =
                switch (RecordKind.of(record, place)) {
                    case CHANGE -> SourceBlock.table(field(value, "source"));
                    case ROW -> FlatRow.table(requireNonNull(value), added);
                    case TOMBSTONE -> null;
                    case TRUNCATE, MESSAGE, SCHEMA_CHANGE, TRANSACTION, HEARTBEAT -> NONE;
                };
        name = name == null ? topics.table(String.valueOf(record.topic())) : name;
        return name == null ? null : tables.get(name);
    }

    private static @Nullable Object field(@Nullable Object row, String name) {
        if (row instanceof Struct struct) {
            return struct.getWithoutDefault(name);
        }
        return row instanceof Map<?, ?> map ? map.get(name) : null;
    }

    private Opened change(@Nullable Schema schema, @Nullable Object value, Table table, Moment moment) {
        if (value instanceof Struct struct) {
            EnvelopeSchema plan = envelopes.get(schema, table, moment.place());
            return new Opened(plan.out, envelope(struct, plan, table, moment));
        }
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>((Map<?, ?>) requireNonNull(value));
        for (String row : List.of("before", "after")) {
            copy.computeIfPresent(row, (name, fields) -> row(null, fields, table, moment).value);
        }
        return new Opened(null, copy);
    }

    private Opened row(@Nullable Schema schema, @Nullable Object row, Table table, Moment moment) {
        if (row instanceof Struct struct) {
            RevealPlan plan = rows.get(schema, table, moment.place());
            return new Opened(plan.out(), plan.apply(struct, reader, ofRow(struct, table, moment)));
        }
        if (!(row instanceof Map<?, ?> map)) {
            return new Opened(schema, row);
        }
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>(map);
        RevealedTable visible = revealed(table);
        Moment theirs = ofRow(map, table, moment);
        visible.columns().forEach((name, paths) -> {
            if (copy.containsKey(name)) {
                copy.put(name, RevealedJson.column(copy.get(name), paths, visible, reader, theirs));
            }
        });
        return new Opened(schema, copy);
    }

    private Moment ofRow(Object row, Table table, Moment moment) {
        return moment.ofRow(revealed(table).isErased(name -> column(row, name), moment.keys()));
    }

    private static @Nullable Object column(Object row, String name) {
        return row instanceof Struct struct && struct.schema().field(name) == null ? null : field(row, name);
    }

    private RevealedTable revealed(Table table) {
        return requireNonNull(revealed.get(table.name()));
    }

    private RevealPlan plan(@Nullable Schema schema, Table table, Place place) {
        return RevealPlan.ofRow(requireNonNull(schema), revealed(table));
    }

    private EnvelopeSchema envelope(@Nullable Schema schema, Table table, Place place) {
        Schema in = requireNonNull(schema);
        RevealPlan before = rows.get(in.field("before").schema(), table, place);
        RevealPlan after = rows.get(in.field("after").schema(), table, place);
        SchemaBuilder copy = SchemaCopy.emptyLike(in);
        for (Field field : in.fields()) {
            switch (field.name()) {
                case "before" -> copy.field("before", before.out());
                case "after" -> copy.field("after", after.out());
                default -> copy.field(field.name(), field.schema());
            }
        }
        return new EnvelopeSchema(copy.build(), before, after);
    }

    private Struct envelope(Struct envelope, EnvelopeSchema plan, Table table, Moment moment) {
        Struct copy = new Struct(plan.out);
        for (Field field : plan.out.fields()) {
            Object value = envelope.getWithoutDefault(field.name());
            if (value instanceof Struct row && field.name().equals("before")) {
                value = plan.before.apply(row, reader, ofRow(row, table, moment));
            } else if (value instanceof Struct row && field.name().equals("after")) {
                value = plan.after.apply(row, reader, ofRow(row, table, moment));
            }
            copy.put(field, value);
        }
        return copy;
    }
}

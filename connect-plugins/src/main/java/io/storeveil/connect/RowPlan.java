package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import io.storeveil.policy.Column;
import io.storeveil.policy.Table;
import io.storeveil.policy.UndeclaredColumns;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldProtection.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** What a row, or a record's key, of one schema becomes. Made once for a schema, used for every record of it. */
final class RowPlan {

    /** What {@code ExtractNewRecordState} can add to a row: about the change, not about the person. */
    private static final Set<String> ADDED = Set.of(
            "__deleted",
            "__op",
            "__ts_ms",
            "__ts_us",
            "__ts_ns",
            "__db",
            "__schema",
            "__table",
            "__lsn",
            "__txId",
            "__xmin",
            "__name",
            "__version",
            "__connector",
            "__snapshot",
            "__sequence",
            "__source_ts_ms",
            "__source_ts_us",
            "__source_ts_ns",
            "__source_db",
            "__source_schema",
            "__source_table",
            "__source_lsn",
            "__source_txId",
            "__source_xmin",
            "__source_name",
            "__source_version",
            "__source_connector",
            "__source_snapshot",
            "__source_sequence",
            "__transaction_id",
            "__transaction_total_order",
            "__transaction_data_collection_order");

    /** Columns under one protection, which are counted together. */
    private record Group(LongAdder fields, List<ColumnPlan> columns) {}

    private final Schema out;
    private final List<Group> groups;
    private final List<String> added;
    private final List<String> undeclared;
    private final @Nullable RowOwner owner;
    private final Rules rules;
    private final @Nullable RowCounts counts;

    private RowPlan(
            Schema out,
            List<Group> groups,
            List<String> added,
            List<String> undeclared,
            @Nullable RowOwner owner,
            Rules rules,
            @Nullable RowCounts counts) {
        this.out = out;
        this.groups = groups;
        this.added = added;
        this.undeclared = undeclared;
        this.owner = owner;
        this.rules = rules;
        this.counts = counts;
    }

    static RowPlan ofKey(Schema in, Table table, Rules rules, Place place) {
        List<ColumnPlan> columns = new ArrayList<>();
        for (Field field : in.fields()) {
            Column column = table.columns().get(field.name());
            if (column == null) {
                throw new ProtectionStopped(
                        place.column(field.name(), null),
                        "it is in the record's key and the policy does not know it; leaving it out would make"
                                + " different rows one");
            }
            columns.add(ColumnPlan.ofKey(field, column, table, rules, place));
        }
        // a key repeats fields of its row: they are not counted again
        List<Group> uncounted = List.of(new Group(new LongAdder(), columns));
        return new RowPlan(schema(in, columns, List.of()), uncounted, List.of(), List.of(), null, rules, null);
    }

    static RowPlan ofRow(Schema in, Table table, Rules rules, Counters counters, Place place) {
        List<ColumnPlan> columns = new ArrayList<>();
        List<String> added = new ArrayList<>();
        List<String> undeclared = new ArrayList<>();
        for (Field field : in.fields()) {
            Column column = table.columns().get(field.name());
            if (column != null) {
                columns.add(ColumnPlan.ofRow(field, column, table, rules, place));
            } else if (ADDED.contains(field.name())) {
                added.add(field.name());
            } else if (rules.policy().undeclaredColumns() == UndeclaredColumns.STOP) {
                throw new ProtectionStopped(
                        place.column(field.name(), "undeclared-columns: stop"), "the policy does not know it");
            } else {
                undeclared.add(field.name());
            }
        }
        boolean ownerKeyed = columns.stream().anyMatch(ColumnPlan::ownerKeyed);
        RowOwner owner = ownerKeyed ? RowOwner.of(in, rules.policy(), table, place) : null;
        return new RowPlan(
                schema(in, columns, added),
                groups(columns, table, counters),
                added,
                undeclared,
                owner,
                rules,
                RowCounts.of(counters, table, undeclared));
    }

    private static List<Group> groups(List<ColumnPlan> columns, Table table, Counters counters) {
        Map<String, List<ColumnPlan>> byProtection =
                columns.stream().collect(Collectors.groupingBy(ColumnPlan::word, TreeMap::new, Collectors.toList()));
        List<Group> groups = new ArrayList<>();
        byProtection.forEach((word, some) -> groups.add(
                new Group(counters.of(Metric.PROTECTED_FIELDS, table.name().toString(), word), some)));
        return groups;
    }

    private static Schema schema(Schema in, List<ColumnPlan> columns, List<String> added) {
        SchemaBuilder copy = SchemaCopy.emptyLike(in);
        for (ColumnPlan column : columns) {
            if (column.out() != null) {
                copy.field(column.name(), column.out());
            }
        }
        added.forEach(name -> copy.field(name, in.field(name).schema()));
        return copy.build();
    }

    Schema out() {
        return out;
    }

    List<String> undeclared() {
        return undeclared;
    }

    Struct apply(Struct row, Keyring keys, Place place) {
        OwnerId id = owner == null ? null : owner.of(row);
        OwnerKey whose = id == null ? null : keys.ownerKey(id);
        Struct copy = withAdded(row);
        int erased = 0;
        for (Group group : groups) {
            int fields = 0;
            for (ColumnPlan column : group.columns) {
                Object value = row.getWithoutDefault(column.name());
                if (value != null) {
                    fields++;
                    erased += put(column, value, copy, keys, whose, place) ? 1 : 0;
                }
            }
            group.fields.add(fields);
        }
        if (counts != null) {
            counts.row(erased);
        }
        return copy;
    }

    /** For a row of which only the key's columns are known: everything else becomes null, and nobody is its owner. */
    Struct applyToKey(Struct row, Keyring keys, Place place) {
        Struct copy = withAdded(row);
        for (Group group : groups) {
            for (ColumnPlan column : group.columns) {
                Object value = column.rowKey() ? row.getWithoutDefault(column.name()) : null;
                if (value != null) {
                    put(column, value, copy, keys, null, place);
                }
            }
        }
        return copy;
    }

    private Struct withAdded(Struct row) {
        Struct copy = new Struct(out);
        for (String name : added) {
            copy.put(name, row.getWithoutDefault(name));
        }
        return copy;
    }

    /** True if the field says that its owner is erased. */
    private boolean put(
            ColumnPlan column, Object value, Struct copy, Keyring keys, @Nullable OwnerKey whose, Place place) {
        if (column.protection().effect() == Effect.OMIT) {
            return false;
        }
        Field to = out.field(column.name());
        Object result = column.apply(value, to.schema(), keys, whose, rules, place);
        copy.put(to, result);
        return column.ownerKeyed() && Ciphertext.ERASED.equals(result);
    }
}

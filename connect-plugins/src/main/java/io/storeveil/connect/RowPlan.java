package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import io.storeveil.policy.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * What a row, or a record's key, of one schema becomes. Made once for a schema, used for every record of it.
 *
 * @param groups     of columns
 * @param added      fields that are no columns, and pass
 * @param owner      null if no column is under an owner's key
 * @param counts     null for keys, which repeat what is counted in their rows
 * @param nothingToDo the row may leave as it is
 */
record RowPlan(
        Schema out,
        List<Group> groups,
        List<Field> added,
        @Nullable RowOwner owner,
        @Nullable RowCounts counts,
        AddedFields addedFields,
        boolean deletesAreWhole,
        boolean nothingToDo)
        implements RecordPlan {

    /** Columns under one protection, which are counted together. Walked for each record, and therefore an array. */
    static final class Group {

        private final LongAdder fields;
        private final ColumnPlan[] columns;

        private Group(LongAdder fields, List<ColumnPlan> columns) {
            this.fields = fields;
            this.columns = columns.toArray(ColumnPlan[]::new);
        }

        private void protect(Struct row, Struct copy, Keyring keys, @Nullable OwnerKey whose, Place place) {
            int there = 0;
            for (ColumnPlan column : columns) {
                Object value = column.value(row);
                if (value != null) {
                    there++;
                    put(column, value, copy, keys, whose, place);
                }
            }
            fields.add(there);
        }
    }

    static RowPlan ofKey(Schema in, Site site) {
        List<ColumnPlan> columns = new ArrayList<>();
        boolean allPass = true;
        for (Field field : in.fields()) {
            Column column = site.table().columns().get(field.name());
            if (column == null) {
                throw new ProtectionStopped(Reason.UNDECLARED_KEY, site.place().column(field.name(), null));
            }
            columns.add(ColumnPlan.ofKey(field, column, site));
            allPass &= ValuePlan.passes(column);
        }
        Schema out = schema(in, columns, List.of());
        List<Group> one = List.of(new Group(new LongAdder(), to(out, columns)));
        return new RowPlan(out, one, List.of(), null, null, site.rules().added(), false, allPass && out.equals(in));
    }

    static RowPlan ofRow(Schema in, Site site) {
        List<ColumnPlan> columns = new ArrayList<>();
        List<Field> added = new ArrayList<>();
        List<LongAdder> undeclared = new ArrayList<>();
        for (Field field : in.fields()) {
            Column column = site.table().columns().get(field.name());
            if (column == null && site.rules().added().contains(field.name(), field.schema())) {
                added.add(field);
                continue;
            }
            ColumnPlan plan = column == null ? null : ColumnPlan.ofRow(field, column, site);
            if (plan == null) {
                undeclared.add(site.undeclared().column(site.place().column(field.name(), null)));
            } else {
                columns.add(plan);
            }
        }
        boolean ownerKeyed = columns.stream().anyMatch(ColumnPlan::ownerKeyed);
        RowOwner owner = ownerKeyed ? RowOwner.of(in, site) : null;
        RowCounts counts = RowCounts.of(site.counters(), site.table(), undeclared);
        Schema out = schema(in, columns, added);
        boolean deletesAreWhole = site.rules().before() == Rules.Before.FULL;
        return new RowPlan(
                out,
                groups(to(out, columns), site),
                added,
                owner,
                counts,
                site.rules().added(),
                deletesAreWhole,
                false);
    }

    private static List<Group> groups(List<ColumnPlan> columns, Site site) {
        Map<String, List<ColumnPlan>> byProtection =
                columns.stream().collect(Collectors.groupingBy(ColumnPlan::word, TreeMap::new, Collectors.toList()));
        String table = site.table().name().toString();
        List<Group> groups = new ArrayList<>();
        byProtection.forEach(
                (word, some) -> groups.add(new Group(site.counters().of(Metric.PROTECTED_FIELDS, table, word), some)));
        return groups;
    }

    private static Schema schema(Schema in, List<ColumnPlan> columns, List<Field> added) {
        SchemaBuilder copy = SchemaCopy.emptyLike(in);
        columns.stream()
                .filter(column -> column.plan().out() != null)
                .forEach(column -> copy.field(column.in().name(), column.plan().out()));
        added.forEach(field -> copy.field(field.name(), field.schema()));
        return copy.build();
    }

    private static List<ColumnPlan> to(Schema out, List<ColumnPlan> columns) {
        return columns.stream().map(column -> column.to(out)).toList();
    }

    /** A flattened row, which can be a deleted one, or a key. */
    @Override
    public Struct apply(Object value, Keyring keys, Place place) {
        Struct row = (Struct) value;
        if (nothingToDo) {
            return row;
        }
        return !deletesAreWhole && !added.isEmpty() && FlatRow.isDelete(row, addedFields)
                ? ofDeleted(row, keys, place)
                : of(row, keys, place);
    }

    Struct of(Struct row, Keyring keys, Place place) {
        OwnerId id = owner == null ? null : owner.of(row);
        OwnerKey whose = id == null ? null : keys.ownerKey(id);
        Struct copy = withAdded(row);
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).protect(row, copy, keys, whose, place);
        }
        if (counts != null) {
            counts.row(whose);
        }
        return copy;
    }

    /** For a row of which only the key's columns are known: everything else becomes null, and nobody is its owner. */
    Struct ofDeleted(Struct row, Keyring keys, Place place) {
        Struct copy = withAdded(row);
        for (Group group : groups) {
            for (ColumnPlan column : group.columns) {
                Object value = column.rowKey() ? column.value(row) : null;
                if (value != null) {
                    put(column, value, copy, keys, null, place);
                }
            }
        }
        return copy;
    }

    private Struct withAdded(Struct row) {
        Struct copy = new Struct(out);
        for (Field field : added) {
            copy.put(field.name(), row.getWithoutDefault(field.name()));
        }
        return copy;
    }

    private static void put(
            ColumnPlan column, Object value, Struct copy, Keyring keys, @Nullable OwnerKey whose, Place place) {
        Field to = column.to();
        if (to == null) {
            return;
        }
        Object result = column.passes() ? value : column.plan().apply(value, keys, whose, place);
        if (result != null) {
            copy.put(to, result);
        }
    }
}

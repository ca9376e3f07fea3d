package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import io.storeveil.policy.Column;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** What a row, or a record's key, without a schema becomes. Made once for a table. */
final class MapRowPlan implements RecordPlan {

    private final Map<String, TreePlan> columns = new LinkedHashMap<>();
    private final @Nullable RowOwner owner;
    private final Site site;

    MapRowPlan(Site site) {
        this.site = site;
        for (Column column : site.table().columns().values()) {
            Paths paths = Paths.of(column);
            columns.put(
                    column.name(), column.inside().isEmpty() ? TreePlan.of(paths, site) : new JsonTree(paths, site));
        }
        this.owner = columns.values().stream().anyMatch(TreePlan::ownerKeyed) ? RowOwner.of(null, site) : null;
    }

    @Override
    public @Nullable Schema out() {
        return null;
    }

    /** A flattened row, which can be a deleted one. */
    @Override
    public Map<String, @Nullable Object> apply(Object value, Keyring keys, Place place) {
        Map<?, ?> row = (Map<?, ?>) value;
        boolean keyOnly = site.rules().before() == Rules.Before.KEY
                && FlatRow.isDelete(row, site.rules().added());
        return keyOnly ? ofDeleted(row, keys, place) : of(row, keys, place);
    }

    Map<String, @Nullable Object> of(Map<?, ?> row, Keyring keys, Place place) {
        OwnerId id = owner == null ? null : owner.of(row);
        OwnerKey whose = id == null ? null : keys.ownerKey(id);
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        row.forEach((name, value) -> put(copy, String.valueOf(name), value, keys, whose, place));
        return copy;
    }

    /** For a row of which only the key's columns are known: everything else becomes null, and nobody is its owner. */
    Map<String, @Nullable Object> ofDeleted(Map<?, ?> row, Keyring keys, Place place) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        row.forEach((key, value) -> {
            String name = String.valueOf(key);
            boolean known = site.table().key().contains(name) || !columns.containsKey(name);
            put(copy, name, known ? value : null, keys, null, place);
        });
        return copy;
    }

    private void put(
            Map<String, @Nullable Object> copy,
            String name,
            @Nullable Object value,
            Keyring keys,
            @Nullable OwnerKey whose,
            Place place) {
        TreePlan plan = columns.get(name);
        if (plan != null) {
            Object result = plan.apply(value, keys, whose, place);
            if (result != TreePlan.LEFT_OUT) {
                copy.put(name, result);
            }
        } else if (site.rules().added().contains(name, null, value)) {
            copy.put(name, value);
        } else {
            site.undeclared().column(place.column(name, null)).increment();
        }
    }

    /** A record's key, of which every column must stay. */
    static final class OfKey implements RecordPlan {

        private final Map<String, TreeValue> columns = new LinkedHashMap<>();

        OfKey(Site site) {
            for (Column column : site.table().columns().values()) {
                columns.put(column.name(), new TreeValue(column, true, site));
            }
        }

        @Override
        public @Nullable Schema out() {
            return null;
        }

        @Override
        public Map<String, @Nullable Object> apply(Object value, Keyring keys, Place place) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            ((Map<?, ?>) value)
                    .forEach((name, part) ->
                            copy.put(String.valueOf(name), part(String.valueOf(name), part, keys, place)));
            return copy;
        }

        private @Nullable Object part(String name, @Nullable Object value, Keyring keys, Place place) {
            TreeValue plan = columns.get(name);
            if (plan == null) {
                throw new ProtectionStopped(Reason.UNDECLARED_KEY, place.column(name, null));
            }
            return value == null ? null : plan.applyToKey(value, keys, place);
        }
    }
}

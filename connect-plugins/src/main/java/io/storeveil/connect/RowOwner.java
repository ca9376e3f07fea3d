package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.OwnerKeySource;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Finds, from a row alone, whose key its encrypted columns are under. */
final class RowOwner {

    private record Part(String column, FieldShape shape) {

        @Nullable
        Object in(Struct row) {
            Object value = row.getWithoutDefault(column);
            return value == null ? null : shape.read(value);
        }
    }

    private record Source(String kind, List<Part> key, List<Part> when, List<String> equal) {

        boolean applies(Struct row) {
            for (int i = 0; i < when.size(); i++) {
                Object value = when.get(i).in(row);
                if (value == null || !equal.get(i).equals(text(value))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Source> sources;

    private RowOwner(List<Source> sources) {
        this.sources = sources;
    }

    /** @throws ProtectionStopped if a column that names an owner is not on the row: a later source would be a guess */
    static RowOwner of(Schema row, Policy policy, Table table, Place place) {
        List<Source> sources = new ArrayList<>();
        for (OwnerKeySource source : policy.ownerKeySources(table)) {
            List<Part> key = new ArrayList<>();
            source.columns().forEach(column -> key.add(part(row, column, place)));
            List<Part> when = new ArrayList<>();
            List<String> equal = new ArrayList<>();
            for (Map.Entry<String, String> condition : source.when().entrySet()) {
                when.add(part(row, condition.getKey(), place));
                equal.add(condition.getValue());
            }
            sources.add(new Source(source.kind().toString(), key, when, equal));
        }
        return new RowOwner(sources);
    }

    private static Part part(Schema row, String column, Place place) {
        Field field = row.field(column);
        if (field == null) {
            throw new ProtectionStopped(
                    place.column(column, null), "it says whose key the row is under, and is not in the record");
        }
        return new Part(column, FieldShape.of(field.schema()));
    }

    /** Null if no source applies: the row says of nobody that it is theirs. */
    @Nullable
    OwnerId of(Struct row) {
        for (Source source : sources) {
            List<Object> key = source.applies(row) ? key(source, row) : null;
            if (key != null) {
                return new OwnerId(source.kind, key);
            }
        }
        return null;
    }

    private static @Nullable List<Object> key(Source source, Struct row) {
        List<Object> key = new ArrayList<>(source.key.size());
        for (Part part : source.key) {
            Object value = part.in(row);
            if (value == null) {
                return null;
            }
            key.add(value);
        }
        return key;
    }

    private static String text(Object value) {
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }
}

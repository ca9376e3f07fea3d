package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.OwnerKeySource;
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

    /** @param field and its shape are null in rows without a schema */
    private record Part(String column, @Nullable Field field, @Nullable FieldShape shape, Place place) {

        @Nullable
        Object in(Object row) {
            if (field != null && shape != null) {
                Object value = ColumnPlan.value((Struct) row, field);
                return value == null ? null : shape.read(value);
            }
            Map<?, ?> map = (Map<?, ?>) row;
            if (!map.containsKey(column)) {
                throw missing(column, place);
            }
            return map.get(column);
        }
    }

    private record Source(String kind, List<Part> key, List<Part> when, List<String> equal) {

        boolean applies(Object row) {
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

    /**
     * @param row null if rows have no schema
     * @throws ProtectionStopped if a column that names an owner is not on the row: a later source would be a guess
     */
    static RowOwner of(@Nullable Schema row, Site site) {
        Place place = site.place();
        List<Source> sources = new ArrayList<>();
        for (OwnerKeySource source : site.rules().policy().ownerKeySources(site.table())) {
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

    private static Part part(@Nullable Schema row, String column, Place place) {
        if (row == null) {
            return new Part(column, null, null, place);
        }
        Field field = row.field(column);
        if (field == null) {
            throw missing(column, place);
        }
        return new Part(column, field, FieldShape.of(field.schema()), place);
    }

    private static ProtectionStopped missing(String column, Place place) {
        return new ProtectionStopped(Reason.OWNER_NOT_THERE, place.column(column, null));
    }

    /** Null if no source applies: the row says of nobody that it is theirs. */
    @Nullable
    OwnerId of(Object row) {
        for (Source source : sources) {
            List<Object> key = source.applies(row) ? key(source, row) : null;
            if (key != null) {
                return new OwnerId(source.kind, key);
            }
        }
        return null;
    }

    private static @Nullable List<Object> key(Source source, Object row) {
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

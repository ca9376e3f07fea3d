package io.storeveil.connect;

import io.storeveil.connect.RevealedColumn.Moment;
import io.storeveil.connect.RevealedColumn.Reader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An array's elements or a map's values inside of a column.
 *
 * @param members of a map, by name; null in it for those that stay as they are
 * @param every   null if it stays as it is
 */
record RevealedCollection(Schema out, Map<String, @Nullable RevealedField> members, @Nullable RevealedField every)
        implements RevealedField {

    /** Null if nothing of it opens. */
    static @Nullable RevealedField of(Schema in, Paths paths, RevealedTable table) {
        Schema inside = in.valueSchema();
        Map<String, @Nullable RevealedField> members = new LinkedHashMap<>();
        if (in.type() == Schema.Type.MAP) {
            paths.members().forEach((name, inner) -> members.put(name, RevealedField.of(inside, inner, table)));
        }
        RevealedField every = paths.every() == null ? null : RevealedField.of(inside, paths.every(), table);
        List<Schema> outs = Stream.concat(members.values().stream(), Stream.ofNullable(every))
                .filter(Objects::nonNull)
                .map(RevealedField::out)
                .distinct()
                .toList();
        if (outs.isEmpty()) {
            return null;
        }
        boolean someStay = members.containsValue(null) || (paths.every() != null && every == null);
        if (!someStay && outs.size() == 1) {
            return new RevealedCollection(schema(in, outs.get(0)), members, every);
        }
        // a map's values have one type, and some stay texts
        members.replaceAll((name, member) -> asText(inside, member));
        return new RevealedCollection(schema(in, SchemaCopy.optional(inside)), members, asText(inside, every));
    }

    private static @Nullable RevealedField asText(Schema in, @Nullable RevealedField field) {
        return field instanceof RevealedValue value ? RevealedValue.asText(in, value.column()) : null;
    }

    private static Schema schema(Schema in, Schema inside) {
        SchemaBuilder copy = in.type() == Schema.Type.ARRAY
                ? SchemaBuilder.array(inside)
                : SchemaBuilder.map(in.keySchema(), inside);
        return SchemaCopy.like(in, copy, in.isOptional());
    }

    @Override
    public Object apply(Object value, Reader reader, Moment moment) {
        if (reader.placeholder().is(value)) {
            return value;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((name, inner) -> copy.put(
                    name, opened(members.containsKey(name) ? members.get(name) : every, inner, reader, moment)));
            return copy;
        }
        List<@Nullable Object> copy = new ArrayList<>();
        ((Collection<?>) value).forEach(inner -> copy.add(opened(every, inner, reader, moment)));
        return copy;
    }

    private static @Nullable Object opened(
            @Nullable RevealedField field, @Nullable Object value, Reader reader, Moment moment) {
        return field == null || value == null ? value : field.apply(value, reader, moment);
    }
}

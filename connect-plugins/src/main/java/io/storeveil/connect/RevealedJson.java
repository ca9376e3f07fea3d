package io.storeveil.connect;

import static java.util.Objects.requireNonNull;

import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.connect.RevealedColumn.Moment;
import io.storeveil.connect.RevealedColumn.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** Values without a schema: in a JSON text, or in a record that comes without schemas. */
record RevealedJson(Schema out, Paths paths, RevealedTable table) implements RevealedField {

    @Override
    public @Nullable Object apply(Object value, Reader reader, Moment moment) {
        return column(value, paths, table, reader, moment);
    }

    /** A column, whose inside can be a JSON text, or maps and lists. */
    static @Nullable Object column(
            @Nullable Object value, Paths paths, RevealedTable table, Reader reader, Moment moment) {
        boolean hasInside =
                paths.value() == null && value != null && !reader.placeholder().is(value);
        if (!hasInside || !(value instanceof String json)) {
            return tree(value, paths, table, reader, moment);
        }
        try {
            return JsonText.of(tree(JsonText.read(json), paths, table, reader, moment));
        } catch (JsonText.Malformed e) {
            throw new ProtectionStopped(Reason.NOT_JSON, moment.place().column(paths.place(), null));
        }
    }

    private static @Nullable Object tree(
            @Nullable Object value, Paths paths, RevealedTable table, Reader reader, Moment moment) {
        if (paths.value() != null) {
            RevealedColumn column = table.at(paths);
            return column == null ? value : column.apply(value, null, reader, moment);
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((name, inner) -> {
                Paths member = name instanceof String text ? paths.member(text) : null;
                copy.put(name, member == null ? inner : tree(inner, member, table, reader, moment));
            });
            return copy;
        }
        if (value instanceof List<?> list && paths.every() != null) {
            Paths every = requireNonNull(paths.every());
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(inner -> copy.add(tree(inner, every, table, reader, moment)));
            return copy;
        }
        return value;
    }
}

package io.storeveil.connect;

import io.storeveil.connect.RevealedColumn.Moment;
import io.storeveil.connect.RevealedColumn.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** What a protected row, or a record's key, of one schema becomes for one purpose. */
final class RevealPlan {

    /** @param column null for a field that stays as it is */
    private record Part(Field from, Field to, @Nullable RevealedColumn column, @Nullable Schema original) {}

    private final Schema out;
    private final List<Part> parts;

    private RevealPlan(Schema out, List<Part> parts) {
        this.out = out;
        this.parts = parts;
    }

    /** @param columns those that the purpose may see, by field */
    static RevealPlan of(Schema in, Map<String, RevealedColumn> columns) {
        SchemaBuilder copy = SchemaCopy.emptyLike(in);
        Map<String, Schema> originals = new LinkedHashMap<>();
        for (Field field : in.fields()) {
            Schema out = field.schema();
            if (columns.containsKey(field.name())) {
                Schema original = SchemaCopy.original(out);
                if (original != null) {
                    originals.put(field.name(), original);
                }
                // without its type it stays a text; a refused value is null, whatever the column allowed
                out = original == null ? SchemaCopy.optional(out) : original;
            }
            copy.field(field.name(), out);
        }
        Schema out = copy.build();
        List<Part> parts = new ArrayList<>();
        for (Field field : in.fields()) {
            String name = field.name();
            parts.add(new Part(field, out.field(name), columns.get(name), originals.get(name)));
        }
        return new RevealPlan(out, parts);
    }

    Schema out() {
        return out;
    }

    boolean changesNothing() {
        return parts.stream().allMatch(part -> part.column == null);
    }

    Struct apply(Struct row, Reader reader, Moment moment) {
        if (changesNothing()) {
            return row;
        }
        Struct copy = new Struct(out);
        for (Part part : parts) {
            Object value = row.getWithoutDefault(part.from.name());
            copy.put(part.to, part.column == null ? value : revealed(part, part.column, value, reader, moment));
        }
        return copy;
    }

    private static @Nullable Object revealed(
            Part part, RevealedColumn column, @Nullable Object value, Reader reader, Moment moment) {
        Object opened = column.apply(value, part.original, reader, moment);
        return opened == null || part.original != null ? opened : opened.toString();
    }
}

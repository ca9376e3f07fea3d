package io.storeveil.connect;

import io.storeveil.connect.RevealedColumn.Moment;
import io.storeveil.connect.RevealedColumn.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** What a protected row, a record's key, or a struct inside of a column, of one schema becomes for one purpose. */
final class RevealPlan implements RevealedField {

    /** @param revealed null for a field that stays as it is */
    private record Part(Field from, Field to, @Nullable RevealedField revealed) {}

    private final Schema out;
    private final List<Part> parts;

    private RevealPlan(Schema out, List<Part> parts) {
        this.out = out;
        this.parts = parts;
    }

    /** @param paths of a field; null for one of which nothing is for the purpose */
    static RevealPlan of(Schema in, Function<String, @Nullable Paths> paths, RevealedTable table) {
        SchemaBuilder copy = SchemaCopy.emptyLike(in);
        List<@Nullable RevealedField> revealed = new ArrayList<>();
        for (Field field : in.fields()) {
            Paths inside = paths.apply(field.name());
            RevealedField part = inside == null ? null : RevealedField.of(field.schema(), inside, table);
            revealed.add(part);
            copy.field(field.name(), part == null ? field.schema() : part.out());
        }
        Schema out = copy.build();
        List<Part> parts = new ArrayList<>();
        for (Field field : in.fields()) {
            parts.add(new Part(field, out.field(field.name()), revealed.get(field.index())));
        }
        return new RevealPlan(out, parts);
    }

    /** A row, or a record's key. */
    static RevealPlan ofRow(Schema in, RevealedTable table) {
        return of(in, table.columns()::get, table);
    }

    @Override
    public Schema out() {
        return out;
    }

    boolean changesNothing() {
        return parts.stream().allMatch(part -> part.revealed == null);
    }

    @Override
    public Struct apply(Object value, Reader reader, Moment moment) {
        Struct row = (Struct) value;
        if (changesNothing()) {
            return row;
        }
        Struct copy = new Struct(out);
        for (Part part : parts) {
            Object field = row.getWithoutDefault(part.from.name());
            copy.put(
                    part.to,
                    part.revealed == null || field == null ? field : part.revealed.apply(field, reader, moment));
        }
        return copy;
    }
}

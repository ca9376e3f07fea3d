package io.storeveil.connect;

import io.storeveil.connect.RevealedColumn.Moment;
import io.storeveil.connect.RevealedColumn.Reader;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** What a protected field of one schema becomes for one purpose: the way back from {@link FieldPlan}. */
interface RevealedField {

    Schema out();

    /**
     * @param value not null; is not changed
     * @return a value of {@link #out()}
     */
    @Nullable
    Object apply(Object value, Reader reader, Moment moment);

    /**
     * A column, or what stands at a place inside of one.
     *
     * @return null if nothing of it opens: then it stays as it is
     */
    static @Nullable RevealedField of(Schema in, Paths paths, RevealedTable table) {
        if (paths.value() != null) {
            RevealedColumn column = table.at(paths);
            return column == null ? null : RevealedValue.of(in, column);
        }
        return switch (in.type()) {
            case STRUCT -> {
                RevealPlan plan = RevealPlan.of(in, paths::member, table);
                yield plan.changesNothing() ? null : plan;
            }
            case ARRAY, MAP -> RevealedCollection.of(in, paths, table);
            case STRING -> paths.isColumn() ? new RevealedJson(SchemaCopy.optional(in), paths, table) : null;
            default -> null;
        };
    }
}

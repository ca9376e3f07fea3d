package io.storeveil.connect;

import io.storeveil.connect.RevealedColumn.Moment;
import io.storeveil.connect.RevealedColumn.Reader;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One text that becomes what it was.
 *
 * @param original its type before it was protected; null where nothing tells it, then it stays a text
 */
record RevealedValue(Schema out, RevealedColumn column, @Nullable Schema original) implements RevealedField {

    static RevealedValue of(Schema in, RevealedColumn column) {
        Schema original = SchemaCopy.original(in);
        return original == null ? asText(in, column) : new RevealedValue(original, column, original);
    }

    /** A refused value is null, whatever the column allowed. */
    static RevealedValue asText(Schema in, RevealedColumn column) {
        return new RevealedValue(SchemaCopy.optional(in), column, null);
    }

    @Override
    public @Nullable Object apply(Object value, Reader reader, Moment moment) {
        Object opened = column.apply(value, original, reader, moment);
        return opened == null || original != null ? opened : opened.toString();
    }
}

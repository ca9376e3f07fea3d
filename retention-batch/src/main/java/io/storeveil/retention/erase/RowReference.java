package io.storeveil.retention.erase;

import io.storeveil.keys.Keyring;
import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
import io.storeveil.protect.CannotProtect;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.protect.Pseudonym;
import io.storeveil.protect.StoredText;
import io.storeveil.retention.ownership.Ownership;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A row's record key as it appears in the stream. */
final class RowReference {

    private final Ownership ownership;
    private final Keyring keys;

    RowReference(Ownership ownership, Keyring keys) {
        this.ownership = ownership;
        this.keys = keys;
    }

    /** Null for a row without a key. */
    @Nullable
    String of(TableName name, Map<String, @Nullable String> values) {
        var table = ownership.table(name);
        if (table.key().isEmpty()) {
            return null;
        }
        return table.key().stream()
                .map(key -> part(name, table.columns().get(key), key, values.get(key)))
                .collect(Collectors.joining(","));
    }

    private String part(TableName table, @Nullable Column column, String name, @Nullable String text) {
        if (text == null) {
            return "";
        }
        if (column == null) {
            return Pseudonym.of(keys, table + "." + name, text);
        }
        if (column.inStream().name().equals("none")) {
            return text;
        }
        Kind kind = StoredText.kind(ownership.column(table, name).baseType()).orElse(Kind.TEXT);
        Object value = StoredText.value(kind, text);
        if (column.inStream().name().equals("pseudonymise")) {
            return Pseudonym.of(keys, column.domain(), value);
        }
        FieldContext context = new FieldContext("", table.toString(), column.name(), column.domain());
        try {
            return String.valueOf(
                    column.inStream().bind(FieldType.of(kind), context).apply(value, keys, null));
        } catch (CannotProtect e) {
            throw new IllegalStateException(table + "." + column.name() + ": " + e.getMessage(), e);
        }
    }
}

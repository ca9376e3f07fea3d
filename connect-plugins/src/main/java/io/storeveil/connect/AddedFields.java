package io.storeveil.connect;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ExtractNewRecordState} can add to a flattened row ({@code add.fields}) or its headers ({@code add.headers}):
 * about the change, not about a person. {@code ts_ms} of the source block is {@code __source_ts_ms}, or {@code __ts_ms}
 * if the transform was not told where from.
 */
final class AddedFields {

    /** As {@code ExtractNewRecordState} calls them unless told otherwise. */
    static final String PREFIX = "__";

    /** Beside the row of a change event stands nothing: it is a column there, whatever it is called. */
    static final AddedFields NONE = new AddedFields();

    private static final String DELETED = "__deleted";
    private static final Set<String> TRANSACTION = Set.of("id", "total_order", "data_collection_order");

    private final String prefix;
    private final Set<String> names;
    private final Map<String, String> beside = new ConcurrentHashMap<>();

    private AddedFields() {
        this.prefix = PREFIX;
        this.names = Set.of();
    }

    AddedFields(String prefix) {
        Set<String> plain = new LinkedHashSet<>(EnvelopePlan.HARMLESS);
        plain.remove("transaction");
        plain.addAll(SourceBlock.HARMLESS);
        SourceBlock.HARMLESS.forEach(name -> plain.add("source_" + name));
        plain.addAll(TRANSACTION);
        TRANSACTION.forEach(name -> plain.add("transaction_" + name));
        this.prefix = prefix;
        this.names = plain.stream().map(name -> prefix + name).collect(Collectors.toSet());
        names.add(DELETED);
    }

    /** True for a field of this name with a single value; what is inside of others is not known. */
    boolean contains(String name, @Nullable Schema schema) {
        return names.contains(name) && (schema == null || schema.type().isPrimitive());
    }

    /** The same where there may be no schema. */
    boolean contains(String name, @Nullable Schema schema, @Nullable Object value) {
        return contains(name, schema) && (value == null || value instanceof String || value instanceof Number);
    }

    /** The name it has beside a row. */
    String name(String plain) {
        return plain.equals("deleted") ? DELETED : beside.computeIfAbsent(plain, prefix::concat);
    }
}

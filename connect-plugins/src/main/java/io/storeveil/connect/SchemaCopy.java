package io.storeveil.connect;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Schemas like another one, but for what a protection changes. */
final class SchemaCopy {

    private static final String SOURCE_TYPE = "__debezium.source.column.type";
    private static final String SOURCE_LENGTH = "__debezium.source.column.length";
    private static final String SOURCE_SCALE = "__debezium.source.column.scale";
    private static final Map<String, String> WITHOUT_SEQUENCE =
            Map.of("SMALLSERIAL", "INT2", "SERIAL", "INT4", "BIGSERIAL", "INT8");
    /** Types whose length counts characters; one that the store has named itself is not among them. */
    private static final Set<String> CHARACTERS = Set.of("VARCHAR", "BPCHAR", "CHAR");

    private static final Set<String> OF_THE_TEXT = Set.of(SOURCE_TYPE, SOURCE_LENGTH, OriginalType.PARAMETER);
    /** PostgreSQL says this of a text without a limit; sinks have none that is longer. */
    private static final int LONGEST = 10_000_000;

    private SchemaCopy() {}

    /** The same, with null allowed. */
    static Schema optional(Schema schema) {
        if (schema.isOptional()) {
            return schema;
        }
        SchemaBuilder copy = sameType(schema).name(schema.name()).optional();
        return described(copy, schema, nullable(parameters(schema)), schema.defaultValue());
    }

    /** The same type without defaults, its own and any inside: a default is the store's and not protected. */
    static Schema withoutDefault(Schema schema, boolean optional, @Nullable Integer length) {
        Map<String, String> parameters = parameters(schema);
        if (length != null && !length.equals(length(schema))) {
            parameters.computeIfPresent(SOURCE_LENGTH, (name, old) -> length.toString());
        }
        SchemaBuilder copy =
                switch (schema.type()) {
                    case ARRAY -> SchemaBuilder.array(bare(schema.valueSchema()));
                    case MAP -> SchemaBuilder.map(bare(schema.keySchema()), bare(schema.valueSchema()));
                    case STRUCT -> {
                        SchemaBuilder struct = SchemaBuilder.struct();
                        schema.fields().forEach(field -> struct.field(field.name(), bare(field.schema())));
                        yield struct;
                    }
                    default -> SchemaBuilder.type(schema.type());
                };
        copy.name(schema.name());
        return optional
                ? described(copy.optional(), schema, nullable(parameters), null)
                : described(copy, schema, parameters, null);
    }

    private static Schema bare(Schema schema) {
        return withoutDefault(schema, schema.isOptional(), null);
    }

    /** A sink would make a serial of it, which is never null. */
    private static Map<String, String> nullable(Map<String, String> parameters) {
        parameters.computeIfPresent(SOURCE_TYPE, (name, type) -> WITHOUT_SEQUENCE.getOrDefault(type, type));
        return parameters;
    }

    /** The same but for what is inside; without its default. */
    static Schema like(Schema schema, SchemaBuilder inside, boolean optional) {
        SchemaBuilder copy = inside.name(schema.name());
        return described(optional ? copy.optional() : copy, schema, schema.parameters(), null);
    }

    /** A text in place of whatever it was: no logical name, no default, and the length a sink must make room for. */
    static Schema text(Schema schema, boolean optional, @Nullable Integer length) {
        Map<String, String> parameters = parameters(schema);
        parameters.remove(OriginalType.ALLOWED);
        parameters.remove("scale");
        parameters.remove("length");
        parameters.remove("connect.decimal.precision");
        parameters.remove(SOURCE_SCALE);
        if (parameters.containsKey(SOURCE_TYPE) || parameters.containsKey(SOURCE_LENGTH)) {
            parameters.put(SOURCE_TYPE, length == null ? "TEXT" : "VARCHAR");
            parameters.remove(SOURCE_LENGTH);
            if (length != null) {
                parameters.put(SOURCE_LENGTH, length.toString());
            }
        }
        SchemaBuilder text = SchemaBuilder.string();
        return described(optional ? text.optional() : text, schema, parameters, null);
    }

    /**
     * The same text, with what it was before it was protected, so that {@link #original} can restore it. What is still of
     * the same type says nothing: a converter writes the schema beside each record.
     */
    static Schema remembering(Schema text, Schema original) {
        if (optional(text).equals(withoutDefault(original, true, null))) {
            return text;
        }
        Map<String, String> parameters = parameters(text);
        Map<String, String> kept = new LinkedHashMap<>(parameters);
        kept.keySet().removeAll(OF_THE_TEXT);
        parameters.put(OriginalType.PARAMETER, OriginalType.of(original, kept));
        SchemaBuilder copy = sameType(text).name(text.name());
        return described(text.isOptional() ? copy.optional() : copy, text, parameters, text.defaultValue());
    }

    /** What a text was before it was protected, with null allowed; null if its schema does not say: then it was a text. */
    static @Nullable Schema original(Schema text) {
        Map<String, String> kept = parameters(text);
        String original = kept.get(OriginalType.PARAMETER);
        kept.keySet().removeAll(OF_THE_TEXT);
        return original == null ? null : OriginalType.restore(original, text.doc(), kept);
    }

    /** Longest text in characters, where the schema says so: of a number, Debezium gives the digits as its length. */
    static @Nullable Integer length(Schema schema) {
        Map<String, String> parameters = schema.parameters() == null ? Map.of() : schema.parameters();
        String length = parameters.get(SOURCE_LENGTH);
        if (length == null
                || !CHARACTERS.contains(parameters.getOrDefault(SOURCE_TYPE, ""))
                || !length.matches("[0-9]{1,8}")
                || Integer.parseInt(length) > LONGEST) {
            return null;
        }
        return Integer.valueOf(length);
    }

    /** A struct's values under an equal schema that allows null. */
    static Object under(Schema schema, Object value) {
        if (!(value instanceof Struct struct) || struct.schema() == schema) {
            return value;
        }
        Struct copy = new Struct(schema);
        for (Field field : schema.fields()) {
            copy.put(field, struct.getWithoutDefault(field.name()));
        }
        return copy;
    }

    /** A struct's schema with other fields. */
    static SchemaBuilder emptyLike(Schema schema) {
        SchemaBuilder copy = SchemaBuilder.struct().name(schema.name());
        if (schema.isOptional()) {
            copy.optional();
        }
        if (schema.version() != null) {
            copy.version(schema.version());
        }
        if (schema.doc() != null) {
            copy.doc(schema.doc());
        }
        return schema.parameters() == null ? copy : copy.parameters(schema.parameters());
    }

    private static SchemaBuilder sameType(Schema schema) {
        return switch (schema.type()) {
            case ARRAY -> SchemaBuilder.array(schema.valueSchema());
            case MAP -> SchemaBuilder.map(schema.keySchema(), schema.valueSchema());
            case STRUCT -> {
                SchemaBuilder struct = SchemaBuilder.struct();
                schema.fields().forEach(field -> struct.field(field.name(), field.schema()));
                yield struct;
            }
            default -> SchemaBuilder.type(schema.type());
        };
    }

    private static Schema described(
            SchemaBuilder copy, Schema like, @Nullable Map<String, String> parameters, @Nullable Object defaultValue) {
        if (copy.name() != null && like.version() != null) {
            copy.version(like.version());
        }
        if (like.doc() != null) {
            copy.doc(like.doc());
        }
        if (parameters != null && !parameters.isEmpty()) {
            copy.parameters(parameters);
        }
        if (defaultValue != null) {
            copy.defaultValue(defaultValue);
        }
        return copy.build();
    }

    private static Map<String, String> parameters(Schema schema) {
        return schema.parameters() == null ? new LinkedHashMap<>() : new LinkedHashMap<>(schema.parameters());
    }
}

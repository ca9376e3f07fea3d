package io.storeveil.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the JSON Schema for editors from the declaration of the language. */
final class SchemaWriter {

    private static final Map<String, Shape> NAMED = named();

    private SchemaWriter() {}

    private static Map<String, Shape> named() {
        Map<String, Shape> named = new LinkedHashMap<>();
        named.put("in-stream", Language.IN_STREAM);
        named.put("at-rest", Language.AT_REST);
        named.put("purpose", Language.PURPOSE);
        named.put("subject", Language.SUBJECT);
        named.put("table", Language.TABLE_BODY);
        named.put("owner", Language.OWNER);
        named.put("column", Language.COLUMN_BODY);
        named.put("path", Language.PATH_BODY);
        return named;
    }

    static String json() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", "https://storeveil.io/policy.schema.json");
        schema.put("title", "Storeveil policy");
        schema.put(
                "description",
                "What must happen to every field and row of a store, and why. Written from the loader's own declaration"
                        + " of the language; the loader also checks what a schema cannot.");
        schema.putAll(body(Language.ROOT));
        Map<String, Object> definitions = new LinkedHashMap<>();
        NAMED.forEach((name, shape) -> definitions.put(name, body(shape)));
        schema.put("$defs", definitions);
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        printer.indentObjectsWith(indenter);
        try {
            return new ObjectMapper().writer(printer).writeValueAsString(schema) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> schema(Shape shape) {
        for (Map.Entry<String, Shape> named : NAMED.entrySet()) {
            if (named.getValue().equals(shape)) {
                return new LinkedHashMap<>(Map.of("$ref", "#/$defs/" + named.getKey()));
            }
        }
        return body(shape);
    }

    private static Map<String, Object> body(Shape shape) {
        Map<String, Object> schema = new LinkedHashMap<>();
        if (shape instanceof Shape.Text text) {
            schema.put("type", "string");
            schema.put("pattern", "^(?:" + text.pattern().pattern() + ")$");
            schema.put("title", text.allowed());
        } else if (shape instanceof Shape.Word word) {
            List<Object> words = new ArrayList<>(word.words());
            if (words.contains("null")) {
                words.add(null);
            }
            schema.put("enum", words);
        } else if (shape instanceof Shape.YesNo) {
            schema.put("type", "boolean");
        } else if (shape instanceof Shape.Value) {
            schema.put("type", List.of("string", "number", "boolean"));
        } else if (shape instanceof Shape.ListOf list) {
            schema.put("type", "array");
            schema.put("items", schema(list.item()));
            schema.put("minItems", list.least());
            if (list.item() instanceof Shape.Text) {
                schema.put("uniqueItems", true);
            }
        } else if (shape instanceof Shape.Pair pair) {
            schema.put("type", "array");
            schema.put("title", pair.allowed());
            schema.put("prefixItems", List.of(schema(pair.first()), schema(pair.second())));
            schema.put("minItems", 2);
            schema.put("items", false);
        } else if (shape instanceof Shape.MapOf map) {
            schema.put("type", "object");
            schema.put("title", map.allowed());
            schema.put("propertyNames", schema(map.key()));
            schema.put("additionalProperties", schema(map.value()));
            schema.put("minProperties", map.least());
            if (map.most() < Integer.MAX_VALUE) {
                schema.put("maxProperties", map.most());
            }
        } else if (shape instanceof Shape.Fields fields) {
            schema.putAll(fields(fields));
        } else if (shape instanceof Shape.Either either) {
            schema.put(
                    "anyOf", either.shapes().stream().map(SchemaWriter::schema).toList());
        }
        return schema;
    }

    private static Map<String, Object> fields(Shape.Fields fields) {
        Map<String, Object> properties = new LinkedHashMap<>();
        fields.fields().forEach((key, field) -> {
            Map<String, Object> described = new LinkedHashMap<>(Map.of("description", field.doc()));
            described.putAll(schema(field.shape()));
            properties.put(key, described);
        });
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put(
                "required",
                fields.fields().entrySet().stream()
                        .filter(field -> field.getValue().required())
                        .map(Map.Entry::getKey)
                        .toList());
        schema.put("additionalProperties", false);
        return schema;
    }
}

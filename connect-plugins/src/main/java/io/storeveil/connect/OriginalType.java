package io.storeveil.connect;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A column's type before it became a text, written into the text's schema as a parameter, so that who opens the text can
 * restore the type. Frozen, as it lies in topics:
 *
 * <pre>type = kind ["?"] [inside] ["=" name ["@" version]] ["[" key "~" value {"&" key "~" value} "]"]
 * inside = "&lt;" type {"," type} "&gt;"  |  "{" [field ":" type {"," field ":" type}] "}"</pre>
 *
 * {@code kind} is Connect's, in lower case; "?" says that null is allowed inside; names and values are URL-encoded. Of
 * the outermost type it names only the parameters that the text's schema has not; it is always optional once restored,
 * and no default is, nor an enum's labels: {@code int32=io.debezium.time.Date@1}.
 */
final class OriginalType {

    /** The schema parameter's name. */
    static final String PARAMETER = "storeveil.type";

    /** An enum's labels, of which the column's values are some: they stay in the store. */
    static final String ALLOWED = "allowed";

    private final String text;
    private int at;

    private OriginalType(String text) {
        this.text = text;
    }

    static String of(Schema original, Map<String, String> kept) {
        StringBuilder out = new StringBuilder();
        write(original, kept, out);
        return out.toString();
    }

    /**
     * @param text as {@link #of} wrote it
     * @param kept parameters that the column has as a text and had before
     * @throws IllegalArgumentException if it is something else
     */
    static Schema restore(String text, @Nullable String doc, Map<String, String> kept) {
        OriginalType reader = new OriginalType(text);
        SchemaBuilder schema = reader.read(kept);
        if (reader.at != text.length()) {
            throw reader.wrong();
        }
        return (doc == null ? schema : schema.doc(doc)).optional().build();
    }

    private static void write(Schema schema, Map<String, String> kept, StringBuilder out) {
        out.append(schema.type().getName());
        switch (schema.type()) {
            case ARRAY -> {
                out.append('<');
                inside(schema.valueSchema(), out);
                out.append('>');
            }
            case MAP -> {
                out.append('<');
                inside(schema.keySchema(), out);
                out.append(',');
                inside(schema.valueSchema(), out);
                out.append('>');
            }
            case STRUCT -> {
                String separator = "{";
                for (Field field : schema.fields()) {
                    out.append(separator).append(encode(field.name())).append(':');
                    inside(field.schema(), out);
                    separator = ",";
                }
                out.append(schema.fields().isEmpty() ? "{}" : "}");
            }
            default -> {}
        }
        if (schema.name() != null) {
            out.append('=').append(encode(schema.name()));
            if (schema.version() != null) {
                out.append('@').append(schema.version());
            }
        }
        parameters(schema, kept, out);
    }

    private static void inside(Schema schema, StringBuilder out) {
        int begin = out.length();
        write(schema, Map.of(), out);
        if (schema.isOptional()) {
            out.insert(begin + schema.type().getName().length(), '?');
        }
    }

    private static void parameters(Schema schema, Map<String, String> kept, StringBuilder out) {
        Map<String, String> own = new TreeMap<>(schema.parameters() == null ? Map.of() : schema.parameters());
        own.entrySet().removeAll(kept.entrySet());
        own.remove(ALLOWED);
        Iterator<Map.Entry<String, String>> each = own.entrySet().iterator();
        for (String separator = "["; each.hasNext(); separator = "&") {
            Map.Entry<String, String> parameter = each.next();
            out.append(separator).append(encode(parameter.getKey())).append('~').append(encode(parameter.getValue()));
        }
        out.append(own.isEmpty() ? "" : "]");
    }

    private SchemaBuilder read(Map<String, String> kept) {
        Schema.Type type = type();
        boolean optional = next('?');
        SchemaBuilder schema =
                switch (type) {
                    case ARRAY -> array();
                    case MAP -> map();
                    case STRUCT -> struct();
                    default -> SchemaBuilder.type(type);
                };
        if (next('=')) {
            schema.name(token());
            if (next('@')) {
                schema.version(Integer.parseInt(token()));
            }
        }
        Map<String, String> parameters = new LinkedHashMap<>(kept);
        if (next('[')) {
            do {
                String key = token();
                expect('~');
                parameters.put(key, token());
            } while (next('&'));
            expect(']');
        }
        parameters.forEach(schema::parameter);
        return optional ? schema.optional() : schema;
    }

    private SchemaBuilder array() {
        expect('<');
        SchemaBuilder array = SchemaBuilder.array(read(Map.of()).build());
        expect('>');
        return array;
    }

    private SchemaBuilder map() {
        expect('<');
        Schema key = read(Map.of()).build();
        expect(',');
        SchemaBuilder map = SchemaBuilder.map(key, read(Map.of()).build());
        expect('>');
        return map;
    }

    private SchemaBuilder struct() {
        SchemaBuilder struct = SchemaBuilder.struct();
        expect('{');
        if (!next('}')) {
            do {
                String name = token();
                expect(':');
                struct.field(name, read(Map.of()).build());
            } while (next(','));
            expect('}');
        }
        return struct;
    }

    private Schema.Type type() {
        String name = token();
        for (Schema.Type type : Schema.Type.values()) {
            if (type.getName().equals(name)) {
                return type;
            }
        }
        throw wrong();
    }

    private String token() {
        int begin = at;
        while (at < text.length() && "?<>{},:=@[]~&".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return URLDecoder.decode(text.substring(begin, at), StandardCharsets.UTF_8);
    }

    private boolean next(char sign) {
        boolean found = at < text.length() && text.charAt(at) == sign;
        at += found ? 1 : 0;
        return found;
    }

    private void expect(char sign) {
        if (!next(sign)) {
            throw wrong();
        }
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("no type at character " + at + " of " + PARAMETER);
    }

    private static String encode(@Nullable String token) {
        return URLEncoder.encode(String.valueOf(token), StandardCharsets.UTF_8);
    }
}

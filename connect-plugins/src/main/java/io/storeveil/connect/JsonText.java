package io.storeveil.connect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Arrays, maps and structs as JSON, so that a protection can take them: structs as objects, maps as objects when all
 * keys are texts and as arrays of pairs otherwise, bytes as Base64, Connect's dates as milliseconds since 1970.
 */
@SuppressWarnings("JavaUtilDate") // Connect's own logical types
final class JsonText {

    /** PostgreSQL's own limits are larger than what a parser allows at first: a text may be 1 GB, a number 147,455 digits. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(200_000)
                    .maxNestingDepth(1_000)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private JsonText() {}

    /** The text is no JSON, or nested more than 1,000 deep. Says nothing of it. */
    static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        private Malformed() {
            super("not JSON", null, false, false);
        }
    }

    /**
     * A JSON text as maps, lists, texts, numbers ({@link Long}, {@link java.math.BigInteger}, {@link BigDecimal}), true,
     * false and null. Of members with one name the last counts.
     */
    static @Nullable Object read(String json) throws Malformed {
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            Object value = value(parser);
            if (parser.nextToken() != null) {
                throw new Malformed();
            }
            return value;
        } catch (IOException e) {
            throw new Malformed();
        }
    }

    private static @Nullable Object value(JsonParser parser) throws IOException, Malformed {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new Malformed();
        }
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? parser.getBigIntegerValue()
                        : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new Malformed();
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException, Malformed {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private static List<@Nullable Object> array(JsonParser parser) throws IOException, Malformed {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    static String of(@Nullable Object value) {
        StringBuilder json = new StringBuilder();
        write(value, json);
        return json.toString();
    }

    private static void write(@Nullable Object value, StringBuilder json) {
        if (value == null || value instanceof Boolean) {
            json.append(value);
        } else if (value instanceof BigDecimal decimal) {
            // a few characters can stand for more digits than there is memory
            json.append(Math.abs((long) decimal.scale()) > 1_000 ? decimal.toString() : decimal.toPlainString());
        } else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            json.append(Double.isFinite(number) ? value.toString() : "\"" + value + "\"");
        } else if (value instanceof Number) {
            json.append(value);
        } else if (value instanceof Date date) {
            json.append(date.getTime());
        } else if (value instanceof byte[] bytes) {
            text(Base64.getEncoder().encodeToString(bytes), json);
        } else if (value instanceof ByteBuffer buffer) {
            text(Base64.getEncoder().encodeToString(FieldShape.bytes(buffer)), json);
        } else if (value instanceof Struct struct) {
            struct(struct, json);
        } else if (value instanceof Map<?, ?> map) {
            map(map, json);
        } else if (value instanceof Collection<?> list) {
            list(list, json);
        } else {
            text(value.toString(), json);
        }
    }

    private static void struct(Struct struct, StringBuilder json) {
        json.append('{');
        for (Field field : struct.schema().fields()) {
            if (field.index() > 0) {
                json.append(',');
            }
            text(field.name(), json);
            json.append(':');
            write(struct.getWithoutDefault(field.name()), json);
        }
        json.append('}');
    }

    private static void map(Map<?, ?> map, StringBuilder json) {
        boolean object = map.keySet().stream().allMatch(String.class::isInstance);
        String separator = "";
        json.append(object ? '{' : '[');
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            json.append(separator).append(object ? "" : "[");
            write(entry.getKey(), json);
            json.append(object ? ':' : ',');
            write(entry.getValue(), json);
            json.append(object ? "" : "]");
            separator = ",";
        }
        json.append(object ? '}' : ']');
    }

    private static void list(Collection<?> list, StringBuilder json) {
        String separator = "";
        json.append('[');
        for (Object element : list) {
            json.append(separator);
            write(element, json);
            separator = ",";
        }
        json.append(']');
    }

    private static void text(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}

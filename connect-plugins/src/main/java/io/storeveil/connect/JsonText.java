package io.storeveil.connect;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
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

    private JsonText() {}

    static String of(Object value) {
        StringBuilder json = new StringBuilder();
        write(value, json);
        return json.toString();
    }

    private static void write(@Nullable Object value, StringBuilder json) {
        if (value == null || value instanceof Boolean) {
            json.append(value);
        } else if (value instanceof BigDecimal decimal) {
            json.append(decimal.toPlainString());
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

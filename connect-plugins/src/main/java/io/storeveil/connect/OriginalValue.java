package io.storeveil.connect;

import static java.util.Objects.requireNonNull;

import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.protect.Opened;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Opened values as they were before they were protected. */
@SuppressWarnings("JavaUtilDate") // Connect's own logical types
final class OriginalValue {

    private OriginalValue() {}

    /** @throws IllegalArgumentException if the value is of another kind than the type */
    static Object of(Opened.Value opened, Schema type) {
        FieldShape shape = FieldShape.of(type);
        if (shape.kind() != opened.kind()) {
            throw new IllegalArgumentException("another kind");
        }
        return shape.kind() == Kind.OTHER
                ? requireNonNull(shaped(json((String) opened.value()), type))
                : narrow(shape.write(opened.value(), type), type);
    }

    /** Without a schema: numbers, truth values, bytes and JSON as they are, everything else as ISO 8601 text. */
    static Object plain(Opened.Value opened) {
        Object value = opened.value();
        return switch (opened.kind()) {
            case BOOLEAN, INTEGER, FLOAT, DECIMAL, TEXT, BYTES, JSON, UUID -> value;
            case OTHER -> requireNonNull(json((String) value));
            case DATE, TIME, TIMESTAMP, INSTANT -> value.toString();
        };
    }

    /** True for a text without a meaning of its own that is long enough: a sink can store the marker in it. */
    static boolean holdsMarker(Schema type) {
        Integer length = SchemaCopy.length(type);
        return type.type() == Schema.Type.STRING
                && type.name() == null
                && (length == null || length >= Ciphertext.ERASED.length());
    }

    /** In the form that Debezium would have given it. */
    static Object placeholder(Placeholder placeholder, Schema type) {
        ByteBuffer bytes = ByteBuffer.wrap(placeholder.text().getBytes(StandardCharsets.UTF_8));
        return switch (type.type()) {
            case STRING -> placeholder.text();
            case BYTES -> bytes;
            case MAP -> Map.of(placeholder.text(), placeholder.text());
            case ARRAY -> List.of(placeholder.text());
            default -> throw new IllegalArgumentException("no placeholder of this type");
        };
    }

    private static @Nullable Object json(String text) {
        try {
            return JsonText.read(text);
        } catch (JsonText.Malformed e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The inverse of {@link JsonText#of} for one type. */
    private static @Nullable Object shaped(@Nullable Object tree, Schema type) {
        if (tree == null) {
            return null;
        }
        return switch (type.type()) {
            case ARRAY ->
                ((List<?>) tree)
                        .stream()
                                .map(element -> shaped(element, type.valueSchema()))
                                .collect(Collectors.toCollection(ArrayList::new));
            case MAP -> map(tree, type);
            case STRUCT -> {
                Struct struct = new Struct(type);
                type.fields()
                        .forEach(field ->
                                struct.put(field, shaped(((Map<?, ?>) tree).get(field.name()), field.schema())));
                yield struct;
            }
            case BYTES ->
                Decimal.LOGICAL_NAME.equals(type.name())
                        ? narrow(FieldShape.DECIMAL.write(new BigDecimal(tree.toString()), type), type)
                        : ByteBuffer.wrap(Base64.getDecoder().decode((String) tree));
            case FLOAT32, FLOAT64 -> narrow(Double.valueOf(tree.toString()), type);
            case INT8, INT16, INT32, INT64 -> {
                FieldShape shape = FieldShape.of(type);
                boolean date = shape == FieldShape.CONNECT_DATE
                        || shape == FieldShape.CONNECT_TIME
                        || shape == FieldShape.CONNECT_TIMESTAMP;
                yield date ? new Date((Long) tree) : narrow(tree, type);
            }
            case STRING, BOOLEAN -> tree;
        };
    }

    private static Map<Object, @Nullable Object> map(Object tree, Schema type) {
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        if (tree instanceof Map<?, ?> object) {
            object.forEach((key, value) -> map.put(key, shaped(value, type.valueSchema())));
        } else {
            for (Object pair : (List<?>) tree) {
                List<?> entry = (List<?>) pair;
                map.put(
                        requireNonNull(shaped(entry.get(0), type.keySchema())),
                        shaped(entry.get(1), type.valueSchema()));
            }
        }
        return map;
    }

    private static Object narrow(Object value, Schema type) {
        if (!(value instanceof Long || value instanceof Double)) {
            return value;
        }
        Number number = (Number) value;
        return switch (type.type()) {
            case INT8 -> (byte) exact(number, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case INT16 -> (short) exact(number, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT32 -> (int) exact(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case FLOAT32 -> number.floatValue();
            default -> value;
        };
    }

    private static long exact(Number number, long least, long most) {
        long value = new BigDecimal(number.toString()).longValueExact();
        if (value < least || value > most) {
            throw new ArithmeticException("too large");
        }
        return value;
    }
}

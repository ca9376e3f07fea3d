package io.storeveil.connect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What Debezium puts where PostgreSQL did not send a large value because it had not changed. It is nobody's data, and a
 * sink that knows it must still recognise it: it passes, in each of the forms Debezium gives it.
 */
final class Placeholder {

    private final String text;
    private final byte[] bytes;
    private final String uuid;
    private final String json;

    Placeholder(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
        this.uuid = UUID.nameUUIDFromBytes(bytes).toString();
        this.json = "{\"" + text + "\":\"" + text + "\"}";
    }

    String text() {
        return text;
    }

    boolean is(@Nullable Object value) {
        if (value instanceof String string) {
            int length = string.length();
            return length >= text.length() && (string.equals(text) || string.equals(json));
        }
        if (value instanceof ByteBuffer buffer) {
            return buffer.equals(ByteBuffer.wrap(bytes));
        }
        if (value instanceof byte[] array) {
            return Arrays.equals(array, bytes);
        }
        if (value instanceof Map<?, ?> map) {
            return map.size() == 1 && text.equals(map.get(text));
        }
        return value instanceof List<?> list && isList(list);
    }

    /** One element that is a placeholder itself, or the placeholder's bytes as numbers. */
    private boolean isList(List<?> list) {
        if (list.size() == 1) {
            Object only = list.get(0);
            return !(only instanceof List) && (uuid.equals(only) || is(only));
        }
        if (list.size() != bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (!(list.get(i) instanceof Number number) || number.longValue() != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}

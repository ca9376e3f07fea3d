package io.storeveil.retention.drain;

import io.storeveil.keys.KeyState;
import io.storeveil.policy.Column;
import io.storeveil.policy.JsonPath;
import io.storeveil.policy.Table;
import io.storeveil.protect.Ciphertext;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether a copy of an erased person's row still tells what was under their key: a ciphertext that opens, or a value in the
 * clear, as a sink's table has it that shows a purpose.
 */
final class Legible {

    private static final JsonMapper JSON = new JsonMapper();

    private final KeyState keys;
    private final String placeholder;

    /** @param placeholder of the stream for a large value that did not change */
    Legible(KeyState keys, String placeholder) {
        this.keys = keys;
        this.placeholder = placeholder;
    }

    /** @param copy by the table's columns; missing or null where it has none */
    boolean row(Table table, Function<String, JsonNode> copy) {
        return table.columns().values().stream().anyMatch(column -> column(column, copy.apply(column.name())));
    }

    private boolean column(Column column, JsonNode value) {
        if (!column.ownerKeyed()) {
            return false;
        }
        if (column.inside().isEmpty() || !value.isString()) {
            return parts(column, value);
        }
        try {
            return !saysNothing(value.stringValue()) && parts(column, JSON.readTree(value.stringValue()));
        } catch (JacksonException malformed) {
            return true;
        }
    }

    private boolean parts(Column column, JsonNode value) {
        return column.inside().isEmpty()
                ? tells(value)
                : column.inside().entrySet().stream()
                        .anyMatch(part -> part.getValue().ownerKeyed()
                                && at(value, part.getKey().steps()).anyMatch(this::tells));
    }

    private static Stream<JsonNode> at(JsonNode value, List<JsonPath.Step> steps) {
        if (steps.isEmpty()) {
            return Stream.of(value);
        }
        Stream<JsonNode> next = steps.get(0) instanceof JsonPath.Member member
                ? Stream.of(value.path(member.name()))
                : value.values().stream();
        return next.flatMap(inner -> at(inner, steps.subList(1, steps.size())));
    }

    private boolean tells(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (value.isContainer()) {
            return value.values().stream().anyMatch(this::tells);
        }
        if (!value.isString()) {
            return true;
        }
        String text = value.stringValue();
        return !text.equals(placeholder) && !Ciphertext.isErased(keys, text);
    }

    private boolean saysNothing(String text) {
        return text.equals(Ciphertext.ERASED) || text.equals(placeholder);
    }
}

package io.storeveil.retention.drain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * A change record as the JSON converter wrote it, with or without the schema beside the payload, as Debezium's envelope
 * or flattened.
 */
final class Change {

    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode key;
    private final JsonNode value;

    private Change(JsonNode key, JsonNode value) {
        this.key = key;
        this.value = value;
    }

    /** Empty if key or value is not JSON: another converter wrote it. */
    static Optional<Change> read(byte @Nullable [] key, byte @Nullable [] value) {
        try {
            return Optional.of(new Change(payload(key), payload(value)));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static JsonNode payload(byte @Nullable [] bytes) {
        if (bytes == null) {
            return MissingNode.getInstance();
        }
        JsonNode read = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
        return read.has("schema") && read.has("payload") && read.size() == 2 ? read.path("payload") : read;
    }

    boolean tombstone() {
        return value.isMissingNode() || value.isNull();
    }

    boolean deleted() {
        return tombstone()
                || (enveloped() && value.path("op").asString("").equals("d"))
                || value.path("__deleted").asString("").equals("true");
    }

    /** The row after the change. */
    JsonNode row() {
        return enveloped() ? value.path("after") : value;
    }

    /** The row before and after the change, as far as the record has them. */
    List<JsonNode> images() {
        return enveloped() ? List.of(value.path("before"), value.path("after")) : List.of(value);
    }

    /** Where in the store's log the change stands, by the envelope's source or {@code add.fields} of the flattening. */
    OptionalLong lsn() {
        for (JsonNode lsn :
                List.of(value.path("source").path("lsn"), value.path("__lsn"), value.path("__source_lsn"))) {
            if (lsn.isIntegralNumber()) {
                return OptionalLong.of(lsn.asLong());
            }
        }
        return OptionalLong.empty();
    }

    /**
     * The record key as the journal spells it: the values joined by commas.
     *
     * @param columns the key's columns in the policy's order; the record's own order where it names others
     */
    Optional<String> rowRef(List<String> columns) {
        if (key.isMissingNode() || key.isNull()) {
            return Optional.empty();
        }
        if (!key.isObject()) {
            return Optional.of(key.asString(""));
        }
        List<String> values = new ArrayList<>();
        boolean named = !columns.isEmpty() && columns.stream().allMatch(key::has);
        if (named) {
            columns.forEach(column -> values.add(key.path(column).asString("")));
        } else {
            key.forEach(part -> values.add(part.asString("")));
        }
        return Optional.of(String.join(",", values));
    }

    private boolean enveloped() {
        return value.has("op") && (value.has("after") || value.has("before"));
    }
}

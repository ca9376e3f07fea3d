package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** What a record is, told by its schema's name and its source block, never by guessing from a value. */
enum RecordKind {
    HEARTBEAT("heartbeat", "a time, by its schema's name", "passes"),
    TRANSACTION("transaction metadata", "an id and counts, by its schema's name", "passes"),
    /** The text can hold literal values. */
    SCHEMA_CHANGE("schema change", "a DDL statement, by its schema's name", "left out"),
    /** {@code pg_logical_emit_message}: whatever an application wrote. */
    MESSAGE("logical decoding message", "by its schema's name or operation `m`", "left out"),
    TRUNCATE("truncate", "operation `t`: no row in it", "passes, its source block made harmless"),
    CHANGE(
            "change",
            "operations `r` (read by a snapshot), `c`, `u`, `d`",
            "`after` and `before` protected; of `before`, with `before=key`, the key's columns alone"),
    TOMBSTONE("tombstone", "no value: the row with this key is gone", "its key protected"),
    ROW(
            "flattened row",
            "anything else, of a table that its added fields or its topic name",
            "protected as `after` is");

    private static final String HEARTBEAT_VALUE = "io.debezium.connector.common.Heartbeat";
    private static final String HEARTBEAT_KEY = "io.debezium.connector.common.ServerNameKey";
    private static final String TRANSACTION_VALUE = "io.debezium.connector.common.TransactionMetadataValue";
    private static final String TRANSACTION_KEY = "io.debezium.connector.common.TransactionMetadataKey";
    private static final String MESSAGE_VALUE = "io.debezium.connector.postgresql.MessageValue";
    private static final Set<String> HEARTBEAT_FIELDS = Set.of("ts_ms");
    private static final Set<String> TRANSACTION_FIELDS =
            Set.of("status", "id", "event_count", "data_collections", "ts_ms");
    private static final Set<String> CHANGES = Set.of("r", "c", "u", "d");

    private final String word;
    private final String sign;
    private final String becomes;

    RecordKind(String word, String sign, String becomes) {
        this.word = word;
        this.sign = sign;
        this.becomes = becomes;
    }

    String word() {
        return word;
    }

    /** How it is known, for the documentation. */
    String sign() {
        return sign;
    }

    /** What leaves Protect, for the documentation. */
    String becomes() {
        return becomes;
    }

    static RecordKind of(ConnectRecord<?> record, Place place) {
        if (record.value() == null) {
            return TOMBSTONE;
        }
        Schema schema = record.valueSchema();
        if (schema == null && record.value() instanceof Map<?, ?> value) {
            return isEnvelope(value) ? operation(value, place) : withoutRow(record.topic(), value);
        }
        if (schema == null || !(record.value() instanceof Struct value)) {
            throw new ProtectionStopped(Reason.NO_STRUCT, place);
        }
        String name = schema.name() == null ? "" : schema.name();
        return switch (name) {
            case HEARTBEAT_VALUE -> known(HEARTBEAT, record.keySchema(), HEARTBEAT_KEY, place);
            case TRANSACTION_VALUE -> known(TRANSACTION, record.keySchema(), TRANSACTION_KEY, place);
            case MESSAGE_VALUE -> MESSAGE;
            default -> {
                if (name.startsWith("io.debezium.connector.") && name.endsWith(".SchemaChangeValue")) {
                    yield SCHEMA_CHANGE;
                }
                yield isEnvelope(schema) ? operation(value, place) : ROW;
            }
        };
    }

    /** Without a schema's name, Debezium's own records are known by their topic and by having exactly their fields. */
    private static RecordKind withoutRow(@Nullable String topic, Map<?, ?> value) {
        String name = String.valueOf(topic);
        if (name.startsWith("__debezium-heartbeat") && value.keySet().equals(HEARTBEAT_FIELDS)) {
            return HEARTBEAT;
        }
        boolean status = "BEGIN".equals(value.get("status")) || "END".equals(value.get("status"));
        return status && name.endsWith(".transaction") && value.keySet().equals(TRANSACTION_FIELDS) ? TRANSACTION : ROW;
    }

    private static RecordKind known(RecordKind kind, @Nullable Schema key, String keyName, Place place) {
        if (key != null && !keyName.equals(key.name())) {
            throw new ProtectionStopped(Reason.WRONG_KEY, place, kind.word);
        }
        return kind;
    }

    static boolean isEnvelope(Schema schema) {
        return isStruct(schema, "source") && schema.field("op") != null;
    }

    private static boolean isEnvelope(Map<?, ?> value) {
        return value.get("source") instanceof Map && value.containsKey("op");
    }

    private static boolean isStruct(Schema schema, String field) {
        return schema.field(field) != null && schema.field(field).schema().type() == Schema.Type.STRUCT;
    }

    private static RecordKind operation(Struct envelope, Place place) {
        boolean rows = isStruct(envelope.schema(), "before") && isStruct(envelope.schema(), "after");
        return operation(envelope.getWithoutDefault("op"), rows && envelope.getWithoutDefault("source") != null, place);
    }

    private static RecordKind operation(Map<?, ?> envelope, Place place) {
        return operation(envelope.get("op"), isRow(envelope.get("before")) && isRow(envelope.get("after")), place);
    }

    private static boolean isRow(@Nullable Object row) {
        return row == null || row instanceof Map;
    }

    static boolean isChange(@Nullable Object operation) {
        return operation instanceof String known && CHANGES.contains(known);
    }

    /** @param complete with places for rows and a source */
    private static RecordKind operation(@Nullable Object operation, boolean complete, Place place) {
        if ("m".equals(operation)) {
            return MESSAGE;
        }
        if (complete && "t".equals(operation)) {
            return TRUNCATE;
        }
        if (complete && isChange(operation)) {
            return CHANGE;
        }
        throw new ProtectionStopped(Reason.UNKNOWN_OPERATION, place);
    }
}

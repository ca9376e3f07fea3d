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
    /** Debezium's sign of life: a time. */
    HEARTBEAT,
    /** Beginning and end of a transaction: an id and counts. */
    TRANSACTION,
    /** A DDL statement: its text can hold literal values, so it does not pass. */
    SCHEMA_CHANGE,
    /** {@code pg_logical_emit_message}: whatever an application wrote, so it does not pass. */
    MESSAGE,
    /** A table was emptied: no row in it. */
    TRUNCATE,
    /** A row was read, created, updated or deleted. */
    CHANGE,
    /** No value: the row with this key is gone. */
    TOMBSTONE,
    /** A flattened row. */
    ROW;

    private static final String HEARTBEAT_VALUE = "io.debezium.connector.common.Heartbeat";
    private static final String HEARTBEAT_KEY = "io.debezium.connector.common.ServerNameKey";
    private static final String TRANSACTION_VALUE = "io.debezium.connector.common.TransactionMetadataValue";
    private static final String TRANSACTION_KEY = "io.debezium.connector.common.TransactionMetadataKey";
    private static final String MESSAGE_VALUE = "io.debezium.connector.postgresql.MessageValue";
    private static final Set<String> CHANGES = Set.of("r", "c", "u", "d");

    static RecordKind of(ConnectRecord<?> record, Place place) {
        if (record.value() == null) {
            return TOMBSTONE;
        }
        Schema schema = record.valueSchema();
        if (schema == null && record.value() instanceof Map<?, ?> value) {
            // without a schema's name, only what is no change event can be a row
            return isEnvelope(value) ? operation(value, place) : ROW;
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

    private static RecordKind known(RecordKind kind, @Nullable Schema key, String keyName, Place place) {
        if (key != null && !keyName.equals(key.name())) {
            throw new ProtectionStopped(Reason.WRONG_KEY, place, kind);
        }
        return kind;
    }

    private static boolean isEnvelope(Schema schema) {
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

    /** @param complete with places for rows and a source */
    private static RecordKind operation(@Nullable Object operation, boolean complete, Place place) {
        if ("m".equals(operation)) {
            return MESSAGE;
        }
        if (complete && "t".equals(operation)) {
            return TRUNCATE;
        }
        if (complete && operation instanceof String known && CHANGES.contains(known)) {
            return CHANGE;
        }
        throw new ProtectionStopped(Reason.UNKNOWN_OPERATION, place);
    }
}

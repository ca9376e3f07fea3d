package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
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
        if (schema == null || !(record.value() instanceof Struct value)) {
            throw new ProtectionStopped(place, "its value is not a struct with a schema");
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
            throw new ProtectionStopped(place, "it looks like a " + kind + " record and its key does not");
        }
        return kind;
    }

    private static boolean isEnvelope(Schema schema) {
        return isStruct(schema, "source") && schema.field("op") != null;
    }

    private static boolean isStruct(Schema schema, String field) {
        return schema.field(field) != null && schema.field(field).schema().type() == Schema.Type.STRUCT;
    }

    private static RecordKind operation(Struct envelope, Place place) {
        String operation = String.valueOf(envelope.getWithoutDefault("op"));
        if (operation.equals("m")) {
            return MESSAGE;
        }
        boolean rows = isStruct(envelope.schema(), "before") && isStruct(envelope.schema(), "after");
        if (rows && envelope.getWithoutDefault("source") != null) {
            if (operation.equals("t")) {
                return TRUNCATE;
            }
            if (CHANGES.contains(operation)) {
                return CHANGE;
            }
        }
        throw new ProtectionStopped(place, "it is a change event of an operation or shape that is not known");
    }
}

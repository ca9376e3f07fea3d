package io.storeveil.connect;

import static io.storeveil.connect.Fixture.CUSTOMER_ROW;
import static io.storeveil.connect.Fixture.customer;
import static io.storeveil.connect.Fixture.record;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.policy.UndeclaredColumns;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordKindsTest {

    private final Fixture.FixedKeys keys = new Fixture.FixedKeys();
    private final Counters counters = new Counters(new KeysInUse(keys));
    private final Protector protector = new Protector(
            new Rules(
                    Fixture.policy(UndeclaredColumns.DROP),
                    Rules.Before.KEY,
                    new Placeholder("__debezium_unavailable_value")),
            keys,
            counters);

    @Test
    void aHeartbeat_passes() {
        Schema key = SchemaBuilder.struct()
                .name("io.debezium.connector.common.ServerNameKey")
                .field("serverName", Schema.STRING_SCHEMA)
                .build();
        Schema value = SchemaBuilder.struct()
                .name("io.debezium.connector.common.Heartbeat")
                .field("ts_ms", Schema.INT64_SCHEMA)
                .build();
        SourceRecord record = record(
                "__debezium-heartbeat.shop",
                key,
                new Struct(key).put("serverName", "shop"),
                value,
                new Struct(value).put("ts_ms", 1L));

        assertThat(protector.apply(record)).isEqualTo(record);
    }

    @Test
    void transactionMetadata_passes() {
        Schema key = SchemaBuilder.struct()
                .name("io.debezium.connector.common.TransactionMetadataKey")
                .field("id", Schema.STRING_SCHEMA)
                .build();
        Schema value = SchemaBuilder.struct()
                .name("io.debezium.connector.common.TransactionMetadataValue")
                .field("status", Schema.STRING_SCHEMA)
                .field("id", Schema.STRING_SCHEMA)
                .build();
        SourceRecord record = record(
                "shop.transaction",
                key,
                new Struct(key).put("id", "1:2"),
                value,
                new Struct(value).put("status", "BEGIN").put("id", "1:2"));

        assertThat(protector.apply(record)).isEqualTo(record);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"io.debezium.connector.mysql.SchemaChangeValue", "io.debezium.connector.postgresql.MessageValue"
            })
    void statementsAndMessages_doNotPass(String name) {
        Schema value = SchemaBuilder.struct()
                .name(name)
                .field("ddl", Schema.STRING_SCHEMA)
                .build();
        Struct struct = new Struct(value).put("ddl", "alter table x add y text default 'ada@example.org'");

        assertThat(protector.apply(record("shop", null, null, value, struct))).isNull();
        assertThat(counters.recordsDropped.sum()).isOne();
    }

    @Test
    void aTruncate_passesWithoutRows() {
        Schema schema = Fixture.envelopeSchema("customer", CUSTOMER_ROW);
        Struct value = new Struct(schema)
                .put("source", Fixture.source("public", "customer"))
                .put("op", "t");

        SourceRecord result =
                requireNonNull(protector.apply(record("shop.public.customer", null, null, schema, value)));

        assertThat(((Struct) result.value()).get("op")).isEqualTo("t");
        assertThat(((Struct) result.value()).get("after")).isNull();
    }

    @Test
    void theJournal_passesUnchangedAndTheOtherOwnTablesNever() {
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("action", Schema.STRING_SCHEMA)
                .optional()
                .build();
        Schema schema = Fixture.envelopeSchema("journal", row);
        Struct value = new Struct(schema)
                .put("after", new Struct(row).put("id", 1L).put("action", "marker"))
                .put("source", Fixture.source("storeveil", "journal"))
                .put("op", "c");
        SourceRecord record = record("shop.storeveil.journal", null, null, schema, value);

        assertThat(protector.apply(record)).isEqualTo(record);
        value.put("source", Fixture.source("storeveil", "hold"));
        assertThat(protector.apply(record)).isNull();
        assertThat(protector.apply(record(
                        "shop.storeveil.hold",
                        row,
                        new Struct(row).put("id", 1L).put("action", ""),
                        null,
                        null)))
                .isNull();
    }

    @Test
    void anUndeclaredTable_isLeftOutAndCounted() {
        Schema schema = Fixture.envelopeSchema("diary", CUSTOMER_ROW);
        Struct value = new Struct(schema)
                .put("after", customer(1, "ada@example.org"))
                .put("source", Fixture.source("public", "diary"))
                .put("op", "c");

        assertThat(protector.apply(record("shop.public.diary", null, null, schema, value)))
                .isNull();
        assertThat(protector.apply(record("shop.public.diary", null, null, CUSTOMER_ROW, customer(1, "x"))))
                .isNull();
        assertThat(counters.sum(Metric.UNDECLARED_TABLE_RECORDS)).isEqualTo(2);
    }

    @Test
    void aTableThatIsKnownAndNotCaptured_isLeftOut() {
        assertThat(protector.apply(record("shop.public.known", null, null, null, null)))
                .isNull();
        assertThat(counters.sum(Metric.UNDECLARED_TABLE_RECORDS)).isZero();
    }

    @Test
    void aFlattenedRow_isProtectedByItsTopicsTable() {
        SourceRecord result = requireNonNull(protector.apply(record(
                "shop.public.customer",
                Fixture.CUSTOMER_KEY,
                Fixture.customerKey(42),
                CUSTOMER_ROW,
                customer(42, "x"))));

        Struct row = (Struct) result.value();
        assertThat(row.get("id")).isEqualTo(((Struct) result.key()).get("id"));
        assertThat(row.schema().fields())
                .extracting(Field::name)
                .containsExactly("id", "email", "name", "born", "visits");
        assertThat(row.getString("email")).hasSizeGreaterThan(40);
    }

    @Test
    void aFlattenedDelete_keepsItsKeyAndWhatTheTransformAdded() {
        SchemaBuilder builder = SchemaBuilder.struct().name("shop.public.customer.Value");
        CUSTOMER_ROW.fields().forEach(field -> builder.field(field.name(), field.schema()));
        Schema schema =
                builder.field("__deleted", Schema.OPTIONAL_STRING_SCHEMA).build();
        Struct row = new Struct(schema);
        CUSTOMER_ROW
                .fields()
                .forEach(field -> row.put(field.name(), customer(42, "").get(field)));
        row.put("__deleted", "true");

        Struct result =
                (Struct) requireNonNull(protector.apply(record("shop.public.customer", null, null, schema, row)))
                        .value();

        assertThat(result.get("__deleted")).isEqualTo("true");
        assertThat(result.get("id")).isNotNull();
        assertThat(result.get("email")).isNull();
        assertThat(result.getWithoutDefault("visits")).isNull();
    }

    @Test
    void whatIsNotUnderstood_stops() {
        assertThatThrownBy(() -> protector.apply(record("shop.public.customer", null, null, null, "id 1")))
                .isInstanceOf(ProtectionStopped.class)
                .hasMessage(
                        "topic shop.public.customer: its value is neither a struct with a schema nor a map without one");
        assertThatThrownBy(() -> protector.apply(
                        record("shop.public.customer", Schema.STRING_SCHEMA, "42", CUSTOMER_ROW, customer(42, "x"))))
                .hasMessage(
                        "topic shop.public.customer, table public.customer: its key is neither a struct with a schema"
                                + " nor a map without one");
        Schema schema = Fixture.envelopeSchema("customer", CUSTOMER_ROW);
        Struct value = new Struct(schema)
                .put("after", customer(42, "x"))
                .put("source", Fixture.source("public", "customer"))
                .put("op", "x");
        assertThatThrownBy(() -> protector.apply(record("shop.public.customer", null, null, schema, value)))
                .isInstanceOf(Error.class)
                .hasMessage("topic shop.public.customer: it is a change event of an operation or shape that is not"
                        + " known");
    }

    @Test
    void aKeyColumnThatThePolicyDoesNotKnow_stops() {
        Schema key =
                SchemaBuilder.struct().field("forgotten", Schema.STRING_SCHEMA).build();

        assertThatThrownBy(() -> protector.apply(
                        record("shop.public.customer", key, new Struct(key).put("forgotten", "x"), null, null)))
                .isInstanceOf(ProtectionStopped.class)
                .hasMessageStartingWith(
                        "topic shop.public.customer, table public.customer, column forgotten: it is in the record's key");
    }
}

package io.storeveil.connect;

import static io.storeveil.connect.Fixture.CUSTOMER_KEY;
import static io.storeveil.connect.Fixture.change;
import static io.storeveil.connect.Fixture.customer;
import static io.storeveil.connect.Fixture.customerKey;
import static io.storeveil.connect.Fixture.record;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.policy.UndeclaredColumns;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.protect.Opened;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Pseudonym;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class ChangeEventTest {

    private final Fixture.FixedKeys keys = new Fixture.FixedKeys();
    private final Counters counters = new Counters(new KeysInUse(keys));
    private final Protector protector = protector(UndeclaredColumns.DROP, Rules.Before.KEY);

    private Protector protector(UndeclaredColumns undeclared, Rules.Before before) {
        Placeholder placeholder = new Placeholder("__debezium_unavailable_value");
        return new Protector(new Rules(Fixture.policy(undeclared), before, placeholder), keys, counters);
    }

    @Test
    void aCreate_isProtectedColumnByColumn() throws Exception {
        SourceRecord result = apply(change("c", null, customer(42, "ada@example.org")));

        Struct after = ((Struct) result.value()).getStruct("after");
        assertThat(after.get("id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 42L));
        assertThat(open("email", after.getString("email"))).isEqualTo(new Opened.Value(Kind.TEXT, "ada@example.org"));
        assertThat(open("name", after.getString("name"))).isEqualTo(new Opened.Value(Kind.TEXT, "Ada Lovelace"));
        assertThat(LocalDate.ofEpochDay(after.getInt32("born"))).isEqualTo(LocalDate.of(1986, 1, 1));
        assertThat(after.getInt32("visits")).isEqualTo(3);
        assertThat(after.schema().fields()).extracting(Field::name).doesNotContain("password", "forgotten");
        assertThat(counters.sum(Metric.UNDECLARED_COLUMN_FIELDS)).isOne();
    }

    @Test
    void theOutputsSchemas_fitTheirNewValues() {
        Schema row = apply(change("c", null, customer(42, "ada@example.org")))
                .valueSchema()
                .field("after")
                .schema();

        assertThat(row.name()).isEqualTo("shop.public.customer.Value");
        assertThat(row.field("id").schema().type()).isEqualTo(Schema.Type.STRING);
        assertThat(row.field("id").schema().defaultValue()).isNull();
        assertThat(row.field("email").schema())
                .as("a text that was one before has nothing to remember")
                .isEqualTo(Schema.OPTIONAL_STRING_SCHEMA);
        // 40 characters of up to 4 bytes, 1 for the type, 49 around them, in Base64
        assertThat(row.field("name").schema().parameters())
                .containsEntry("__debezium.source.column.type", "VARCHAR")
                .containsEntry("__debezium.source.column.length", "280")
                .containsEntry(
                        "storeveil.type",
                        "string[__debezium.source.column.length~40&__debezium.source.column.type~VARCHAR]");
        assertThat(row.field("born").schema().name()).isEqualTo("io.debezium.time.Date");
        assertThat(row.field("visits").schema().defaultValue()).isEqualTo(7);
    }

    @Test
    void aKey_isProtectedByTheSameRuleAsTheRow() {
        SourceRecord result = apply(change("c", null, customer(42, "ada@example.org")));

        String inRow = ((Struct) result.value()).getStruct("after").getString("id");
        assertThat(((Struct) result.key()).getString("id")).isEqualTo(inRow);
        assertThat(result.keySchema().name()).isEqualTo("shop.public.customer.Key");
    }

    @Test
    void aTombstone_hasTheKeyOfItsDelete() {
        SourceRecord delete = apply(change("d", customer(42, ""), null));
        SourceRecord tombstone = apply(record("shop.public.customer", CUSTOMER_KEY, customerKey(42), null, null));

        assertThat(tombstone.key()).isEqualTo(delete.key());
        assertThat(tombstone.value()).isNull();
    }

    @Test
    void underDeterministicEncryption_keyRowReferenceAndTombstoneAgree() throws Exception {
        String domain = "public.customer.id";
        Protection deterministic = Fixture.protection("encrypt-deterministic");
        Map<TableName, Table> tables = Map.of(
                Fixture.CUSTOMER,
                Fixture.table(Fixture.CUSTOMER, List.of())
                        .with("id", "encrypt-deterministic", domain)
                        .with("email", "encrypt-deterministic", "")
                        .with("name", "tokenise: {alphabet: letters}", "")
                        .build(),
                Fixture.ORDERS,
                Fixture.table(Fixture.ORDERS, List.of())
                        .with("id", "encrypt-deterministic", "")
                        .with("customer_id", "encrypt-deterministic", domain)
                        .build());
        Placeholder placeholder = new Placeholder("__debezium_unavailable_value");
        Policy policy = Fixture.policy(tables, UndeclaredColumns.DROP);
        Protector both = new Protector(new Rules(policy, Rules.Before.KEY, placeholder), keys, counters);

        SourceRecord create = requireNonNull(both.apply(change("c", null, customer(42, "ada@example.org"))));
        SourceRecord delete = requireNonNull(both.apply(change("d", customer(42, ""), null)));
        SourceRecord tombstone =
                requireNonNull(both.apply(record("shop.public.customer", CUSTOMER_KEY, customerKey(42), null, null)));
        Struct order = ((Struct)
                        requireNonNull(both.apply(Fixture.order(7, 42L, "Ada"))).value())
                .getStruct("after");

        Struct row = ((Struct) create.value()).getStruct("after");
        assertThat(row.getString("id"))
                .isEqualTo(order.getString("customer_id"))
                .isNotEqualTo(order.getString("id"));
        assertThat(((Struct) create.key()).getString("id")).isEqualTo(row.getString("id"));
        assertThat(delete.key()).isEqualTo(create.key()).isEqualTo(tombstone.key());
        assertThat(((Struct) delete.value()).getStruct("before").getString("id"))
                .isEqualTo(row.getString("id"));
        FieldContext anywhere = new FieldContext("shop", "public.orders", "customer_id", domain);
        assertThat(deterministic.opening(anywhere).orElseThrow().open(keys.current(), row.getString("id")))
                .isEqualTo(new Opened.Value(Kind.INTEGER, 42L));
        // two words are none to make a token of
        assertThat(row.getString("name")).startsWith("~");
        assertThat(row.schema().field("name").schema().parameters())
                .containsEntry("__debezium.source.column.length", "286");
    }

    @Test
    void aDeletesBefore_keepsItsKeyOnly() {
        Struct before = ((Struct) apply(change("d", customer(42, ""), null)).value()).getStruct("before");

        assertThat(before.get("id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 42L));
        for (String name : List.of("email", "name", "born", "visits")) {
            assertThat(before.getWithoutDefault(name)).as(name).isNull();
            assertThat(before.schema().field(name).schema().isOptional())
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void underFullReplicaIdentity_beforeIsProtectedWhole() throws Exception {
        Protector full = protector(UndeclaredColumns.DROP, Rules.Before.FULL);

        SourceRecord result = requireNonNull(
                full.apply(change("u", customer(42, "old@example.org"), customer(42, "new@example.org"))));

        Struct before = ((Struct) result.value()).getStruct("before");
        assertThat(open("email", before.getString("email"))).isEqualTo(new Opened.Value(Kind.TEXT, "old@example.org"));
        assertThat(before.getInt32("visits")).isEqualTo(3);
    }

    @Test
    void theInput_isUnchanged() {
        SourceRecord record = change("u", customer(42, "old@example.org"), customer(42, "new@example.org"));
        String before = record.toString();

        apply(record);

        assertThat(record.toString()).isEqualTo(before);
        assertThat(((Struct) record.value()).getStruct("source").get("query")).isNotNull();
    }

    @Test
    void theWholeStatementInTheSourceBlock_isTakenOut() {
        Struct source = ((Struct) apply(change("c", null, customer(42, "x"))).value()).getStruct("source");

        assertThat(source.get("query")).isNull();
        assertThat(source.get("lsn")).isEqualTo(99L);
    }

    @Test
    void anErasedOwnersRecord_passesWithTheMarker() {
        keys.erase(new OwnerId("public.customer", List.of(42L)));

        Struct after = ((Struct) apply(change("u", null, customer(42, "ada@example.org")))
                        .value())
                .getStruct("after");

        assertThat(after.getString("email")).isEqualTo("[erased]");
        assertThat(after.getInt32("visits")).isEqualTo(3);
        assertThat(counters.sum(Metric.ERASED_FIELDS)).isEqualTo(2);
        assertThat(counters.sum(Metric.LATE_CHANGES)).isOne();
        assertThat(apply(change("d", customer(42, ""), null)).key()).isNotNull();
    }

    @Test
    void anOrder_isUnderItsCustomersKeyAndAGuestsOrderUnderItsOwn() throws Exception {
        FieldContext context = new FieldContext("shop", "public.orders", "ship_name", "");
        Struct ofCustomer = ((Struct) apply(Fixture.order(7, 42L, "Ada")).value()).getStruct("after");
        Struct ofGuest = ((Struct) apply(Fixture.order(8, null, "Bob")).value()).getStruct("after");

        keys.erase(new OwnerId("public.customer", List.of(42L)));

        assertThat(Ciphertext.open(keys, context, ofCustomer.getString("ship_name")))
                .isInstanceOf(Opened.Erased.class);
        assertThat(Ciphertext.open(keys, context, ofGuest.getString("ship_name")))
                .isEqualTo(new Opened.Value(Kind.TEXT, "Bob"));
        keys.erase(new OwnerId("public.orders", List.of(8L)));
        assertThat(Ciphertext.open(keys, context, ofGuest.getString("ship_name")))
                .isInstanceOf(Opened.Erased.class);
    }

    @Test
    void aForeignKey_joinsWithTheKeyItRepeats() {
        Struct order = ((Struct) apply(Fixture.order(42, 42L, "Ada")).value()).getStruct("after");
        Struct customer = ((Struct) apply(change("c", null, customer(42, "x"))).value()).getStruct("after");

        assertThat(order.get("customer_id")).isEqualTo(customer.get("id"));
        assertThat(order.get("id")).isNotEqualTo(customer.get("id"));
    }

    @Test
    void keyChangeHeaders_areProtectedAndUnknownHeadersDropped() {
        SourceRecord record = change("c", null, customer(43, "ada@example.org"));
        record.headers().add("__debezium.oldkey", customerKey(42), CUSTOMER_KEY);
        record.headers().addString("__debezium.context.connectorName", "postgresql");
        record.headers().addString("email", "ada@example.org");

        SourceRecord result = apply(record);

        Struct old = (Struct) result.headers().lastWithName("__debezium.oldkey").value();
        assertThat(old.get("id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 42L));
        assertThat(result.headers()).hasSize(2);
        assertThat(counters.headersDropped.sum()).isOne();
    }

    @Test
    void thePlaceholderOfAnUnchangedLargeValue_passes() {
        Struct row = customer(42, "__debezium_unavailable_value");

        Struct after = ((Struct) apply(change("u", null, row)).value()).getStruct("after");

        assertThat(after.getString("email")).isEqualTo("__debezium_unavailable_value");
    }

    @Test
    void anUndeclaredColumn_stopsIfThePolicySaysSo() {
        Protector strict = protector(UndeclaredColumns.STOP, Rules.Before.KEY);

        assertThatThrownBy(() -> strict.apply(change("c", null, customer(42, "x"))))
                .isInstanceOf(ProtectionStopped.class)
                .hasMessage("topic shop.public.customer, table public.customer, column forgotten, rule"
                        + " 'undeclared-columns: stop': the policy does not know it");
    }

    @Test
    void aColumnNamedLikeAnAddedField_isUndeclaredInAChangeEvent() {
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("__name", Schema.STRING_SCHEMA)
                .optional()
                .build();
        Schema schema = Fixture.envelopeSchema("customer", row);
        Struct envelope = new Struct(schema)
                .put("after", new Struct(row).put("id", 42L).put("__name", "Ada Lovelace"))
                .put("source", Fixture.source("public", "customer"))
                .put("op", "c");

        SourceRecord result = apply(Fixture.record("shop.public.customer", null, null, schema, envelope));

        assertThat(result.valueSchema().field("after").schema().fields())
                .extracting(Field::name)
                .containsExactly("id");
        assertThat(counters.sum(Metric.UNDECLARED_COLUMN_FIELDS)).isOne();
    }

    @Test
    void aValueOfTheWrongForm_stopsWithoutBeingQuoted() {
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field(
                        "born",
                        SchemaBuilder.string()
                                .name("io.debezium.time.ZonedTimestamp")
                                .build())
                .optional()
                .build();
        Schema schema = Fixture.envelopeSchema("customer", row);
        Struct value = new Struct(schema)
                .put("after", new Struct(row).put("id", 1L).put("born", "secret"))
                .put("source", Fixture.source("public", "customer"))
                .put("op", "c");

        assertThatThrownBy(() -> protector.apply(record("shop.public.customer", null, null, schema, value)))
                .isInstanceOf(ProtectionStopped.class)
                .hasMessage("topic shop.public.customer, table public.customer, column born, rule 'its-category:"
                        + " generalise: year': a value has not the form its type says (DateTimeParseException)")
                .hasNoCause();
    }

    @Test
    void theResult_isValidForAConverter() {
        JsonConverter json = new JsonConverter();
        json.configure(Map.of("schemas.enable", "true", "converter.type", "value"));
        for (SourceRecord record : List.of(
                change("c", null, customer(42, "ada@example.org")),
                change("u", customer(42, ""), customer(42, "ada@example.org")),
                change("d", customer(42, ""), null))) {
            SourceRecord result = apply(record);
            ((Struct) result.value()).validate();
            byte[] bytes = json.fromConnectData(result.topic(), result.valueSchema(), result.value());
            assertThat(new String(bytes, java.nio.charset.StandardCharsets.UTF_8))
                    .doesNotContain("ada@", "Lovelace", "hunter2", "left behind");
        }
    }

    private Opened open(String column, String text) throws Exception {
        return Ciphertext.open(keys, new FieldContext("shop", "public.customer", column, ""), text);
    }

    private SourceRecord apply(SourceRecord record) {
        return requireNonNull(protector.apply(record));
    }
}

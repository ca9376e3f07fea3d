package io.storeveil.connect;

import static io.storeveil.connect.Fixture.CUSTOMER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.policy.UndeclaredColumns;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.Opened;
import io.storeveil.protect.Pseudonym;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is inside of a column, in each of the forms that it can come in, by one declaration. */
class InsideTest {

    private static final Map<String, String> PATHS = new LinkedHashMap<>();

    static {
        PATHS.put("$.name", "encrypt");
        PATHS.put("$.born", "generalise: year");
        PATHS.put("$.customer", "pseudonymise");
        PATHS.put("$.address.city", "none");
        PATHS.put("$.address.street", "drop");
        PATHS.put("$.items[*].sku", "none");
        PATHS.put("$.items[*].price", "generalise: {bucket: 10}");
        PATHS.put("$.tags[*]", "redact");
        PATHS.put("$.by_kind[*].email", "partial: email-domain");
    }

    private static final String JSON =
            """
            {"name": "Ada Lovelace", "born": "1815-12-10", "customer": 42, "vip": true,
             "address": {"city": "London", "street": "St James's Square", "floor": 3},
             "items": [{"sku": "A-1", "price": 47, "note": "for Charles"}, {"sku": "B-2", "price": 12.50}],
             "tags": ["friend", null],
             "by_kind": {"home": {"email": "ada@example.org"}, "work": {"email": "al@example.com", "fax": 7}}}
            """;

    private final Fixture.FixedKeys keys = new Fixture.FixedKeys();
    private final Counters counters = new Counters(new KeysInUse(keys));
    private final Protector protector = protector(UndeclaredColumns.DROP);

    private Protector protector(UndeclaredColumns undeclared) {
        Fixture.TableBuilder table = Fixture.table(CUSTOMER, List.of())
                .with("id", "pseudonymise", "public.customer.id")
                .withInside("details", PATHS);
        Policy policy = Fixture.policy(Map.of(CUSTOMER, table.build()), undeclared);
        return new Protector(
                new Rules(policy, Rules.Before.FULL, new Placeholder("__debezium_unavailable_value")), keys, counters);
    }

    @Test
    void ofAJsonText_onlyWhatThePolicyNamesPasses_protected() throws Exception {
        String result = json(JSON);

        Map<?, ?> object = (Map<?, ?>) JsonText.read(result);
        assertThat(object.keySet().toArray())
                .containsExactly("name", "born", "customer", "address", "items", "tags", "by_kind");
        assertThat(open("details.$.name", object.get("name"))).isEqualTo("Ada Lovelace");
        assertThat(object.get("born")).isEqualTo("1815-01-01");
        assertThat(object.get("customer")).isEqualTo(Pseudonym.of(keys, "public.customer.details.$.customer", 42L));
        assertThat(result)
                .contains("\"address\":{\"city\":\"London\"}")
                .contains("\"items\":[{\"sku\":\"A-1\",\"price\":40},{\"sku\":\"B-2\",\"price\":10.00}]")
                .contains("\"tags\":[\"redacted\",null]")
                .contains(
                        "\"by_kind\":{\"home\":{\"email\":\"***@example.org\"},\"work\":{\"email\":\"***@example.com\"}}")
                .doesNotContain("Lovelace", "Square", "Charles", "friend", "ada@", "vip", "fax");
        assertThat(counters.sum(Metric.UNDECLARED_COLUMN_FIELDS))
                .as("vip, floor, note, fax")
                .isEqualTo(4);
    }

    @Test
    void ofStructsArraysAndMaps_itIsTheSame() throws Exception {
        Schema address = SchemaBuilder.struct()
                .field("city", Schema.STRING_SCHEMA)
                .field("street", Schema.STRING_SCHEMA)
                .field("floor", Schema.INT32_SCHEMA)
                .build();
        Schema item = SchemaBuilder.struct()
                .field("sku", Schema.STRING_SCHEMA)
                .field("price", SchemaBuilder.int32().defaultValue(7).build())
                .field("note", Schema.OPTIONAL_STRING_SCHEMA)
                .optional()
                .build();
        Schema contact = SchemaBuilder.struct()
                .field("email", Fixture.varchar(40).build())
                .build();
        Schema details = SchemaBuilder.struct()
                .name("shop.Details")
                .field("name", Schema.STRING_SCHEMA)
                .field("customer", Schema.INT64_SCHEMA)
                .field("vip", Schema.BOOLEAN_SCHEMA)
                .field("address", address)
                .field("items", SchemaBuilder.array(item).build())
                .field(
                        "tags",
                        SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).build())
                .field(
                        "by_kind",
                        SchemaBuilder.map(Schema.STRING_SCHEMA, contact).build())
                .build();
        Struct value = new Struct(details)
                .put("name", "Ada Lovelace")
                .put("customer", 42L)
                .put("vip", true)
                .put(
                        "address",
                        new Struct(address)
                                .put("city", "London")
                                .put("street", "St James's Square")
                                .put("floor", 3))
                .put("items", Arrays.asList(new Struct(item).put("sku", "A-1").put("price", 47), null))
                .put("tags", Arrays.asList("friend", null))
                .put("by_kind", Map.of("home", new Struct(contact).put("email", "ada@example.org")));

        Struct result = (Struct) requireNonNull(details(details, value, protector));

        ConnectSchema.validateValue(result.schema(), result);
        assertThat(result.schema().name()).isEqualTo("shop.Details");
        assertThat(result.schema().fields())
                .extracting(Field::name)
                .containsExactly("name", "customer", "address", "items", "tags", "by_kind");
        assertThat(open("details.$.name", result.get("name"))).isEqualTo("Ada Lovelace");
        assertThat(result.get("customer")).isEqualTo(Pseudonym.of(keys, "public.customer.details.$.customer", 42L));
        assertThat(result.get("address")).hasToString("Struct{city=London}");
        assertThat(result.getArray("items").get(0)).hasToString("Struct{sku=A-1,price=40}");
        assertThat(result.getArray("items").get(1)).isNull();
        assertThat(result.getArray("tags")).isEqualTo(Arrays.asList("redacted", null));
        assertThat(result.getMap("by_kind").get("home")).hasToString("Struct{email=***@example.org}");
        assertThat(counters.sum(Metric.UNDECLARED_COLUMN_FIELDS))
                .as("vip, floor, note")
                .isEqualTo(3);
    }

    @Test
    void ofMapsWithoutASchema_itIsTheSame() throws Exception {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("id", 42L);
        row.put("details", JsonText.read(JSON));
        row.put("nickname", "Ada");
        SourceRecord record = Fixture.record("shop.public.customer", null, Map.of("id", 42L), null, row);

        SourceRecord result = requireNonNull(protector.apply(record));

        Map<?, ?> copy = (Map<?, ?>) result.value();
        assertThat(result.valueSchema()).isNull();
        assertThat(copy.keySet().toArray()).containsExactly("id", "details");
        assertThat(copy.get("id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 42L));
        assertThat(result.key()).isEqualTo(Map.of("id", copy.get("id")));
        assertThat(String.valueOf(copy)).contains("London", "price=40").doesNotContain("Lovelace", "Square", "Charles");
        assertThat(row.get("details")).as("the input").isEqualTo(JsonText.read(JSON));
    }

    @Test
    void anErasedOwner_isErasedInsideToo() throws Exception {
        keys.erase(new OwnerId("public.customer", List.of(42L)));

        assertThat(((Map<?, ?>) JsonText.read(json("{\"name\": \"Ada\"}"))).get("name"))
                .isEqualTo("[erased]");
        assertThat(counters.sum(Metric.ERASED_FIELDS)).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"Ada\"",
                "{\"name\": \"Ada\"} x",
                "{name: 'Ada'}",
                "Ada",
                "",
                "{\"name\": \"\\u00\"}",
                "\"Ada\"",
                "[{\"name\": \"Ada\"}]",
                "42"
            })
    void whatIsNoJson_orNotOfThePolicysShape_becomesNull(String text) {
        assertThat(details(Schema.OPTIONAL_STRING_SCHEMA, text, protector)).isNull();
        assertThat(counters.sum(Metric.UNDECLARED_COLUMN_FIELDS)).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"born\": \"long ago, Ada\"}",
                "{\"born\": 1815}",
                "{\"customer\": 4.2e1, \"born\": true}",
                "{\"address\": \"London\"}",
                "{\"address\": {\"city\": {\"of\": \"Ada\"}}}",
                "{\"address\": {\"city\": [\"Ada\"]}}",
                "{\"items\": {\"sku\": {\"deeper\": \"Ada\"}}}",
                "{\"tags\": \"Ada\"}",
                "{\"customer\": 1e999999999}"
            })
    void whatAProtectionCannotTake_orStandsWhereAValueShould_isLeftOut(String text) {
        assertThat(json(text)).doesNotContain("Ada", "London", "1815", "true", "999");
        assertThat(counters.sum(Metric.UNDECLARED_COLUMN_FIELDS)).isPositive();
    }

    @Test
    void thePlaceholderAndNull_pass() {
        assertThat(json("__debezium_unavailable_value")).isEqualTo("__debezium_unavailable_value");
        assertThat(json("null")).isEqualTo("null");
        assertThat(details(Schema.OPTIONAL_STRING_SCHEMA, null, protector)).isNull();
        assertThat(counters.sum(Metric.UNDECLARED_COLUMN_FIELDS)).isZero();
    }

    @Test
    void ifThePolicySaysSo_whatItDoesNotNameStopsTheTask_withoutItsName() {
        Protector strict = protector(UndeclaredColumns.STOP);

        assertThatThrownBy(() -> details(Schema.STRING_SCHEMA, "{\"address\": {\"ada@example.org\": 1}}", strict))
                .isInstanceOf(ProtectionStopped.class)
                .hasMessage("topic shop.public.customer, table public.customer, column details.$.address, rule"
                        + " 'undeclared-columns: stop': inside of it is something that the policy does not know, or that"
                        + " its protection cannot take");
    }

    @Test
    void aMapWhoseNamedValuesWouldBeOfSeveralTypes_stops() {
        Schema map =
                SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build();
        Fixture.TableBuilder table = Fixture.table(CUSTOMER, List.of())
                .with("id", "pseudonymise", "public.customer.id")
                .withInside("details", Map.of("$.a", "none", "$.b", "encrypt"));
        Policy policy = Fixture.policy(Map.of(CUSTOMER, table.build()), UndeclaredColumns.DROP);
        Protector mixed = new Protector(new Rules(policy, Rules.Before.FULL, new Placeholder("-")), keys, counters);

        assertThatThrownBy(() -> details(map, Map.of("a", 1, "b", 2), mixed))
                .hasMessage("topic shop.public.customer, table public.customer, column details: a map's values have one"
                        + " type, and its paths give several; allowed: one protection, as [*]");
    }

    @Test
    void aNameGoesBeforeTheWildcard_andBothCount() throws Exception {
        Fixture.TableBuilder table = Fixture.table(CUSTOMER, List.of())
                .with("id", "none", "")
                .withInside(
                        "details",
                        Map.of(
                                "$[*].city",
                                "none",
                                "$.home.street",
                                "redact",
                                "$.home.city",
                                "partial: {keep-last: 4}"));
        Policy policy = Fixture.policy(Map.of(CUSTOMER, table.build()), UndeclaredColumns.DROP);
        Protector both = new Protector(new Rules(policy, Rules.Before.FULL, new Placeholder("-")), keys, counters);

        assertThat(details(
                        Schema.STRING_SCHEMA,
                        "{\"home\": {\"city\": \"London\", \"street\": \"Square\"},"
                                + " \"work\": {\"city\": \"Turin\", \"street\": \"Via\"}}",
                        both))
                .isEqualTo("{\"home\":{\"city\":\"**ndon\",\"street\":\"redacted\"},\"work\":{\"city\":\"Turin\"}}");
    }

    private String json(String text) {
        Object result = details(
                SchemaBuilder.string().name("io.debezium.data.Json").optional().build(), text, protector);
        return String.valueOf(result);
    }

    private @Nullable Object details(Schema schema, @Nullable Object value, Protector by) {
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("details", schema)
                .build();
        Struct struct = new Struct(row).put("id", 42L).put("details", value);
        SourceRecord result = requireNonNull(by.apply(Fixture.record("shop.public.customer", null, null, row, struct)));
        return ((Struct) result.value()).get("details");
    }

    private Object open(String column, @Nullable Object text) throws Exception {
        FieldContext context = new FieldContext("shop", "public.customer", column, "");
        return ((Opened.Value) Ciphertext.open(keys, context, String.valueOf(text))).value();
    }
}

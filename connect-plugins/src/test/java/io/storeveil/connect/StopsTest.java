package io.storeveil.connect;

import static io.storeveil.connect.Fixture.CUSTOMER_KEY;
import static io.storeveil.connect.Fixture.CUSTOMER_ROW;
import static io.storeveil.connect.Fixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.policy.UndeclaredColumns;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every place in the code that stops a task: a record that leads there, with a marked value in each of its fields, and
 * what the message says. The places are read from the classes, so that none can be added without its record.
 */
class StopsTest {

    private static final String MARK = "canary-value-7f3a";
    private static final String TOPIC = "topic shop.public.customer";
    private static final String TABLE = TOPIC + ", table public.customer";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.storeveil.connect");

    private record Case(String message, Function<SourceRecord, @Nullable SourceRecord> transform, SourceRecord record) {

        Case(String message, Protector protector, SourceRecord record) {
            this(message, protector::apply, record);
        }
    }

    private final Map<String, Case> cases = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "Revealer.understood (no keys)",
                    new Case(
                            TABLE.replace(", table public.customer", "") + ": the lease on the key state is lost",
                            revealer(noKeys())::apply,
                            row(CUSTOMER_ROW, Fixture.customer(1, MARK)))),
            Map.entry(
                    "Revealer.understood",
                    new Case(
                            TOPIC + ": the record has a shape that is not understood (IllegalArgumentException)",
                            revealer(new Fixture.FixedKeys())::apply,
                            row(ofNoType(), new Struct(ofNoType()).put("email", MARK)))),
            Map.entry(
                    "RevealedColumn.stop",
                    new Case(
                            TABLE + ", column email, rule 'its-category: encrypt': it is not Base64",
                            revealer(new Fixture.FixedKeys())::apply,
                            row(CUSTOMER_ROW, Fixture.customer(1, MARK)))),
            Map.entry(
                    "RevealedJson.column",
                    new Case(
                            TABLE + ", column details: it is no JSON, and so nothing that its paths left",
                            revealer(new Fixture.FixedKeys())::apply,
                            record("shop.public.customer", null, null, null, Map.of("details", "{" + MARK)))),
            Map.entry(
                    "Protector.understood (no keys)",
                    new Case(
                            TOPIC + ": the lease on the key state is lost",
                            protector(customer(), UndeclaredColumns.DROP, noKeys()),
                            row(CUSTOMER_ROW, Fixture.customer(1, MARK)))),
            Map.entry(
                    "Protector.understood",
                    new Case(
                            TOPIC + ": the record has a shape that is not understood (IllegalArgumentException)",
                            protector(customer()),
                            record("shop.public.customer", null, null, null, Map.of("id", List.of(MARK))))),
            Map.entry(
                    "RecordKind.of",
                    new Case(
                            TOPIC + ": its value is neither a struct with a schema nor a map without one",
                            protector(customer()),
                            record("shop.public.customer", null, null, null, MARK))),
            Map.entry(
                    "RecordKind.known",
                    new Case(
                            TOPIC + ": it looks like a heartbeat record and its key does not",
                            protector(customer()),
                            record(
                                    "shop.public.customer",
                                    text("io.storeveil.Key"),
                                    new Struct(text("io.storeveil.Key")).put("text", MARK),
                                    text("io.debezium.connector.common.Heartbeat"),
                                    new Struct(text("io.debezium.connector.common.Heartbeat")).put("text", MARK)))),
            Map.entry(
                    "RecordKind.operation",
                    new Case(
                            TOPIC + ": it is a change event of an operation or shape that is not known",
                            protector(customer()),
                            Fixture.change(MARK, null, Fixture.customer(1, MARK)))),
            Map.entry(
                    "Protector.table",
                    new Case(
                            TOPIC + ": its source block names no table",
                            protector(customer()),
                            record(
                                    "shop.public.customer",
                                    null,
                                    null,
                                    null,
                                    envelope(Map.of("db", MARK), Map.of("id", MARK))))),
            Map.entry(
                    "TopicNames.table",
                    new Case(
                            "topic shop.public.a_b: it is the topic of several tables: [public.a b, public.a+b]",
                            protector(
                                    UndeclaredColumns.DROP,
                                    new Fixture.FixedKeys(),
                                    Fixture.table(new TableName("public", "a b"), List.of())
                                            .with("id", "none", "")
                                            .build(),
                                    Fixture.table(new TableName("public", "a+b"), List.of())
                                            .with("id", "none", "")
                                            .build()),
                            record("shop.public.a_b", null, null, null, Map.of("id", MARK)))),
            Map.entry(
                    "Undeclared.table",
                    new Case(
                            "topic shop.public.diary, rule 'undeclared-columns: stop': the policy does not know its table",
                            protector(customer(), UndeclaredColumns.STOP, new Fixture.FixedKeys()),
                            record("shop.public.diary", null, null, null, Map.of("entry", MARK)))),
            Map.entry(
                    "Undeclared.column",
                    new Case(
                            TABLE + ", column nickname, rule 'undeclared-columns: stop': the policy does not know it",
                            protector(customer(), UndeclaredColumns.STOP, new Fixture.FixedKeys()),
                            record("shop.public.customer", null, null, null, Map.of("id", 1, "nickname", MARK)))),
            Map.entry(
                    "Undeclared.inside",
                    new Case(
                            TABLE
                                    + ", column details.$.address, rule 'undeclared-columns: stop': inside of it is something",
                            protector(customer(), UndeclaredColumns.STOP, new Fixture.FixedKeys()),
                            record(
                                    "shop.public.customer",
                                    null,
                                    null,
                                    null,
                                    Map.of(
                                            "id",
                                            1,
                                            "details",
                                            "{\"address\": {\"" + MARK + "\": \"" + MARK + "\"}}")))),
            Map.entry(
                    "RowPlan.ofKey",
                    new Case(
                            TABLE + ", column text: it is in the record's key and the policy does not know it",
                            protector(customer()),
                            record(
                                    "shop.public.customer",
                                    text("k"),
                                    new Struct(text("k")).put("text", MARK),
                                    null,
                                    null))),
            Map.entry(
                    "MapRowPlan$OfKey.part",
                    new Case(
                            TABLE + ", column nickname: it is in the record's key and the policy does not know it",
                            protector(customer()),
                            record("shop.public.customer", null, Map.of("nickname", MARK), null, null))),
            Map.entry(
                    "Protector.keyPlan",
                    new Case(
                            TABLE + ": its key is neither a struct with a schema nor a map without one",
                            protector(customer()),
                            record("shop.public.customer", Schema.STRING_SCHEMA, MARK, null, null))),
            Map.entry(
                    "ColumnPlan.ofKey",
                    new Case(
                            TABLE
                                    + ", column email, rule 'its-category: encrypt': a record's key cannot be protected so,"
                                    + " or its deletes would find no row; allowed: pseudonymise, tokenise,"
                                    + " encrypt-deterministic, none",
                            protector(customer()),
                            record(
                                    "shop.public.customer",
                                    field("email", Schema.STRING_SCHEMA),
                                    new Struct(field("email", Schema.STRING_SCHEMA)).put("email", MARK),
                                    null,
                                    null))),
            Map.entry(
                    "TreeValue.applyToKey",
                    new Case(
                            TABLE
                                    + ", column password, rule 'its-category: drop': a record's key cannot be protected so",
                            protector(customer()),
                            record("shop.public.customer", null, Map.of("password", MARK), null, null))),
            Map.entry(
                    "ValuePlan.of",
                    new Case(
                            TABLE
                                    + ", column born, rule 'its-category: generalise: year': 'generalise: year' cannot take"
                                    + " text; it takes",
                            protector(customer()),
                            row(
                                    field("born", Schema.STRING_SCHEMA),
                                    new Struct(field("born", Schema.STRING_SCHEMA)).put("born", MARK)))),
            Map.entry(
                    "CollectionPlan.of",
                    new Case(
                            TABLE
                                    + ", column details.$.address: a map's values have one type, and its paths give several",
                            protector(customer()),
                            row(nestedMap(), nestedMapWith(MARK)))),
            Map.entry(
                    "ValuePlan.apply",
                    new Case(
                            TABLE + ", column email, rule 'its-category: encrypt': the row names no owner: every column"
                                    + " that could is null",
                            protector(customer()),
                            row(withoutId(), new Struct(withoutId()).put("email", MARK)))),
            Map.entry(
                    "TreeValue.replace",
                    new Case(
                            TABLE + ", column email, rule 'its-category: encrypt': the row names no owner: every column"
                                    + " that could is null",
                            protector(customer()),
                            record("shop.public.customer", null, null, null, mapOf("id", null, "email", MARK)))),
            Map.entry(
                    "RowOwner.missing",
                    new Case(
                            TABLE + ", column id: it says whose key the row is under, and is not in the record",
                            protector(customer()),
                            row(
                                    field("email", Schema.STRING_SCHEMA),
                                    new Struct(field("email", Schema.STRING_SCHEMA)).put("email", MARK)))),
            Map.entry(
                    "ValuePlan.result",
                    new Case(
                            TABLE + ", column born, rule 'its-category: generalise: year': a value has not the form its"
                                    + " type says (DateTimeParseException)",
                            protector(customer()),
                            row(zoned(), new Struct(zoned()).put("born", MARK)))),
            Map.entry(
                    "TreeValue.result",
                    new Case(
                            TABLE
                                    + ", column email, rule 'its-category: encrypt': a value has not the form its type says"
                                    + " (",
                            protector(customer(), UndeclaredColumns.DROP, brokenKeys()),
                            record("shop.public.customer", null, null, null, Map.of("id", 1, "email", MARK)))),
            Map.entry(
                    "SourceBlock.harmless",
                    new Case(
                            TABLE + ": the source block's required field 'note' is not known to be harmless",
                            protector(customer()),
                            withSourceNote()))));

    @TestFactory
    List<DynamicTest> eachStop_saysWhereAndWhat_andNoValue() {
        return cases.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Case each = entry.getValue();
                    assertThat(String.valueOf(each.record)).as("the record").contains(MARK);

                    Throwable stop = catchThrowable(() -> each.transform.apply(each.record));

                    assertThat(stop)
                            .isInstanceOf(ProtectionStopped.class)
                            .hasNoCause()
                            .hasNoSuppressedExceptions();
                    assertThat(stop.getMessage()).startsWith(each.message).doesNotContain(MARK);
                    StackTraceElement thrown = stop.getStackTrace()[0];
                    assertThat(place(thrown.getClassName(), thrown.getMethodName()))
                            .as("where it was thrown")
                            .isEqualTo(entry.getKey().replaceAll(" \\(.*", ""));
                }))
                .toList();
    }

    @Test
    void thereIsNoOtherPlaceThatStops() {
        assertThat(places(ProtectionStopped.class))
                .containsExactlyInAnyOrderElementsOf(cases.keySet().stream()
                        .map(name -> name.replaceAll(" \\(.*", ""))
                        .toList());
    }

    /** As many times as the place constructs one. */
    static List<String> places(Class<?> thrown) {
        return CLASSES.stream()
                .flatMap(type -> type.getConstructorCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().isEquivalentTo(thrown))
                .sorted(Comparator.comparing(JavaConstructorCall::getLineNumber))
                .map(call ->
                        place(call.getOriginOwner().getName(), call.getOrigin().getName()))
                .toList();
    }

    static String place(String type, String method) {
        return type.substring(type.lastIndexOf('.') + 1) + "." + method;
    }

    private static Protector protector(Table table) {
        return protector(table, UndeclaredColumns.DROP, new Fixture.FixedKeys());
    }

    private static Protector protector(Table table, UndeclaredColumns undeclared, Keys keys) {
        return protector(undeclared, keys, table);
    }

    private static Protector protector(UndeclaredColumns undeclared, Keys keys, Table... tables) {
        Map<TableName, Table> byName = new LinkedHashMap<>();
        for (Table table : tables) {
            byName.put(table.name(), table);
        }
        Policy policy = Fixture.policy(byName, undeclared);
        Rules rules = new Rules(policy, Rules.Before.FULL, new Placeholder("__debezium_unavailable_value"));
        return new Protector(rules, keys, new Counters(new KeysInUse(keys)));
    }

    private static Revealer revealer(Keys keys) {
        Table table = Fixture.table(Fixture.CUSTOMER, List.of())
                .with("email", "encrypt", "")
                .withInside("details", Map.of("$.name", "encrypt"))
                .build();
        return new Revealer(
                Fixture.policy(Map.of(table.name(), table), UndeclaredColumns.DROP),
                Fixture.PURPOSE,
                keys,
                new RevealedColumn.Reader(Permission.always(), new Placeholder("__debezium_unavailable_value")),
                new AddedFields(AddedFields.PREFIX),
                new Counters(new KeysInUse(keys)));
    }

    private static Schema ofNoType() {
        return field(
                "email",
                SchemaBuilder.string().parameter("storeveil.type", "text!").build());
    }

    private static Table customer() {
        return Fixture.table(Fixture.CUSTOMER, List.of())
                .with("id", "pseudonymise", "public.customer.id")
                .with("email", "encrypt", "")
                .with("name", "encrypt", "")
                .with("born", "generalise: year", "")
                .with("password", "drop", "")
                .with("visits", "none", "")
                .withInside("details", Map.of("$.address.city", "none", "$.address.street", "encrypt"))
                .build();
    }

    private static SourceRecord row(Schema schema, Object row) {
        return record("shop.public.customer", null, null, schema, row);
    }

    private static Schema field(String name, Schema schema) {
        return SchemaBuilder.struct().name("row").field(name, schema).build();
    }

    private static Schema text(String name) {
        return SchemaBuilder.struct()
                .name(name)
                .field("text", Schema.STRING_SCHEMA)
                .build();
    }

    private static Schema zoned() {
        return field(
                "born",
                SchemaBuilder.string().name("io.debezium.time.ZonedTimestamp").build());
    }

    private static Schema withoutId() {
        return SchemaBuilder.struct()
                .field("id", Schema.OPTIONAL_INT64_SCHEMA)
                .field("email", Schema.STRING_SCHEMA)
                .build();
    }

    private static Schema nestedMap() {
        Schema address =
                SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA).build();
        return field("details", field("address", address));
    }

    private static Struct nestedMapWith(String value) {
        Schema details = nestedMap().field("details").schema();
        return new Struct(nestedMap()).put("details", new Struct(details).put("address", Map.of("city", value)));
    }

    private static Map<String, Object> envelope(Map<String, Object> source, Map<String, Object> after) {
        return Map.of("op", "c", "source", source, "after", after);
    }

    private static Map<String, @Nullable Object> mapOf(
            String name, @Nullable Object value, String other, @Nullable Object otherValue) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put(name, value);
        map.put(other, otherValue);
        return map;
    }

    private static SourceRecord withSourceNote() {
        Schema source = SchemaBuilder.struct()
                .name("source")
                .field("schema", Schema.STRING_SCHEMA)
                .field("table", Schema.STRING_SCHEMA)
                .field("note", Schema.STRING_SCHEMA)
                .build();
        Schema envelope = SchemaBuilder.struct()
                .field("before", CUSTOMER_ROW)
                .field("after", CUSTOMER_ROW)
                .field("source", source)
                .field("op", Schema.STRING_SCHEMA)
                .build();
        Struct value = new Struct(envelope)
                .put("after", Fixture.customer(1, MARK))
                .put("op", "c")
                .put(
                        "source",
                        new Struct(source)
                                .put("schema", "public")
                                .put("table", "customer")
                                .put("note", MARK));
        return record("shop.public.customer", CUSTOMER_KEY, Fixture.customerKey(1), envelope, value);
    }

    private static Keys noKeys() {
        return keys(() -> {
            throw new KeyStateUnavailable("the lease on the key state is lost");
        });
    }

    /** With owners' keys of a length that no cipher takes. */
    private static Keys brokenKeys() {
        Fixture.FixedKeys whole = new Fixture.FixedKeys();
        OwnerKey broken = new OwnerKey.Present(
                new SecretKeySpec(new byte[] {1, 2, 3}, "AES"), KeyReference.of(new byte[KeyReference.LENGTH]));
        Keyring keyring = (Keyring) Proxy.newProxyInstance(
                StopsTest.class.getClassLoader(),
                new Class<?>[] {Keyring.class},
                (proxy, method, arguments) ->
                        method.getReturnType() == OwnerKey.class ? broken : method.invoke(whole, arguments));
        return keys(() -> keyring);
    }

    private static Keys keys(Supplier<Keyring> keyring) {
        return new Keys() {
            @Override
            public Keyring current() {
                return keyring.get();
            }

            @Override
            public long leaseLeftMillis() {
                return 0;
            }

            @Override
            public void close() {}
        };
    }
}

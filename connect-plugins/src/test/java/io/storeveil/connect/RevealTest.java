package io.storeveil.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.connect.Permission.Verdict;
import io.storeveil.connect.RevealedColumn.Reader;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** What a purpose may see comes back as it was; everything else stays as it is. */
@SuppressWarnings("JavaUtilDate") // Connect's own logical types
class RevealTest {

    private static final String TOPIC = "store.public.customer";

    /** Every form that a column can have, by its name in the policy below. */
    private static final Map<String, Schema> TYPES = types();

    private static Map<String, Schema> types() {
        Map<String, Schema> types = new LinkedHashMap<>();
        types.put("truth", Schema.OPTIONAL_BOOLEAN_SCHEMA);
        types.put("tiny", Schema.OPTIONAL_INT8_SCHEMA);
        types.put("small", Schema.INT16_SCHEMA);
        types.put("number", SchemaBuilder.int32().defaultValue(7).build());
        types.put("large", Schema.OPTIONAL_INT64_SCHEMA);
        types.put("single", Schema.OPTIONAL_FLOAT32_SCHEMA);
        types.put("real", Schema.FLOAT64_SCHEMA);
        types.put("text", Schema.STRING_SCHEMA);
        types.put(
                "name", Fixture.varchar(40).optional().doc("as in the passport").build());
        types.put("code", Fixture.varchar(3).defaultValue("abc").build());
        types.put(
                "mood",
                SchemaBuilder.string()
                        .name("io.debezium.data.Enum")
                        .version(1)
                        .parameter("allowed", "fine, so=so,100%")
                        .optional()
                        .build());
        types.put("bytes", Schema.OPTIONAL_BYTES_SCHEMA);
        types.put("card", Schema.OPTIONAL_STRING_SCHEMA);
        types.put(
                "price",
                Decimal.builder(2)
                        .parameter("connect.decimal.precision", "10")
                        .parameter("__debezium.source.column.type", "NUMERIC")
                        .parameter("__debezium.source.column.length", "10")
                        .parameter("__debezium.source.column.scale", "2")
                        .optional()
                        .build());
        types.put(
                "any_scale",
                SchemaBuilder.struct()
                        .name("io.debezium.data.VariableScaleDecimal")
                        .version(1)
                        .field("scale", Schema.INT32_SCHEMA)
                        .field("value", Schema.BYTES_SCHEMA)
                        .optional()
                        .build());
        types.put(
                "uuid",
                SchemaBuilder.string()
                        .name("io.debezium.data.Uuid")
                        .version(1)
                        .optional()
                        .build());
        types.put(
                "json",
                SchemaBuilder.string()
                        .name("io.debezium.data.Json")
                        .version(1)
                        .optional()
                        .build());
        types.put(
                "day",
                SchemaBuilder.int32()
                        .name("io.debezium.time.Date")
                        .version(1)
                        .optional()
                        .build());
        types.put(
                "micro",
                SchemaBuilder.int64()
                        .name("io.debezium.time.MicroTime")
                        .version(1)
                        .optional()
                        .build());
        types.put(
                "moment",
                SchemaBuilder.int64()
                        .name("io.debezium.time.MicroTimestamp")
                        .version(1)
                        .build());
        types.put("connect", Timestamp.builder().optional().build());
        types.put(
                "zoned",
                SchemaBuilder.string()
                        .name("io.debezium.time.ZonedTimestamp")
                        .version(1)
                        .optional()
                        .build());
        types.put(
                "pause",
                SchemaBuilder.int64()
                        .name("io.debezium.time.MicroDuration")
                        .version(1)
                        .optional()
                        .build());
        types.put(
                "tags",
                SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).optional().build());
        types.put(
                "days",
                SchemaBuilder.array(SchemaBuilder.int32()
                                .name("io.debezium.time.Date")
                                .version(1)
                                .optional()
                                .build())
                        .optional()
                        .build());
        types.put(
                "sizes",
                SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_INT32_SCHEMA)
                        .optional()
                        .build());
        types.put(
                "spot",
                SchemaBuilder.struct()
                        .name("io.debezium.data.geometry.Point")
                        .version(1)
                        .field("x", Schema.FLOAT64_SCHEMA)
                        .field("y", Schema.FLOAT64_SCHEMA)
                        .field("wkb", Schema.OPTIONAL_BYTES_SCHEMA)
                        .field("srid", Schema.OPTIONAL_INT32_SCHEMA)
                        .optional()
                        .build());
        return types;
    }

    private static final Schema ROW = row();

    private static Schema row() {
        SchemaBuilder row =
                SchemaBuilder.struct().name("store.public.customer.Value").optional();
        row.field("id", Schema.INT64_SCHEMA).field("login", Schema.STRING_SCHEMA);
        TYPES.forEach(row::field);
        return row.build();
    }

    private static final Schema KEY = SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("login", Schema.STRING_SCHEMA)
            .build();

    private final Policy policy = policy();
    private KeyState keys = KeyState.create();
    private Verdict verdict = Verdict.GIVEN;
    private final Counters counters = new Counters(new KeysInUse(new Fixture.KeysOf(keys)));

    private static Policy policy() {
        StringBuilder columns = new StringBuilder();
        TYPES.keySet().forEach(name -> columns.append("      \"")
                .append(name)
                .append(name.equals("card") ? "\": { is: login, for: [care, books] }\n" : "\": seen\n"));
        try {
            Path file = Files.createTempFile("policy", ".yaml");
            Files.writeString(
                    file,
                    """
                    policy: storeveil/v1
                    controller: { name: Shop, contact: privacy@shop.example }
                    time-zone: UTC
                    categories:
                      key: [pseudonymise, keep]
                      login: [encrypt-deterministic, keep]
                      seen: [encrypt, redact]
                      plain: [none, keep]
                    purposes:
                      care: { basis: contract, keep: P3Y }
                      ads: { basis: consent, keep: P2Y }
                      books: { basis: legal-obligation, reference: "AO s. 147", keep: P8Y }
                    subjects: { customer: { table: customer, key: [id], clock: none } }
                    tables:
                      customer:
                        key: [id, login]
                        purposes: [care]
                        columns:
                          id: key
                          login: login
                          hidden: { is: seen, for: [ads] }
                    """
                            + columns);
            Policy policy = PolicyLoader.load(file);
            Files.delete(file);
            return policy;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private SourceRecord protect(SourceRecord record) {
        Protector protector = new Protector(
                new Rules(policy, Rules.Before.FULL, new Placeholder("__debezium_unavailable_value")),
                new Fixture.KeysOf(keys),
                counters);
        SourceRecord result = protector.apply(record);
        assertThat(result).isNotNull();
        return result;
    }

    private SourceRecord reveal(SourceRecord record, String purpose) {
        Permission permission = new Permission() {
            @Override
            public Verdict of(KeyReference subject, Keyring any, @Nullable Instant written) {
                return verdict;
            }

            @Override
            public void close() {}
        };
        Revealer revealer = new Revealer(
                policy,
                purpose,
                new Fixture.KeysOf(keys),
                new Reader(permission, new Placeholder("__debezium_unavailable_value")),
                new AddedFields(AddedFields.PREFIX),
                counters);
        return revealer.apply(record);
    }

    private static SourceRecord flat(Struct row) {
        Struct key = new Struct(KEY).put("id", row.get("id")).put("login", row.get("login"));
        return Fixture.record(TOPIC, KEY, key, ROW, row);
    }

    private static SourceRecord envelope(@Nullable Struct before, @Nullable Struct after) {
        Schema schema = Fixture.envelopeSchema("customer", ROW);
        Struct change = new Struct(schema)
                .put("before", before)
                .put("after", after)
                .put("source", Fixture.source("public", "customer"))
                .put("op", after == null ? "d" : "u");
        Struct row = after == null ? before : after;
        Struct key = new Struct(KEY).put("id", row.get("id")).put("login", row.get("login"));
        return Fixture.record(TOPIC, KEY, key, schema, change);
    }

    @Provide
    Arbitrary<Struct> rows() {
        return Arbitraries.longs().between(1, 1_000_000).flatMap(id -> Arbitraries.randoms()
                .map(random -> {
                    Struct row = new Struct(ROW).put("id", id).put("login", "user" + id);
                    for (Map.Entry<String, Schema> type : TYPES.entrySet()) {
                        boolean nothing = type.getValue().isOptional() && random.nextInt(4) == 0;
                        row.put(type.getKey(), nothing ? null : value(type.getKey(), type.getValue(), random));
                    }
                    return row;
                }));
    }

    private static Object value(String name, Schema type, java.util.Random random) {
        return switch (name) {
            case "truth" -> random.nextBoolean();
            case "tiny" -> (byte) random.nextInt();
            case "small" -> (short) random.nextInt();
            case "number", "day" -> name.equals("day") ? random.nextInt(40_000) : random.nextInt();
            case "large", "pause" -> random.nextLong();
            case "single" -> random.nextInt(9) == 0 ? Float.NaN : random.nextFloat();
            case "real" -> random.nextInt(9) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian();
            case "bytes" ->
                ByteBuffer.wrap(String.valueOf(random.nextLong()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case "price" -> BigDecimal.valueOf(random.nextInt(), 2);
            case "any_scale" ->
                new Struct(type)
                        .put("scale", random.nextInt(20))
                        .put(
                                "value",
                                java.math.BigInteger.valueOf(random.nextLong()).toByteArray());
            case "uuid" -> new java.util.UUID(random.nextLong(), random.nextLong()).toString();
            case "json" -> "{\"a\": " + random.nextInt() + "}";
            case "micro" -> random.nextLong(86_400_000_000L);
            case "moment" -> random.nextLong(4_000_000_000_000_000L);
            case "connect" -> new Date(random.nextLong(4_000_000_000_000L));
            case "zoned" -> Instant.ofEpochSecond(random.nextInt(), 123_456_000).toString();
            case "tags" -> Arrays.asList("a,b", null, "ü " + random.nextInt());
            case "days" -> List.of(random.nextInt(9_000), 3);
            case "sizes" -> new LinkedHashMap<>(Map.of("coat", random.nextInt(60)));
            case "spot" ->
                new Struct(type).put("x", random.nextDouble()).put("y", -1.5).put("wkb", ByteBuffer.wrap(new byte[] {
                    1, (byte) random.nextInt()
                }));
            case "code" -> "c" + random.nextInt(9);
            default -> random.nextInt(9) == 0 ? "" : "żółw 🐢 " + random.nextInt();
        };
    }

    private static void isWhatItWas(Struct revealed, Struct row) {
        for (Field field : ROW.fields()) {
            if (field.name().equals("id")) {
                continue;
            }
            Field back = revealed.schema().field(field.name());
            assertThat(plain(revealed.get(back))).as(field.name()).isEqualTo(plain(row.get(field)));
            assertThat(back.schema()).as(field.name()).isEqualTo(asSent(field.schema()));
            assertThat(back.schema().isOptional()).as(field.name()).isTrue();
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Struct struct && struct.schema().field("scale") != null) {
            return struct.get("scale") + " " + Arrays.toString((byte[]) struct.get("value"));
        }
        return value instanceof Date date ? date.getTime() : value;
    }

    /** With null allowed; a default and an enum's labels are the store's own, and do not leave it. */
    private static Schema asSent(Schema schema) {
        Schema without = SchemaCopy.withoutDefault(schema, true, null);
        if (schema.parameters() == null || !schema.parameters().containsKey(OriginalType.ALLOWED)) {
            return without;
        }
        return SchemaBuilder.type(schema.type())
                .name(schema.name())
                .version(schema.version())
                .optional()
                .build();
    }

    @Property(tries = 200)
    void protectThenRevealGivesBackARow(@ForAll("rows") Struct row) {
        SourceRecord flat = reveal(protect(flat(row)), "care");
        isWhatItWas((Struct) flat.value(), row);
        assertThat(((Struct) flat.key()).get("login")).isEqualTo(row.get("login"));
        ((Struct) flat.value()).validate();
    }

    @Property(tries = 50)
    void protectThenRevealGivesBackAChange(@ForAll("rows") Struct before, @ForAll("rows") Struct after) {
        SourceRecord protectedOne = protect(envelope(before, after));
        SourceRecord change = reveal(protectedOne, "care");
        Struct value = (Struct) change.value();
        value.validate();
        isWhatItWas(value.getStruct("before"), before);
        isWhatItWas(value.getStruct("after"), after);
        assertThat(value.get("source")).isEqualTo(((Struct) protectedOne.value()).get("source"));
    }

    @Property(tries = 50)
    void whatIsNotForThePurposeStaysAsItIs(@ForAll("rows") Struct row) {
        SourceRecord protectedOne = protect(flat(row));
        assertThat(reveal(protectedOne, "ads")).isEqualTo(protectedOne);
    }

    private static Struct ada() {
        Struct row = new Struct(ROW).put("id", 42L).put("login", "ada");
        row.put("small", (short) 1)
                .put("number", 2)
                .put("real", 3.0)
                .put("text", "Ada")
                .put("moment", 4L);
        return row.put("name", "Ada Lovelace").put("code", "abc").put("day", 6_000);
    }

    private static Struct with(SourceRecord record, String column, Object value) {
        Struct row = (Struct) record.value();
        Struct copy = new Struct(row.schema());
        row.schema().fields().forEach(field -> copy.put(field, row.get(field)));
        return copy.put(column, value);
    }

    @Example
    void anErasedPersonsColumnsHoldTheMarkerWhereTheirTypeCan_andNullElsewhere() {
        SourceRecord protectedOne = protect(flat(ada()));
        keys = keys.puncture(List.of(keys.reference(OwnerId.of("public.customer", List.of(42L)))));
        Struct row = (Struct) reveal(protectedOne, "care").value();
        assertThat(row.get("text")).isEqualTo("[erased]");
        assertThat(row.get("name")).isEqualTo("[erased]");
        assertThat(row.get("code")).as("three characters have no room for it").isNull();
        assertThat(row.get("day")).isNull();
        assertThat(row.get("login")).as("a domain's key outlives the person").isEqualTo("ada");
    }

    @Example
    void aDomainKeyedColumnOfAnErasedPersonIsLeftToTheLegalObligationAlone() {
        keys = keys.closing(List.of(keys.reference(OwnerId.of("public.customer", List.of(42L)))));
        SourceRecord flat = protect(flat(ada().put("card", "A-7")));
        SourceRecord change = protect(envelope(null, ada().put("card", "A-7")));

        assertThat(((Struct) reveal(flat, "care").value()).get("card")).isNull();
        assertThat(((Struct) reveal(change, "care").value()).getStruct("after").get("card"))
                .isNull();
        assertThat(((Struct) reveal(flat, "care").value()).get("login"))
                .as("finds the row")
                .isEqualTo("ada");
        assertThat(((Struct) reveal(flat, "books").value()).get("card")).isEqualTo("A-7");
    }

    @Example
    void withoutConsentColumnsAreNull_andCounted() {
        SourceRecord protectedOne = protect(flat(ada()));
        verdict = Verdict.REFUSED;
        assertThat(((Struct) reveal(protectedOne, "care").value()).get("text")).isNull();
        assertThat(counters.sum(Metric.REFUSED_FIELDS)).isEqualTo(8);
        verdict = Verdict.UNKNOWN;
        assertThat(((Struct) reveal(protectedOne, "care").value()).get("day")).isNull();
        assertThat(counters.sum(Metric.UNKNOWN_CONSENT_FIELDS)).isEqualTo(8);
    }

    @Example
    void anAlteredTextStopsTheTask_sayingWhereAndNotWhat() {
        SourceRecord protectedOne = protect(flat(ada()));
        String text = ((Struct) protectedOne.value()).getString("text");
        char last = text.charAt(text.length() - 6);
        String altered =
                text.substring(0, text.length() - 6) + (last == 'A' ? 'B' : 'A') + text.substring(text.length() - 5);
        for (Object wrong : List.of(altered, "Ada in the clear", ((Struct) protectedOne.value()).getString("name"))) {
            Struct row = with(protectedOne, "text", wrong);
            assertThatThrownBy(() -> reveal(Fixture.record(TOPIC, null, null, row.schema(), row), "care"))
                    .isInstanceOf(ProtectionStopped.class)
                    .hasMessageStartingWith(
                            "topic store.public.customer, table public.customer, column text, rule 'seen: encrypt': ")
                    .hasMessageNotContaining("Ada");
        }
    }

    @Example
    void aSchemalessRowComesBackAsJsonHasIt() {
        Struct row = (Struct) protect(flat(ada())).value();
        Map<String, Object> map = new LinkedHashMap<>();
        row.schema().fields().forEach(field -> map.put(field.name(), row.get(field)));
        Map<?, ?> back = (Map<?, ?>)
                reveal(Fixture.record(TOPIC, null, null, null, map), "care").value();
        assertThat(back.get("text")).isEqualTo("Ada");
        assertThat(back.get("number")).isEqualTo(2L);
        assertThat(back.get("day")).isEqualTo("1986-06-06");
        assertThat(back.containsKey("truth")).isTrue();
        assertThat(back.get("id")).isEqualTo(row.get("id"));
        assertThat(map.get("text")).as("the input is not changed").isEqualTo(row.get("text"));

        verdict = Verdict.REFUSED;
        Map<?, ?> change = (Map<?, ?>) reveal(
                        Fixture.record(
                                "elsewhere",
                                null,
                                null,
                                null,
                                Map.of(
                                        "op",
                                        "u",
                                        "source",
                                        Map.of("schema", "public", "table", "customer"),
                                        "after",
                                        map)),
                        "care")
                .value();
        assertThat(((Map<?, ?>) change.get("after")).get("text")).isNull();
        assertThat(((Map<?, ?>) change.get("after")).containsKey("text")).isTrue();
    }

    @Example
    void aTextWithoutItsTypeStaysAText() {
        SourceRecord protectedOne = protect(flat(ada()));
        Struct typed = (Struct) protectedOne.value();
        SchemaBuilder untyped = SchemaBuilder.struct();
        typed.schema()
                .fields()
                .forEach(field -> untyped.field(
                        field.name(),
                        SchemaBuilder.type(field.schema().type()).optional().build()));
        Struct row = new Struct(untyped.build());
        typed.schema().fields().forEach(field -> row.put(field.name(), typed.get(field)));
        Struct back = (Struct) reveal(Fixture.record(TOPIC, null, null, row.schema(), row), "care")
                .value();
        assertThat(back.get("day")).isEqualTo("1986-06-06");
        assertThat(back.get("number")).isEqualTo("2");
    }

    @Example
    void aLargeValueThatDidNotChangePasses() {
        Struct row = ada().put("text", "__debezium_unavailable_value");
        assertThat(((Struct) reveal(protect(flat(row)), "care").value()).get("text"))
                .isEqualTo("__debezium_unavailable_value");
    }

    @Example
    void recordsThatAreNoRowsPassAsTheyAre() {
        SourceRecord text = Fixture.record("elsewhere", null, null, Schema.STRING_SCHEMA, "hello");
        assertThat(reveal(text, "care")).isSameAs(text);
        SourceRecord other = Fixture.record("store.public.unknown", null, null, ROW, ada());
        assertThat(reveal(other, "care")).isSameAs(other);
    }
}

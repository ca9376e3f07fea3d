package io.storeveil.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.keys.KeyState;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.policy.UndeclaredColumns;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.protect.Opened;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import io.storeveil.protect.Pseudonym;
import io.storeveil.protect.StoredText;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Protect over the records of a real Debezium from a real PostgreSQL, many types and every kind of change. */
class CapturedIT {

    private static final TableName THING = new TableName("public", "thing");
    private static final String TOPIC = "shop.public.thing";
    private static final String LARGE = "x".repeat(20_000);

    /** Columns, how they are declared, and a value in SQL. */
    private static final Map<String, List<String>> COLUMNS = new TreeMap<>(Map.ofEntries(
            Map.entry("c_text", List.of("text", "'canary text'")),
            Map.entry("c_varchar", List.of("varchar(40) not null default 'nobody'", "'canary varchar'")),
            Map.entry("c_char", List.of("char(9)", "'canarych'")),
            Map.entry("c_numeric", List.of("numeric(12,2)", "7654321.25")),
            Map.entry("c_free_numeric", List.of("numeric", "765432.125")),
            Map.entry("c_smallint", List.of("smallint not null default 5", "31234")),
            Map.entry("c_int", List.of("int", "1987654321")),
            Map.entry("c_bigint", List.of("bigint", "918273645546372819")),
            Map.entry("c_real", List.of("real", "765.4375")),
            Map.entry("c_double", List.of("double precision", "76543.21875")),
            Map.entry("c_boolean", List.of("boolean", "true")),
            Map.entry("c_date", List.of("date", "'1987-06-05'")),
            Map.entry("c_time", List.of("time", "'12:34:56.123456'")),
            Map.entry("c_time3", List.of("time(3)", "'12:34:56.123'")),
            Map.entry("c_timetz", List.of("timetz", "'12:34:56.123456+02'")),
            Map.entry("c_timestamp", List.of("timestamp", "'1987-06-05 04:03:02.123456'")),
            Map.entry("c_timestamp3", List.of("timestamp(3)", "'1987-06-05 04:03:02.123'")),
            Map.entry("c_timestamptz", List.of("timestamptz", "'1987-06-05 04:03:02.123456+02'")),
            Map.entry("c_infinite", List.of("timestamptz", "'infinity'")),
            Map.entry("c_infinite_date", List.of("date", "'infinity'")),
            Map.entry("c_infinite_timestamp", List.of("timestamp", "'-infinity'")),
            Map.entry("c_interval", List.of("interval", "'1 month 2 days 03:04:05'")),
            Map.entry("c_uuid", List.of("uuid", "'5ca1ab1e-0000-4000-8000-00000000cafe'")),
            Map.entry("c_json", List.of("json", "'{\"name\": \"canary json\"}'")),
            Map.entry("c_jsonb", List.of("jsonb", "'{\"name\": \"canary jsonb\"}'")),
            Map.entry("c_bytea", List.of("bytea", "'canary bytea'::bytea")),
            Map.entry("c_text_array", List.of("text[]", "array['canary array', null]")),
            Map.entry("c_int_array", List.of("int[]", "array[1987654321, 2]")),
            Map.entry("c_enum", List.of("mood", "'canary mood'")),
            Map.entry("c_inet", List.of("inet", "'192.0.2.77'")),
            Map.entry("c_xml", List.of("xml", "'<a>canary xml</a>'")),
            Map.entry("c_bits", List.of("bit(8)", "B'10101011'")),
            Map.entry("c_range", List.of("int4range", "'[31234,41234)'")),
            Map.entry("c_point", List.of("point", "'(765.4375,2)'")),
            Map.entry("c_large", List.of("text", "'" + LARGE + "'"))));

    private static @Nullable Capture capture;
    private static List<SourceRecord> records = List.of();

    private final KeyState state = KeyState.create();
    private final Keys keys = new Fixture.KeysOf(state);
    private final Counters counters = new Counters(new KeysInUse(keys));

    @BeforeAll
    static void change() throws Exception {
        StringBuilder ddl = new StringBuilder("create table thing (id bigint primary key");
        COLUMNS.forEach(
                (name, column) -> ddl.append(", ").append(name).append(' ').append(column.get(0)));
        Capture started = new Capture(
                "create type mood as enum ('canary mood', 'other')",
                ddl.append(")").toString(),
                insert(1),
                "create schema storeveil",
                "create table storeveil.journal (id bigint primary key, action text)",
                "create table storeveil.hold (id bigint primary key, subject_key text)",
                "create table diary (id bigint primary key, entry text)",
                "create type spot as (x int, y int)",
                "create table walk (id bigint primary key, spot spot, spots spot[], moods mood[])");
        capture = started;
        started.until(record -> record.topic().equals(TOPIC));
        started.execute(
                "alter table thing alter c_large set storage external",
                insert(2),
                "update thing set c_int = 4 where id = 2",
                "update thing set id = 3 where id = 2",
                "delete from thing where id = 3",
                "insert into diary values (1, 'canary diary')",
                "insert into walk values (1, '(1,2)', array['(1,2)']::spot[], array['other']::mood[])",
                "insert into storeveil.hold values (1, 'canary hold')",
                "insert into storeveil.journal values (1, 'marker')",
                "select pg_logical_emit_message(true, 'app', 'canary message')",
                "truncate thing",
                "insert into storeveil.journal values (2, 'end')");
        records = started.until(record -> record.topic().equals("shop.storeveil.journal")
                && ((Struct) record.value()).getStruct("after").get("action").equals("end"));
    }

    private static String insert(int id) {
        StringBuilder sql = new StringBuilder("insert into thing values (" + id);
        COLUMNS.values().forEach(column -> sql.append(", ").append(column.get(1)));
        return sql.append(")").toString();
    }

    @AfterAll
    static void stop() throws Exception {
        if (capture != null) {
            capture.close();
        }
    }

    @Test
    void underEveryProtection_everyTypeIsProtectedOrRefused() {
        List<SourceRecord> ofThing = ofThing();
        for (Protection protection : Protections.examples()) {
            for (Field column : row(ofThing.get(0)).schema().fields()) {
                if (!COLUMNS.containsKey(column.name())) {
                    continue;
                }
                Protector protector = protector(Map.of(column.name(), protection.toString()));
                if (protection.takes().contains(FieldShape.of(column.schema()).kind())) {
                    for (SourceRecord record : ofThing) {
                        valid(requireNonNull(protector.apply(record)), protection + " of " + column.name());
                    }
                } else {
                    assertThatThrownBy(() -> protector.apply(ofThing.get(0)))
                            .as(protection + " of " + column.name())
                            .isInstanceOf(ProtectionStopped.class)
                            .hasMessageContaining("column " + column.name())
                            .hasMessageContaining("it takes");
                }
            }
        }
    }

    @Test
    void whoReadsTheStore_callsAValueWhatTheStreamCallsIt() throws Exception {
        List<String> compared = new ArrayList<>();
        for (Map.Entry<String, List<String>> column : COLUMNS.entrySet()) {
            String name = column.getKey();
            String type = column.getValue().get(0).replaceFirst(" not null.*", "");
            String stored =
                    requireNonNull(capture).text("select (" + column.getValue().get(1) + ")::" + type + "::text");
            String baseType = capture.text("select typname from pg_type where oid = '" + type + "'::regtype");
            Kind kind = baseType.equals("mood")
                    ? Kind.TEXT
                    : StoredText.kind(baseType).orElse(null);
            if (kind == null || name.contains("infinite")) {
                continue;
            }
            compared.add(baseType);
            for (String protection : List.of("pseudonymise", "encrypt-deterministic")) {
                Struct row = row(requireNonNull(
                        protector(Map.of(name, protection)).apply(ofThing().get(0))));
                FieldContext context = new FieldContext("shop", THING.toString(), name, THING + "." + name);
                assertThat(row.get(name))
                        .as(protection + " of " + type)
                        .isEqualTo(Fixture.protection(protection)
                                .bind(FieldType.of(kind), context)
                                .apply(StoredText.value(kind, stored), state, null));
            }
        }
        assertThat(compared)
                .contains(
                        "bool", "int2", "int4", "int8", "numeric", "bytea", "date", "time", "timestamp", "timestamptz")
                .contains("uuid", "text", "varchar", "mood");
    }

    /** On which {@code policy check} relies. */
    @Test
    void arraysOfCompositeTypes_areLeftOutByDebezium_asCompositeTypesAre() {
        Schema walk = records.stream()
                .filter(record -> record.topic().equals("shop.public.walk"))
                .findFirst()
                .orElseThrow()
                .valueSchema()
                .field("after")
                .schema();

        assertThat(walk.fields()).extracting(Field::name).containsExactly("id", "moods");
    }

    @Test
    void encrypted_everyTypeOpensToItsValue() throws Exception {
        Struct row = row(encrypted(ofThing().get(0)));
        Map<String, Object> expected = Map.ofEntries(
                Map.entry("c_text", "canary text"),
                Map.entry("c_varchar", "canary varchar"),
                Map.entry("c_numeric", new BigDecimal("7654321.25")),
                Map.entry("c_free_numeric", new BigDecimal("765432.125")),
                Map.entry("c_smallint", 31234L),
                Map.entry("c_bigint", 918273645546372819L),
                Map.entry("c_real", 765.4375),
                Map.entry("c_double", 76543.21875),
                Map.entry("c_boolean", true),
                Map.entry("c_date", LocalDate.of(1987, 6, 5)),
                Map.entry("c_time", LocalTime.of(12, 34, 56, 123_456_000)),
                Map.entry("c_time3", LocalTime.of(12, 34, 56, 123_000_000)),
                Map.entry("c_timestamp", LocalDateTime.of(1987, 6, 5, 4, 3, 2, 123_456_000)),
                Map.entry("c_timestamp3", LocalDateTime.of(1987, 6, 5, 4, 3, 2, 123_000_000)),
                Map.entry("c_timestamptz", Instant.parse("1987-06-05T02:03:02.123456Z")),
                Map.entry("c_uuid", "5ca1ab1e-0000-4000-8000-00000000cafe"),
                Map.entry("c_json", "{\"name\": \"canary json\"}"),
                Map.entry("c_text_array", "[\"canary array\",null]"),
                Map.entry("c_int_array", "[1987654321,2]"),
                Map.entry("c_enum", "canary mood"),
                Map.entry("c_inet", "192.0.2.77"));
        for (Map.Entry<String, Object> entry : expected.entrySet()) {
            assertThat(open(row, entry.getKey()).value()).as(entry.getKey()).isEqualTo(entry.getValue());
        }
        assertThat(open(row, "c_bytea")).extracting(Opened.Value::kind).isEqualTo(Kind.BYTES);
        assertThat((byte[]) open(row, "c_bytea").value()).isEqualTo("canary bytea".getBytes(UTF_8));
    }

    @Test
    void encrypted_noValueIsInAnyRecordAnyMore() {
        JsonConverter json = json();
        for (SourceRecord record : records) {
            SourceRecord result = encrypted().apply(record);
            if (result != null) {
                String text = text(json, result.valueSchema(), result.value())
                        + text(json, result.keySchema(), result.key())
                        + result.sourceOffset()
                        + result.headers();
                assertThat(text)
                        .as(record.topic())
                        .doesNotContain("canary", "7654321", "765432", "31234", "1987654321", "918273645546372819")
                        .doesNotContain("765.4375", "76543.21875", "5ca1ab1e", "192.0.2.77", "xxxx")
                        .doesNotContain(Base64.getEncoder().encodeToString("canary bytea".getBytes(UTF_8)))
                        .doesNotContain(HexFormat.of().formatHex("canary bytea".getBytes(UTF_8)))
                        .doesNotContain(String.valueOf(LocalDate.of(1987, 6, 5).toEpochDay()));
            }
        }
    }

    @Test
    void encryptedColumns_areOptionalTextsLongEnough() {
        Schema row = row(encrypted(ofThing().get(0))).schema();

        for (String column : COLUMNS.keySet()) {
            Schema schema = row.field(column).schema();
            assertThat(schema.type()).as(column).isEqualTo(Schema.Type.STRING);
            assertThat(schema.isOptional()).as(column).isTrue();
            assertThat(schema.name()).as(column).isNull();
            assertThat(schema.defaultValue()).as(column).isNull();
            assertThat(schema.parameters().get("__debezium.source.column.type"))
                    .as(column)
                    .isIn("TEXT", "VARCHAR");
        }
        assertThat(row.field("c_varchar").schema().parameters())
                .containsEntry("__debezium.source.column.length", "280");
    }

    @Test
    void aValueThatWasNotSentAgain_keepsItsPlaceholder() {
        SourceRecord update = ofThing().stream()
                .filter(record -> "u".equals(operation(record)))
                .findFirst()
                .orElseThrow();
        assertThat(row(update).get("c_large")).isEqualTo("__debezium_unavailable_value");

        assertThat(row(encrypted(update)).get("c_large")).isEqualTo("__debezium_unavailable_value");
    }

    @Test
    void aChangedKey_isADeleteATombstoneAndACreateWithProtectedHeaders() {
        SourceRecord deleted = ofThing().stream()
                .filter(record -> header(record, "__debezium.newkey") != null)
                .findFirst()
                .orElseThrow();
        SourceRecord created = ofThing().stream()
                .filter(record -> header(record, "__debezium.oldkey") != null)
                .findFirst()
                .orElseThrow();

        SourceRecord protectedDelete = encrypted(deleted);
        SourceRecord protectedCreate = encrypted(created);

        Struct newKey = (Struct)
                requireNonNull(header(protectedDelete, "__debezium.newkey")).value();
        assertThat(newKey.get("id")).isEqualTo(Pseudonym.of(state, "public.thing.id", 3L));
        assertThat(newKey).isEqualTo(protectedCreate.key());
        assertThat(requireNonNull(header(protectedCreate, "__debezium.oldkey")).value())
                .isEqualTo(protectedDelete.key());
    }

    @Test
    void aDelete_findsItsRowAndSaysNothingElse() {
        SourceRecord delete = ofThing().stream()
                .filter(record -> "d".equals(operation(record)))
                .reduce((first, second) -> second)
                .orElseThrow();
        Struct raw = ((Struct) delete.value()).getStruct("before");
        assertThat(raw.getWithoutDefault("c_varchar"))
                .as("what Debezium makes up")
                .isNotNull();

        SourceRecord result = encrypted(delete);

        Struct before = ((Struct) result.value()).getStruct("before");
        assertThat(before.get("id")).isEqualTo(((Struct) result.key()).get("id"));
        COLUMNS.keySet()
                .forEach(name ->
                        assertThat(before.getWithoutDefault(name)).as(name).isNull());
    }

    @Test
    void recordsAreKnownByTheirKind_andOnlyTheJournalPassesWhole() {
        Map<String, Integer> passed = new TreeMap<>();
        for (SourceRecord record : records) {
            SourceRecord result = encrypted().apply(record);
            passed.merge(record.topic(), result == null ? 0 : 1, Integer::sum);
            if (record.topic().equals("shop.storeveil.journal")
                    || record.topic().equals("shop.transaction")) {
                assertThat(requireNonNull(result).value()).isEqualTo(record.value());
            }
        }
        assertThat(passed)
                .containsEntry("shop.storeveil.journal", 2)
                .containsEntry("shop.storeveil.hold", 0)
                .containsEntry("shop.public.diary", 0)
                .containsEntry("shop.message", 0)
                .containsKeys(TOPIC, "shop.transaction", "__debezium-heartbeat.shop");
        assertThat(passed.get("__debezium-heartbeat.shop")).isPositive();
        assertThat(ofThing().stream().map(CapturedIT::operation)).contains("r", "c", "u", "d", "t", null);
    }

    private static List<SourceRecord> ofThing() {
        return records.stream().filter(record -> record.topic().equals(TOPIC)).toList();
    }

    private SourceRecord encrypted(SourceRecord record) {
        return requireNonNull(encrypted().apply(record));
    }

    private Protector encrypted() {
        Map<String, String> all = new TreeMap<>();
        COLUMNS.keySet().forEach(name -> all.put(name, "encrypt"));
        return protector(all);
    }

    /** Columns that are not named are undeclared. */
    private Protector protector(Map<String, String> columns) {
        Fixture.TableBuilder table = Fixture.table(THING, List.of()).with("id", "pseudonymise", "");
        columns.forEach((name, protection) -> table.with(name, protection, ""));
        Map<TableName, Table> tables = Map.of(THING, table.build());
        Policy policy = Fixture.policy(tables, UndeclaredColumns.DROP);
        Placeholder placeholder = new Placeholder("__debezium_unavailable_value");
        return new Protector(new Rules(policy, Rules.Before.KEY, placeholder), keys, counters);
    }

    private static void valid(SourceRecord record, String what) {
        JsonConverter json = json();
        assertThat(record.key()).as(what).satisfiesAnyOf(key -> assertThat(key).isNull(), key -> ((Struct) key)
                .validate());
        if (record.value() != null) {
            ((Struct) record.value()).validate();
            text(json, record.valueSchema(), record.value());
        }
    }

    private Opened.Value open(Struct row, String column) throws Exception {
        FieldContext context = new FieldContext("shop", "public.thing", column, "");
        return (Opened.Value) Ciphertext.open(state, context, row.getString(column));
    }

    private static Struct row(SourceRecord record) {
        return ((Struct) record.value()).getStruct("after");
    }

    private static @Nullable String operation(SourceRecord record) {
        return record.value() == null ? null : ((Struct) record.value()).getString("op");
    }

    private static @Nullable Header header(SourceRecord record, String name) {
        return record.headers().lastWithName(name);
    }

    private static JsonConverter json() {
        JsonConverter json = new JsonConverter();
        json.configure(Map.of("schemas.enable", "true", "converter.type", "value"));
        return json;
    }

    private static String text(JsonConverter json, @Nullable Schema schema, @Nullable Object value) {
        byte[] bytes = json.fromConnectData("topic", schema, value);
        return bytes == null ? "" : new String(bytes, UTF_8);
    }
}

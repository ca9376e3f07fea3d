package io.storeveil.connect;

import static io.storeveil.connect.Fixture.CUSTOMER;
import static io.storeveil.connect.Fixture.customer;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.debezium.transforms.ExtractNewRecordState;
import io.storeveil.policy.UndeclaredColumns;
import io.storeveil.protect.Pseudonym;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Behind Debezium's own {@code ExtractNewRecordState} in each of its modes, and the same once more as a JSON converter
 * without schemas gives it: what leaves Protect is found by the same key, and holds no value.
 */
class FlattenedTest {

    private static final List<String> CANARIES = List.of("ada@", "Lovelace", "hunter2", "left behind");

    private final Fixture.FixedKeys keys = new Fixture.FixedKeys();
    private final Counters counters = new Counters(new KeysInUse(keys));

    @ParameterizedTest
    @CsvSource({
        "drop,                   0, 0",
        "tombstone,              0, 1",
        "rewrite,                1, 0",
        "rewrite-with-tombstone, 1, 1",
        "delete-to-tombstone,    0, 1"
    })
    void inEachModeOfDeletes_aDeleteFindsItsRow_withAndWithoutSchemas(String mode, int rows, int tombstones) {
        List<SourceRecord> flat = flattened(Map.of("delete.tombstone.handling.mode", mode));
        for (boolean schemas : List.of(true, false)) {
            List<SourceRecord> results = new ArrayList<>();
            flat.forEach(record -> results.add(apply(schemas ? record : withoutSchemas(record), "__")));

            Object created = key(results.get(0));
            assertThat(created).isEqualTo(Pseudonym.of(keys, "public.customer.id", 42L));
            List<SourceRecord> deletes = results.subList(1, results.size());
            assertThat(deletes).allSatisfy(delete -> assertThat(key(delete)).isEqualTo(created));
            assertThat(deletes).filteredOn(delete -> delete.value() == null).hasSize(tombstones);
            assertThat(deletes)
                    .filteredOn(delete -> delete.value() != null)
                    .hasSize(rows)
                    .allSatisfy(delete -> {
                        assertThat(value(delete, "id")).isEqualTo(created);
                        assertThat(value(delete, "__deleted")).isEqualTo("true");
                        assertThat(value(delete, "email")).isNull();
                        assertThat(value(delete, "visits")).isNull();
                    });
            assertThat(String.valueOf(results)).doesNotContain(CANARIES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"__", "meta_", "changed."})
    void whatItAdds_passesUnderItsPrefix_inRowsAndHeaders(String prefix) {
        Map<String, String> settings = Map.of(
                "add.fields",
                "op,table,source.ts_ms,lsn,transaction.id,ts_ms",
                "add.headers",
                "op,source.schema,db",
                "add.fields.prefix",
                prefix,
                "add.headers.prefix",
                prefix);
        SourceRecord created = flattened(settings).get(0);

        for (SourceRecord record : List.of(created, withoutSchemas(created))) {
            SourceRecord result = apply(record, prefix);

            assertThat(value(result, prefix + "op")).isEqualTo("c");
            assertThat(value(result, prefix + "table")).isEqualTo("customer");
            assertThat(value(result, prefix + "lsn")).isEqualTo(99L);
            assertThat(result.headers()).extracting(Header::key).contains(prefix + "op", prefix + "db");
        }
    }

    @Test
    void whatIsNoFieldOfDebezium_isUndeclared_whateverItsPrefix() {
        SourceRecord created = flattened(
                        Map.of("add.fields", "op:__email_before,source.query", "add.headers", "source.query"))
                .get(0);
        assertThat(created.toString()).contains("__source_query", "ada@example.org");

        SourceRecord result = apply(created, "__");

        assertThat(result.valueSchema().field("__source_query")).isNull();
        assertThat(result.valueSchema().field("__email_before")).isNull();
        assertThat(result.headers()).isEmpty();
        assertThat(result.toString()).doesNotContain(CANARIES);
    }

    @Test
    void aRowWithoutATopicOfItsTable_isKnownByTheFieldsBesideIt() {
        SourceRecord created =
                flattened(Map.of("add.fields", "source.schema,table")).get(0);
        SourceRecord rerouted = created.newRecord(
                "everything", null, created.keySchema(), created.key(), created.valueSchema(), created.value(), null);

        assertThat(value(apply(rerouted, "__"), "id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 42L));
    }

    @Test
    void fieldsThatItDrops_areNotMissed_butWithoutWhoseRowItIs_nothingPasses() {
        SourceRecord changed = flattenedWithout("name", "born", "password", "visits", "forgotten");
        for (SourceRecord record : List.of(changed, withoutSchemas(changed))) {
            SourceRecord result = apply(record, "__");

            assertThat(fields(result.value())).containsExactlyInAnyOrder("id", "email");
            assertThat(result.headers()).as("which fields have not changed").isEmpty();
            assertThat(String.valueOf(result)).doesNotContain(CANARIES);
        }

        SourceRecord nobodys = flattenedWithout("id", "name");
        for (SourceRecord record : List.of(nobodys, withoutSchemas(nobodys))) {
            assertThatThrownBy(() -> apply(record, "__"))
                    .isInstanceOf(ProtectionStopped.class)
                    .hasMessageEndingWith("column id: it says whose key the row is under, and is not in the record");
        }
    }

    @Test
    void aChangedKey_carriesBothKeysProtected_withAndWithoutSchemas() {
        SourceRecord changed = Fixture.change("c", null, customer(43, "ada@example.org"));
        changed.headers().add("__debezium.oldkey", Fixture.customerKey(42), Fixture.CUSTOMER_KEY);
        SourceRecord bare = withoutSchemas(changed);
        bare.headers().remove("__debezium.oldkey");
        bare.headers().add("__debezium.oldkey", Map.of("id", 42L), null);

        for (SourceRecord record : List.of(changed, bare)) {
            Header old = apply(record, "__").headers().lastWithName("__debezium.oldkey");
            assertThat(get(old.value(), "id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 42L));
        }
    }

    @Test
    void anEnvelopeWithoutSchemas_isProtectedAsOneWithThem() {
        SourceRecord update = Fixture.change("u", customer(42, "old ada@"), customer(42, "ada@example.org"));

        SourceRecord bare = apply(withoutSchemas(update), "__");
        SourceRecord typed = apply(update, "__");

        assertThat(bare.valueSchema()).isNull();
        assertThat(bare.keySchema()).isNull();
        assertThat(String.valueOf(bare)).doesNotContain(CANARIES);
        Map<?, ?> value = (Map<?, ?>) bare.value();
        assertThat(get(value.get("after"), "id")).isEqualTo(get(((Struct) typed.value()).get("after"), "id"));
        assertThat(String.valueOf(value.get("after"))).doesNotContain("password", "forgotten");
        assertThat(get(value.get("before"), "id")).isEqualTo(get(value.get("after"), "id"));
        assertThat(get(value.get("before"), "email")).isNull();
        assertThat(get(value.get("source"), "query")).isNull();
        assertThat(get(value.get("source"), "lsn")).isEqualTo(99L);
        assertThat(value.get("op")).isEqualTo("u");
    }

    @Test
    void withoutSchemas_debeziumsOwnRecordsAreKnownByTopicAndFields() {
        Map<String, @Nullable Object> transaction = new LinkedHashMap<>();
        transaction.put("status", "BEGIN");
        transaction.put("id", "571:53195829");
        transaction.put("event_count", null);
        transaction.put("data_collections", null);
        transaction.put("ts_ms", 1L);
        SourceRecord begin = bare("shop.transaction", Map.of("id", "571:53195829"), transaction);
        SourceRecord beat = bare("__debezium-heartbeat.shop", Map.of("serverName", "shop"), Map.of("ts_ms", 1L));

        assertThat(protector("__").apply(begin)).isEqualTo(begin);
        assertThat(protector("__").apply(beat)).isEqualTo(beat);
        assertThat(protector("__").apply(bare("shop.transaction", null, Map.of("status", "BEGIN", "note", "Ada"))))
                .isNull();
        assertThat(protector("__").apply(bare("shop", null, Map.of("ddl", "alter table x", "databaseName", "d"))))
                .isNull();
    }

    private static SourceRecord bare(String topic, @Nullable Object key, Object value) {
        return Fixture.record(topic, null, key, null, value);
    }

    /** A create, a delete and its tombstone, as the transform hands them on. */
    private static List<SourceRecord> flattened(Map<String, String> settings) {
        List<SourceRecord> flat = new ArrayList<>();
        try (ExtractNewRecordState<SourceRecord> extract = new ExtractNewRecordState<>()) {
            extract.configure(settings);
            for (SourceRecord record : List.of(
                    Fixture.change("c", null, customer(42, "ada@example.org")),
                    Fixture.change("d", customer(42, "ada@example.org"), null),
                    Fixture.record(
                            "shop.public.customer", Fixture.CUSTOMER_KEY, Fixture.customerKey(42), null, null))) {
                SourceRecord result = extract.apply(record);
                if (result != null) {
                    flat.add(result);
                }
            }
        }
        return flat;
    }

    /** As Debezium's {@code drop.fields.header.name} has it, of fields that have not changed. */
    private static SourceRecord flattenedWithout(String... fields) {
        SourceRecord change = Fixture.change("u", null, customer(42, "ada@example.org"));
        change.headers()
                .add(
                        "unchanged",
                        List.of(fields),
                        SchemaBuilder.array(Schema.STRING_SCHEMA).build());
        try (ExtractNewRecordState<SourceRecord> extract = new ExtractNewRecordState<>()) {
            extract.configure(
                    Map.of("drop.fields.header.name", "unchanged", "drop.fields.keep.schema.compatible", "false"));
            return requireNonNull(extract.apply(change));
        }
    }

    private static List<String> fields(@Nullable Object row) {
        return row instanceof Map<?, ?> map
                ? map.keySet().stream().map(String::valueOf).toList()
                : ((Struct) requireNonNull(row))
                        .schema().fields().stream().map(Field::name).toList();
    }

    /** What a converter with {@code schemas.enable=false} makes of it, there and back. */
    private static SourceRecord withoutSchemas(SourceRecord record) {
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                null,
                through(record.topic(), record.keySchema(), record.key()),
                null,
                through(record.topic(), record.valueSchema(), record.value()),
                record.timestamp());
    }

    private static @Nullable Object through(String topic, @Nullable Schema schema, @Nullable Object value) {
        JsonConverter json = new JsonConverter();
        json.configure(Map.of("schemas.enable", "false", "converter.type", "value"));
        byte[] bytes = json.fromConnectData(topic, schema, value);
        assertThat(bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8))
                .doesNotContain("\"schema\":{");
        SchemaAndValue back = json.toConnectData(topic, bytes);
        assertThat(back.schema()).isNull();
        return back.value();
    }

    private SourceRecord apply(SourceRecord record, String prefix) {
        return requireNonNull(protector(prefix).apply(record));
    }

    private Protector protector(String prefix) {
        Rules rules = new Rules(
                Fixture.policy(UndeclaredColumns.DROP),
                Rules.Before.KEY,
                new Placeholder("__debezium_unavailable_value"),
                new AddedFields(prefix),
                new AddedFields(prefix));
        assertThat(rules.policy().tables()).containsKey(CUSTOMER);
        return new Protector(rules, keys, counters);
    }

    private static @Nullable Object key(SourceRecord record) {
        return get(record.key(), "id");
    }

    private static @Nullable Object value(SourceRecord record, String field) {
        return get(record.value(), field);
    }

    private static @Nullable Object get(@Nullable Object holder, String field) {
        if (holder instanceof Map<?, ?> map) {
            return map.get(field);
        }
        Struct struct = (Struct) requireNonNull(holder);
        return struct.schema().field(field) == null ? null : struct.getWithoutDefault(field);
    }
}

package io.storeveil.connect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.connect.RandomRecords.Sample;
import io.storeveil.connect.RevealedColumn.Reader;
import io.storeveil.policy.Column;
import io.storeveil.policy.JsonPath;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** What holds of every record under every policy. */
class RandomRecordsTest {

    private static final Placeholder PLACEHOLDER = new Placeholder("__debezium_unavailable_value");

    private final Fixture.FixedKeys keys = new Fixture.FixedKeys();
    private final Counters counters = new Counters(new KeysInUse(keys));

    @Provide
    Arbitrary<Sample> samples() {
        return RandomRecords.samples(false);
    }

    @Provide
    Arbitrary<Sample> deterministic() {
        return RandomRecords.samples(true);
    }

    @Property(tries = 200)
    void whatComesOut_isValidForItsSchema_andForAConverter(@ForAll("samples") Sample sample) throws JsonText.Malformed {
        for (SourceRecord record : List.of(sample.record(), sample.row())) {
            SourceRecord result = apply(sample, record);

            ConnectSchema.validateValue(result.valueSchema(), result.value());
            ConnectSchema.validateValue(result.keySchema(), result.key());
            assertThat(plain(thereAndBack(result.valueSchema(), result.value())))
                    .isEqualTo(plain(result.value()));
        }
    }

    @Property(tries = 200)
    void whatIsHiddenOrNotDeclared_isNowhereInWhatComesOut(@ForAll("samples") Sample sample) {
        for (SourceRecord record : all(sample)) {
            SourceRecord result = apply(sample, record);

            String text = JsonText.of(result.value()) + JsonText.of(result.key()) + defaults(result.valueSchema());
            for (String value : sample.hidden()) {
                assertThat(text).doesNotContain(value);
            }
        }
    }

    @Property(tries = 100)
    void theInput_isUnchanged(@ForAll("samples") Sample sample) {
        for (SourceRecord record : all(sample)) {
            String before = JsonText.of(record.value()) + JsonText.of(record.key()) + record.headers();

            apply(sample, record);

            assertThat(JsonText.of(record.value()) + JsonText.of(record.key()) + record.headers())
                    .isEqualTo(before);
        }
    }

    @Property(tries = 100)
    void theSameRecordTwice_isTheSameTwice_whereNoProtectionIsRandom(@ForAll("deterministic") Sample sample) {
        for (SourceRecord record : all(sample)) {
            SourceRecord first = apply(sample, record);
            SourceRecord second = apply(sample, record);

            assertThat(second.valueSchema()).isEqualTo(first.valueSchema());
            assertThat(JsonText.of(second.value())).isEqualTo(JsonText.of(first.value()));
        }
    }

    @Property(tries = 100)
    void equalKeys_areEqual_whateverTheRowAndTheShape(@ForAll("samples") Sample sample) {
        Stream<SourceRecord> records = Stream.concat(all(sample).stream(), Stream.of(sample.same()));

        assertThat(records.map(record -> JsonText.of(apply(sample, record).key())))
                .hasSize(5)
                .containsOnly(JsonText.of(apply(sample, sample.record()).key()));
    }

    @Property(tries = 200)
    void whatHasAWayBack_isRevealedAsIfNothingHadBeenDoneToIt(@ForAll("samples") Sample sample)
            throws JsonText.Malformed {
        for (SourceRecord record : all(sample)) {
            SourceRecord revealed = reveal(sample, apply(sample, record));

            SourceRecord open = apply(inTheOpen(sample.policy()), record);
            Object there = plain(revealed.value());
            Object expected = plain(open.value());
            // without a schema, protections differ in what they can take: what both let pass is compared
            boolean typed = record.valueSchema() != null;
            assertThat(typed ? there : common(there, expected)).isEqualTo(typed ? expected : common(expected, there));
            assertThat(plain(revealed.key())).isEqualTo(plain(open.key()));
            if (revealed.valueSchema() != null) {
                ConnectSchema.validateValue(revealed.valueSchema(), revealed.value());
                thereAndBack(revealed.valueSchema(), revealed.value());
            }
        }
    }

    /** Of one what the other has, too. */
    private static @Nullable Object common(@Nullable Object one, @Nullable Object other) {
        if (one instanceof List<?> list && other instanceof List<?> elements) {
            return list.size() == elements.size()
                    ? IntStream.range(0, list.size())
                            .mapToObj(i -> Optional.ofNullable(common(list.get(i), elements.get(i))))
                            .toList()
                    : List.of();
        }
        if (!(one instanceof Map<?, ?> map && other instanceof Map<?, ?> names)) {
            return one;
        }
        Map<Object, @Nullable Object> kept = new LinkedHashMap<>(map);
        kept.keySet().retainAll(names.keySet());
        kept.replaceAll((name, value) -> common(value, names.get(name)));
        return kept;
    }

    /** The same policy, in which everything that has a way back passes as it is. */
    private static Policy inTheOpen(Policy policy) {
        Table table = requireNonNull(policy.tables().get(Fixture.CUSTOMER));
        Map<String, Column> columns = new LinkedHashMap<>();
        table.columns().forEach((name, column) -> columns.put(name, inTheOpen(column)));
        Table open = new Table(table.name(), table.key(), List.of(), List.of(), List.of(), columns, false, false, true);
        return Fixture.policy(Map.of(table.name(), open), policy.undeclaredColumns());
    }

    private static Column inTheOpen(Column column) {
        Map<JsonPath, Column> inside = new LinkedHashMap<>();
        column.inside().forEach((path, part) -> inside.put(path, inTheOpen(part)));
        boolean opens = column.inStream().guarantee().reversible();
        return new Column(
                column.name(),
                column.category(),
                opens ? Fixture.protection("none") : column.inStream(),
                column.atRest(),
                column.purposes(),
                column.domain(),
                column.references(),
                inside);
    }

    /** Without an order of maps, and with bytes of one kind. */
    private static @Nullable Object plain(@Nullable Object value) throws JsonText.Malformed {
        return JsonText.read(JsonText.of(value));
    }

    private static List<SourceRecord> all(Sample sample) {
        return List.of(sample.record(), sample.row(), withoutSchemas(sample.record()), withoutSchemas(sample.row()));
    }

    private SourceRecord apply(Sample sample, SourceRecord record) {
        return apply(sample.policy(), record);
    }

    private SourceRecord apply(Policy policy, SourceRecord record) {
        Rules rules = new Rules(policy, Rules.Before.FULL, PLACEHOLDER);
        return requireNonNull(new Protector(rules, keys, counters).apply(record));
    }

    private SourceRecord reveal(Sample sample, SourceRecord record) {
        return new Revealer(
                        sample.policy(),
                        Fixture.PURPOSE,
                        keys,
                        new Reader(Permission.always(), PLACEHOLDER),
                        new AddedFields(AddedFields.PREFIX),
                        counters)
                .apply(record);
    }

    /** A default is a value of the store, too. */
    private static String defaults(@Nullable Schema schema) {
        if (schema == null) {
            return "";
        }
        StringBuilder text = new StringBuilder(JsonText.of(schema.defaultValue()));
        switch (schema.type()) {
            case STRUCT -> schema.fields().forEach(field -> text.append(defaults(field.schema())));
            case ARRAY, MAP -> text.append(defaults(schema.valueSchema()));
            default -> text.append(' ');
        }
        return text.toString();
    }

    private static @Nullable Object thereAndBack(@Nullable Schema schema, @Nullable Object value) {
        JsonConverter json = json(true);
        SchemaAndValue back = json.toConnectData("topic", json.fromConnectData("topic", schema, value));
        ConnectSchema.validateValue(back.schema(), back.value());
        return back.value();
    }

    static SourceRecord withoutSchemas(SourceRecord record) {
        return record.newRecord(
                record.topic(),
                null,
                null,
                bare(record.keySchema(), record.key()),
                null,
                bare(record.valueSchema(), record.value()),
                null);
    }

    private static @Nullable Object bare(@Nullable Schema schema, @Nullable Object value) {
        JsonConverter json = json(false);
        byte[] bytes = json.fromConnectData("topic", schema, value);
        assertThat(new String(bytes, StandardCharsets.UTF_8)).doesNotContain("\"payload\"");
        return json.toConnectData("topic", bytes).value();
    }

    private static JsonConverter json(boolean schemas) {
        JsonConverter json = new JsonConverter();
        json.configure(Map.of(
                "schemas.enable",
                String.valueOf(schemas),
                "converter.type",
                "value",
                "replace.null.with.default",
                "false"));
        return json;
    }
}

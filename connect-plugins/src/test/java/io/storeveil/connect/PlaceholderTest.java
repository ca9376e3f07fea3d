package io.storeveil.connect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.UndeclaredColumns;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** A large value that PostgreSQL did not send again, in each form that Debezium has for it, under a protection and by path. */
class PlaceholderTest {

    private static final String TEXT = "__debezium_unavailable_value";
    private static final Schema INTS = array(Schema.OPTIONAL_INT32_SCHEMA);
    private static final Schema UUIDS = array(
            SchemaBuilder.string().name("io.debezium.data.Uuid").optional().build());

    static final List<Arguments> FORMS = Stream.of(
                    Arguments.of("text", Schema.STRING_SCHEMA, TEXT),
                    Arguments.of("json", named("io.debezium.data.Json"), TEXT),
                    Arguments.of(
                            "hstore as json", named("io.debezium.data.Json"), "{\"" + TEXT + "\":\"" + TEXT + "\"}"),
                    Arguments.of("bytes", Schema.BYTES_SCHEMA, ByteBuffer.wrap(TEXT.getBytes(StandardCharsets.UTF_8))),
                    Arguments.of("bytes as array", Schema.BYTES_SCHEMA, TEXT.getBytes(StandardCharsets.UTF_8)),
                    Arguments.of("texts", array(Schema.OPTIONAL_STRING_SCHEMA), List.of(TEXT)),
                    Arguments.of(
                            "uuids",
                            UUIDS,
                            List.of(UUID.nameUUIDFromBytes(TEXT.getBytes(StandardCharsets.UTF_8))
                                    .toString())),
                    Arguments.of("integers", INTS, TEXT.chars().boxed().toList()),
                    Arguments.of(
                            "hstore as map",
                            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA)
                                    .build(),
                            Map.of(TEXT, TEXT)))
            .toList();

    private final Fixture.FixedKeys keys = new Fixture.FixedKeys();
    private final Counters counters = new Counters(new KeysInUse(keys));

    @ParameterizedTest(name = "{0}")
    @FieldSource("FORMS")
    void underNoProtection_itIsItself(String form, Schema schema, Object value) {
        assertThat(apply(Fixture.table(Fixture.CUSTOMER, List.of()).with("c", "none", ""), schema, value))
                .isEqualTo(value);
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("FORMS")
    void encrypted_itIsNotEncrypted_butStillKnownToASink(String form, Schema schema, Object value) {
        assertThat(apply(Fixture.table(Fixture.CUSTOMER, List.of()).with("c", "encrypt", ""), schema, value))
                .isEqualTo(TEXT);
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("FORMS")
    void byPath_itPassesInAFormThatItsTypeCanHold(String form, Schema schema, Object value) {
        if (schema.type() == Schema.Type.BYTES) {
            return;
        }
        Object result = apply(
                Fixture.table(Fixture.CUSTOMER, List.of()).withInside("c", Map.of("$[*]", "encrypt")), schema, value);

        assertThat(new Placeholder(TEXT).is(result)).as(String.valueOf(result)).isTrue();
        assertThat(counters.sum(Metric.UNDECLARED_COLUMN_FIELDS)).isZero();
    }

    private Object apply(Fixture.TableBuilder table, Schema schema, Object value) {
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("c", schema)
                .build();
        Rules rules = new Rules(
                Fixture.policy(
                        Map.of(Fixture.CUSTOMER, table.with("id", "none", "").build()), UndeclaredColumns.DROP),
                Rules.Before.FULL,
                new Placeholder(TEXT));
        Struct struct = new Struct(row).put("id", 1L).put("c", value);

        SourceRecord result = requireNonNull(new Protector(rules, keys, counters)
                .apply(Fixture.record("shop.public.customer", null, null, row, struct)));

        ConnectSchema.validateValue(result.valueSchema(), result.value());
        return ((Struct) result.value()).get("c");
    }

    private static Schema array(Schema element) {
        return SchemaBuilder.array(element).build();
    }

    private static Schema named(String name) {
        return SchemaBuilder.string().name(name).build();
    }
}

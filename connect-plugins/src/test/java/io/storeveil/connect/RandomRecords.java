package io.storeveil.connect;

import io.storeveil.policy.Policy;
import io.storeveil.policy.UndeclaredColumns;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A table that nobody thought of, with a policy for it and its records: columns of many types, optional, with defaults,
 * with structs, arrays, maps and JSON texts in them, protected or not declared at all.
 */
@SuppressWarnings("JavaUtilDate") // Connect's own logical types
final class RandomRecords {

    /** Of these nothing is left in what comes out, whatever the value is. */
    private static final Set<String> HIDING =
            Set.of("drop", "redact", "null", "pseudonymise", "encrypt", "encrypt-deterministic", "partial", "truncate");

    /** A schema without null and default, and values for it; those of one draw never again. */
    private record Type(Schema schema, Draw draw) {}

    private interface Draw {
        Object next(RandomRecords records);
    }

    /**
     * @param record a change event
     * @param row    the same as a flattened row
     * @param same   a change event of the same row, with other values
     * @param hidden what must not be found in what comes out, as {@link JsonText} writes it
     */
    record Sample(Policy policy, SourceRecord record, SourceRecord row, SourceRecord same, List<String> hidden) {

        @Override
        public String toString() {
            return policy.tables().get(Fixture.CUSTOMER).parts().stream()
                            .map(part -> part.name() + "=" + part.inStream())
                            .toList()
                    + " " + record.valueSchema().field("after").schema().fields();
        }
    }

    private final Random random;
    private final boolean deterministic;
    private final Fixture.TableBuilder table = Fixture.table(Fixture.CUSTOMER, List.of());
    private final List<String> hidden = new ArrayList<>();
    private int drawn;

    private RandomRecords(long seed, boolean deterministic) {
        this.random = new Random(seed);
        this.deterministic = deterministic;
    }

    /** @param deterministic with protections only that give equal values for equal ones */
    static Arbitrary<Sample> samples(boolean deterministic) {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.integers().between(1, 8))
                .as((seed, columns) -> new RandomRecords(seed, deterministic).sample(columns));
    }

    private Sample sample(int columns) {
        SchemaBuilder row =
                SchemaBuilder.struct().name("shop.public.customer.Value").optional();
        row.field("id", Schema.INT64_SCHEMA);
        table.with("id", random.nextBoolean() ? "pseudonymise" : "none", "public.customer.id");
        Map<String, Predicate<String>> concealed = new LinkedHashMap<>();
        for (int i = 0; i < columns; i++) {
            Schema column = schema(type(2).schema());
            row.field("c" + i, column);
            concealed.put("c" + i, declare("c" + i, column));
        }
        Schema schema = row.build();
        long id = 1_000 + random.nextInt(1_000_000);
        Struct first = row(schema, id);
        for (Field field : schema.fields()) {
            Predicate<String> paths = concealed.getOrDefault(field.name(), path -> false);
            conceal(first.getWithoutDefault(field.name()), field.schema(), "$", paths);
        }
        return new Sample(
                Fixture.policy(Map.of(Fixture.CUSTOMER, table.build()), UndeclaredColumns.DROP),
                change(schema, first),
                Fixture.record("shop.public.customer", Fixture.CUSTOMER_KEY, Fixture.customerKey(id), schema, first),
                change(schema, row(schema, id)),
                hidden);
    }

    private static SourceRecord change(Schema schema, Struct row) {
        Schema envelope = Fixture.envelopeSchema("customer", schema);
        Struct value = new Struct(envelope)
                .put("before", row)
                .put("after", row)
                .put("source", Fixture.source("public", "customer"))
                .put("op", "u");
        return Fixture.record(
                "shop.public.customer", Fixture.CUSTOMER_KEY, Fixture.customerKey(row.getInt64("id")), envelope, value);
    }

    private Struct row(Schema schema, long id) {
        return ((Struct) value(schema)).put("id", id);
    }

    /** Says what the policy does with a column, and of which paths inside of it nothing may be left. */
    private Predicate<String> declare(String column, Schema schema) {
        if (random.nextInt(6) == 0) {
            return path -> true;
        }
        boolean hasInside = FieldShape.of(schema) == FieldShape.OTHER || FieldShape.of(schema) == FieldShape.JSON;
        if (hasInside && random.nextInt(4) > 0) {
            Map<String, String> paths = new LinkedHashMap<>();
            paths("$", schema, paths);
            if (!paths.isEmpty()) {
                table.withInside(column, paths);
                return path -> !path.equals("$") && (!paths.containsKey(path) || hides(paths.get(path)));
            }
        }
        String protection = protection(FieldShape.of(schema).kind());
        table.with(column, protection, "");
        return path -> hides(protection);
    }

    private static boolean hides(String protection) {
        return HIDING.stream().anyMatch(word -> protection.equals(word) || protection.startsWith(word + ":"));
    }

    private void paths(String at, Schema schema, Map<String, String> paths) {
        if (FieldShape.of(schema) == FieldShape.JSON && at.equals("$")) {
            for (String path : List.of("$.a", "$.b.c", "$.d[*]", "$.n[*]")) {
                if (random.nextBoolean()) {
                    paths.put(path, protection(path.startsWith("$.n") ? Kind.INTEGER : Kind.TEXT));
                }
            }
        } else if (FieldShape.of(schema) != FieldShape.OTHER) {
            if (random.nextInt(4) > 0) {
                paths.put(at, protection(FieldShape.of(schema).kind()));
            }
        } else if (schema.type() == Schema.Type.STRUCT) {
            schema.fields().forEach(field -> paths(at + "." + field.name(), field.schema(), paths));
        } else {
            paths(at + "[*]", schema.valueSchema(), paths);
        }
    }

    private String protection(Kind kind) {
        List<Protection> able = Protections.examples().stream()
                .filter(protection -> protection.takes().contains(kind))
                .filter(protection -> !deterministic || protection.guarantee().deterministic())
                .toList();
        return able.get(random.nextInt(able.size())).toString();
    }

    private void conceal(@Nullable Object value, Schema schema, String at, Predicate<String> concealed) {
        if (FieldShape.of(schema) != FieldShape.OTHER) {
            conceal(schema.defaultValue(), at, concealed);
            conceal(value, at, concealed);
        } else if (value instanceof Struct struct) {
            for (Field field : schema.fields()) {
                conceal(struct.getWithoutDefault(field.name()), field.schema(), at + "." + field.name(), concealed);
            }
        } else if (value != null) {
            Collection<?> inside = value instanceof Map<?, ?> map ? map.values() : (List<?>) value;
            inside.forEach(inner -> conceal(inner, schema.valueSchema(), at + "[*]", concealed));
        }
    }

    private void conceal(@Nullable Object value, String at, Predicate<String> concealed) {
        if (value instanceof String json && json.startsWith("{") && at.equals("$")) {
            Matcher member = MEMBER.matcher(json);
            while (member.find()) {
                if (concealed.test(PLACES.get(member.group(1)))) {
                    hidden.add(member.group(2));
                }
            }
        } else if (value != null && concealed.test(at) && JsonText.of(value).length() > 7) {
            hidden.add(JsonText.of(value));
        }
    }

    private Schema schema(Schema plain) {
        boolean nested = plain.type() == Schema.Type.STRUCT || !plain.type().isPrimitive();
        if (random.nextInt(3) == 0 && !nested) {
            SchemaBuilder builder = builder(plain).defaultValue(value(plain));
            return random.nextBoolean() ? builder.optional().build() : builder.build();
        }
        return random.nextBoolean() ? SchemaCopy.optional(plain) : plain;
    }

    private static SchemaBuilder builder(Schema plain) {
        SchemaBuilder builder = SchemaBuilder.type(plain.type()).name(plain.name());
        if (plain.version() != null) {
            builder.version(plain.version());
        }
        return plain.parameters() == null ? builder : builder.parameters(plain.parameters());
    }

    private @Nullable Object maybe(Schema schema) {
        return schema.isOptional() && random.nextInt(4) == 0 ? null : value(schema);
    }

    private Object value(Schema schema) {
        if (FieldShape.of(schema) == FieldShape.VARIABLE_DECIMAL) {
            byte[] unscaled = new BigDecimal(number() + ".125").unscaledValue().toByteArray();
            return new Struct(schema).put("scale", 3).put("value", unscaled);
        }
        return switch (schema.type()) {
            case STRUCT -> {
                Struct struct = new Struct(schema);
                schema.fields().forEach(field -> struct.put(field, maybe(field.schema())));
                yield struct;
            }
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    list.add(maybe(schema.valueSchema()));
                }
                yield list;
            }
            case MAP -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    map.put("k" + i, maybe(schema.valueSchema()));
                }
                yield map;
            }
            default ->
                TYPES.stream()
                        .filter(type -> same(type.schema, schema))
                        .findFirst()
                        .orElseThrow()
                        .draw
                        .next(this);
        };
    }

    private static boolean same(Schema one, Schema other) {
        return one.type() == other.type() && Objects.equals(one.name(), other.name());
    }

    private Type type(int depth) {
        int choice = random.nextInt(TYPES.size() + (depth > 0 ? 8 : 0));
        if (choice < TYPES.size()) {
            return TYPES.get(choice);
        }
        Schema schema =
                switch (choice % 3) {
                    case 0 -> {
                        SchemaBuilder struct = SchemaBuilder.struct().name("shop.Inner");
                        for (int i = 0; i <= random.nextInt(3); i++) {
                            struct.field("f" + i, schema(type(depth - 1).schema()));
                        }
                        yield struct.build();
                    }
                    case 1 ->
                        SchemaBuilder.array(SchemaCopy.optional(type(depth - 1).schema()))
                                .build();
                    default ->
                        SchemaBuilder.map(
                                        Schema.STRING_SCHEMA,
                                        SchemaCopy.optional(type(depth - 1).schema()))
                                .build();
                };
        return new Type(schema, RandomRecords::text);
    }

    private String text() {
        return "canary-%04d-%s".formatted(drawn++, Long.toHexString(random.nextLong() | Long.MIN_VALUE));
    }

    private long number() {
        return 1_000_000_000_000L + random.nextInt(1_000_000_000) * 10L + 7;
    }

    private String json() {
        return "{\"a\": \"%s\", \"b\": {\"c\": \"%s\", \"x\": \"%s\"}, \"d\": [\"%s\", null], \"n\": [12, null], \"note\": \"%s\", \"e\": [1]}"
                .formatted(text(), text(), text(), text(), text());
    }

    /** The texts of {@link #json}, and the paths to them. */
    private static final Pattern MEMBER = Pattern.compile("\"(\\w+)\": \\[?\"(canary[^\"]+)\"");

    private static final Map<String, String> PLACES =
            Map.of("a", "$.a", "c", "$.b.c", "x", "$.b.x", "d", "$.d[*]", "note", "$.note");

    private static final List<Type> TYPES = List.of(
            new Type(Schema.STRING_SCHEMA, RandomRecords::text),
            new Type(Schema.INT64_SCHEMA, RandomRecords::number),
            new Type(Schema.INT32_SCHEMA, records -> 1_000_000_000 + records.random.nextInt(100_000_000)),
            new Type(Schema.INT16_SCHEMA, records -> (short) records.random.nextInt(30_000)),
            new Type(Schema.INT8_SCHEMA, records -> (byte) records.random.nextInt(100)),
            new Type(Schema.FLOAT64_SCHEMA, records -> records.number() + 0.3),
            new Type(Schema.FLOAT32_SCHEMA, records -> 1_234.5f + records.random.nextInt(10_000)),
            new Type(Schema.BOOLEAN_SCHEMA, records -> records.random.nextBoolean()),
            new Type(
                    Schema.BYTES_SCHEMA,
                    records -> ByteBuffer.wrap(records.text().getBytes(StandardCharsets.UTF_8))),
            new Type(Decimal.schema(2), records -> new BigDecimal(records.number() + ".25")),
            new Type(Timestamp.SCHEMA, records -> new Date(records.number())),
            new Type(named(SchemaBuilder.int32(), "io.debezium.time.Date"), records -> records.random.nextInt(30_000)),
            new Type(
                    named(SchemaBuilder.int64(), "io.debezium.time.MicroTimestamp"),
                    records -> records.number() * 1_000),
            new Type(named(SchemaBuilder.int64(), "io.debezium.time.MicroTime"), records ->
                    (long) records.random.nextInt(1_000_000_000)),
            new Type(
                    named(SchemaBuilder.string(), "io.debezium.time.ZonedTimestamp"),
                    records -> "20%02d-05-06T07:08:09.%05d7Z"
                            .formatted(records.random.nextInt(99), records.random.nextInt(100_000))),
            new Type(
                    named(SchemaBuilder.string(), "io.debezium.data.Uuid"),
                    records -> new UUID(records.random.nextLong(), records.random.nextLong()).toString()),
            new Type(named(SchemaBuilder.string(), "io.debezium.data.Json"), RandomRecords::json),
            new Type(
                    SchemaBuilder.struct()
                            .name("io.debezium.data.VariableScaleDecimal")
                            .version(1)
                            .field("scale", Schema.INT32_SCHEMA)
                            .field("value", Schema.BYTES_SCHEMA)
                            .build(),
                    RandomRecords::text));

    private static Schema named(SchemaBuilder builder, String name) {
        return builder.name(name).version(1).build();
    }
}

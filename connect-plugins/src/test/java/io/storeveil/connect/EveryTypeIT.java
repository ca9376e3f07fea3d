package io.storeveil.connect;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.keys.KeyState;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.protect.Opened;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every type of PostgreSQL under every protection and every setting that decides types: from a real database, through
 * the real Debezium, Protect and the real JDBC sink, into a real warehouse. {@code types.md} says what came out; {@code
 * EveryTypeCheckTest} in retention-batch holds policy check to the same page. After a change: {@code mvn verify -pl
 * connect-plugins -am -Dtest=NONE -Dit.test=EveryTypeIT -Dsurefire.failIfNoSpecifiedTests=false
 * -Ddocumentation=write}.
 */
class EveryTypeIT {

    private static final Path PAGE = Path.of("src/doc/types.md");
    private static final boolean WRITE = "write".equals(System.getProperty("documentation"));
    private static final List<Integer> USUAL = List.of(0, 2);
    private static final List<Protection> PROTECTIONS = Protections.examples();
    /** Debezium 3.5 knows their types and says null, or an empty array, whatever their value. */
    private static final Set<String> NEVER_FILLED = Set.of("bits_array", "bit_1_array", "int2vector");

    private static EmbeddedPostgres store;
    private static int tables;
    private static List<TypeSample> samples = List.of();
    private static List<TypeCapture> captures = List.of();
    private static final Map<String, TypeForms> FORMS = new HashMap<>();
    private static final JsonConverter JSON = new JsonConverter();

    private final KeyState state = KeyState.create();
    private final Keys keys = new Fixture.KeysOf(state);

    @BeforeAll
    static void captureEverything() throws Exception {
        JSON.configure(Map.of("schemas.enable", "true", "converter.type", "value"));
        samples = TypeSample.all();
        store = EmbeddedPostgres.builder()
                .setServerConfig("wal_level", "logical")
                .setServerConfig("max_wal_senders", "20")
                .setServerConfig("max_replication_slots", "20")
                .start();
        execute(TypeSample.types(), TypeSample.table("thing", samples));
        execute(TypeSample.usualRow("thing", 1, samples), TypeSample.unusualRow("thing", 2, samples));
        List<ModesCapture> running = new ArrayList<>();
        for (int i = 0; i < ModesCapture.CHOICES.size(); i++) {
            running.add(new ModesCapture(i, store.getPort()));
        }
        for (ModesCapture capture : running) {
            capture.await(2);
        }
        execute(TypeSample.usualRow("thing", 3, samples), TypeSample.unusualRow("thing", 4, samples));
        List<TypeCapture> read = new ArrayList<>();
        for (ModesCapture capture : running) {
            read.add(new TypeCapture(capture.number(), capture.modes(), capture.await(4)));
            capture.close();
        }
        captures = List.copyOf(read);
        collectForms();
    }

    private static void execute(String... statements) throws Exception {
        try (Connection connection = store.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void collectForms() throws Exception {
        try (Connection connection = store.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (TypeSample sample : samples) {
                TypeForms forms = new TypeForms();
                try (ResultSet row =
                        statement.executeQuery("select " + sample.column() + "::text from thing where id in (1, 3)")) {
                    while (row.next()) {
                        forms.addText(requireNonNull(row.getString(1)));
                    }
                }
                for (TypeCapture capture : captures) {
                    for (int record : USUAL) {
                        Schema schema = capture.schema(record, sample);
                        if (schema != null) {
                            forms.addAll(TypeForms.leaves(JSON, schema, capture.value(record, sample)));
                        }
                    }
                }
                FORMS.put(sample.column(), forms);
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        store.close();
    }

    @Test
    void whatATypeArrivesAs_dependsOnTheSettingsSaidAlone() {
        for (TypeSample sample : samples) {
            Map<Map<String, String>, Set<String>> seen = new HashMap<>();
            for (TypeCapture capture : captures) {
                Map<String, String> setting = new LinkedHashMap<>(capture.modes());
                setting.keySet().retainAll(sample.variesWith());
                Schema schema = capture.schema(sample);
                seen.computeIfAbsent(setting, s -> new TreeSet<>())
                        .add(schema == null ? TypeMatrix.NOT_CAPTURED : TypeMatrix.arrives(schema));
            }
            seen.forEach((setting, arrivals) ->
                    assertThat(arrivals).as(sample.column() + " " + setting).hasSize(1));
        }
    }

    @Test
    void whatAProtectionCannotTake_stopsAtTheFirstRecord() {
        for (TypeCapture capture : captures) {
            for (TypeSample sample : firstSeenIn(capture)) {
                Schema schema = requireNonNull(capture.schema(sample));
                for (Protection protection : PROTECTIONS) {
                    if (!TypeCapture.takes(protection, schema)) {
                        Protector protector = TypeCapture.protector(protection, List.of(sample.column()), keys);
                        assertThatThrownBy(
                                        () -> protector.apply(capture.records().get(0)))
                                .as(protection + " of " + sample.column())
                                .isInstanceOf(ProtectionStopped.class)
                                .hasMessageContaining("table public.thing, column " + sample.column() + ", rule '")
                                .hasMessageContaining(protection.toString())
                                .hasMessageContaining("it takes");
                    }
                }
            }
        }
    }

    @Test
    void whateverAProtectionTakes_comesOutValid_andWithoutTheValue() throws Exception {
        Set<String> searched = new TreeSet<>();
        Set<String> foundUnprotected = new TreeSet<>();
        for (TypeCapture capture : captures) {
            List<TypeSample> here = firstSeenIn(capture);
            for (Protection protection : PROTECTIONS) {
                for (int i = 0; i < capture.records().size(); i++) {
                    Struct row = protectedRow(capture, protection, here, i);
                    row.validate();
                    for (Field field : USUAL.contains(i) ? row.schema().fields() : List.<Field>of()) {
                        boolean found = FORMS.containsKey(field.name()) && foundIn(row, field);
                        if (protection.name().equals("none")) {
                            searched.add(field.name());
                            foundUnprotected.addAll(found ? List.of(field.name()) : List.of());
                        } else if (!mayKeep(protection, field)) {
                            assertThat(found)
                                    .as("%s of %s leaks", protection, field.name())
                                    .isFalse();
                        }
                    }
                }
            }
        }
        searched.removeAll(foundUnprotected);
        searched.remove("id");
        assertThat(searched).isEqualTo(NEVER_FILLED);
    }

    private static boolean foundIn(Struct row, Field field) throws Exception {
        List<String> leaves = TypeForms.leaves(JSON, field.schema(), row.getWithoutDefault(field.name()));
        return requireNonNull(FORMS.get(field.name())).foundIn(leaves);
    }

    /**
     * Short values stay whole; whole hundreds, and months in microseconds, are the beginning of a bucket of ten, and whole
     * numbers the edge of a cell of a tenth.
     */
    private static boolean mayKeep(Protection protection, Field field) {
        return protection.name().equals("truncate")
                || protection.toString().contains("grid") && field.name().equals("numeric_whole")
                || protection.name().equals("generalise")
                        && Set.of("numeric_negative_scale", "interval_year").contains(field.name());
    }

    @Test
    void encrypted_everyValueOpensToItself_unusualOnesToo() throws Exception {
        Protection encrypt = Fixture.protection("encrypt");
        for (TypeCapture capture : captures) {
            List<TypeSample> here = firstSeenIn(capture);
            for (int i = 0; i < 4; i++) {
                Struct row = protectedRow(capture, encrypt, here, i);
                for (TypeSample sample : here) {
                    Object value = capture.value(i, sample);
                    if (value != null) {
                        FieldContext context = new FieldContext("shop", "public.thing", sample.column(), "");
                        Opened opened = Ciphertext.open(state, context, row.getString(sample.column()));
                        assertOpens((Opened.Value) opened, value, requireNonNull(capture.schema(sample)), sample);
                    }
                }
            }
        }
    }

    private static void assertOpens(Opened.Value opened, Object value, Schema schema, TypeSample sample) {
        FieldShape shape = FieldShape.of(schema);
        assertThat(opened.kind()).as(sample.column()).isEqualTo(shape.kind());
        assertThat(comparable(opened.value())).as(sample.column()).isEqualTo(comparable(shape.read(value)));
        if (shape.kind() != Kind.OTHER) {
            Object back = shape.read(shape.write(opened.value(), schema));
            assertThat(comparable(back)).as(sample.column()).isEqualTo(comparable(shape.read(value)));
        }
    }

    private static Object comparable(Object value) {
        if (value instanceof byte[] bytes) {
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] == 0) {
                end--;
            }
            return List.of(Arrays.toString(Arrays.copyOf(bytes, end)));
        }
        if (value instanceof Short || value instanceof Integer) {
            return ((Number) value).longValue();
        }
        return value instanceof Float number ? (Object) number.doubleValue() : value;
    }

    @Test
    void theSinkStoresThemAll_andThePageSaysAsWhat() throws Exception {
        String page = Files.readString(PAGE);
        Map<List<Object>, String> stored = new HashMap<>();
        try (Warehouse warehouse = new Warehouse(store, "warehouse")) {
            warehouse.execute("create extension hstore; create extension citext; create extension ltree");
            for (TypeCapture capture : captures) {
                for (Protection protection : PROTECTIONS) {
                    store(warehouse, capture, protection, page, stored);
                }
            }
        }
        TypeMatrix matrix = new TypeMatrix();
        for (TypeSample sample : samples) {
            for (TypeCapture capture : captures) {
                Schema schema = capture.schema(sample);
                List<String> cells = PROTECTIONS.stream()
                        .map(protection -> schema == null
                                ? TypeMatrix.NOTHING
                                : !TypeCapture.takes(protection, schema)
                                        ? TypeMatrix.REFUSED
                                        : stored.getOrDefault(
                                                List.of(sample.column(), schema, protection), TypeMatrix.NOTHING))
                        .toList();
                matrix.add(sample, capture, cells);
            }
        }
        DocumentationTest.check("types.md", "types", matrix.text());
    }

    @Test
    void theUnusualValues_comeOutAsThePageSays() throws Exception {
        StringBuilder table =
                new StringBuilder("| type | value | settings | arrives as | becomes |\n|---|---|---|---|---|\n");
        for (TypeSample sample : samples) {
            for (TypeCapture capture : sample.odd() ? captures : List.<TypeCapture>of()) {
                if (!firstSeenIn(capture).contains(sample)) {
                    continue;
                }
                String settings = sample.variesWith().stream()
                        .map(name -> "`" + name + "`: " + capture.modes().get(name))
                        .collect(joining("; "));
                table.append("| `%s` | `%s` | %s | %s | %s |\n"
                        .formatted(
                                sample.title(),
                                sample.unusual(),
                                settings,
                                outcome(Fixture.protection("none"), sample, capture),
                                coarser(sample, capture)));
            }
        }
        DocumentationTest.check("types.md", "unusual", table.toString());
    }

    private String coarser(TypeSample sample, TypeCapture capture) throws Exception {
        Kind kind = FieldShape.of(requireNonNull(capture.schema(sample))).kind();
        for (Protection protection : PROTECTIONS) {
            if (protection.name().equals("generalise")
                    && kind != Kind.TEXT
                    && protection.takes().contains(kind)) {
                return "`" + protection + "`: " + outcome(protection, sample, capture);
            }
        }
        return TypeMatrix.REFUSED;
    }

    /** As it stands in a record of the log. */
    private String outcome(Protection protection, TypeSample sample, TypeCapture capture) throws Exception {
        Struct row = protectedRow(capture, protection, List.of(sample), 3);
        Field field = row.schema().field(sample.column());
        List<String> leaves = TypeForms.leaves(JSON, field.schema(), row.getWithoutDefault(field.name()));
        return leaves.isEmpty() ? "null" : String.join(", ", leaves);
    }

    private void store(
            Warehouse warehouse,
            TypeCapture capture,
            Protection protection,
            String page,
            Map<List<Object>, String> stored)
            throws Exception {
        List<TypeSample> here = firstSeenIn(capture);
        List<Struct> rows = new ArrayList<>();
        for (int record : protection.name().equals("none") ? List.of(0) : List.of(0, 1)) {
            rows.add(protectedRow(capture, protection, here, record));
        }
        List<String> columns = new ArrayList<>();
        rows.get(0).schema().fields().forEach(field -> columns.add(field.name()));
        columns.remove("id");
        Map<String, String> types = new HashMap<>();
        if (!WRITE) {
            here.stream()
                    .filter(sample -> TypeMatrix.beyondTheSink(page, sample, capture, protection))
                    .filter(sample -> columns.remove(sample.column()))
                    .forEach(sample -> types.put(sample.column(), TypeMatrix.NO_SINK));
        }
        storeHalves(warehouse, rows, columns, types);
        for (TypeSample sample : here) {
            String type = types.get(sample.column());
            if (type != null) {
                stored.put(List.of(sample.column(), requireNonNull(capture.schema(sample)), protection), type);
            }
        }
    }

    /** All at once; where the sink refuses, each half by itself, down to the columns that it cannot store. */
    private void storeHalves(Warehouse warehouse, List<Struct> rows, List<String> columns, Map<String, String> types)
            throws Exception {
        if (columns.isEmpty()) {
            return;
        }
        String table = "t" + tables++;
        List<Struct> part = new ArrayList<>();
        for (Struct row : rows) {
            part.add(only(columns, row));
        }
        Throwable failure = warehouse.put(table, part);
        if (failure == null) {
            Map<String, String> made = warehouse.columns(table);
            columns.forEach(column -> types.put(column, requireNonNull(made.get(column))));
        } else if (columns.size() == 1) {
            assertThat(WRITE)
                    .as("%s does not reach the warehouse: %s", columns, failure)
                    .isTrue();
            types.put(columns.get(0), TypeMatrix.NO_SINK);
        } else {
            storeHalves(warehouse, rows, columns.subList(0, columns.size() / 2), types);
            storeHalves(warehouse, rows, columns.subList(columns.size() / 2, columns.size()), types);
        }
    }

    /** By way of the converter, as in a topic. */
    private static Struct only(List<String> columns, Struct row) {
        SchemaBuilder schema = SchemaBuilder.struct().name("row");
        columns.forEach(
                column -> schema.field(column, row.schema().field(column).schema()));
        Struct part = new Struct(schema.build());
        columns.forEach(column -> part.put(column, row.getWithoutDefault(column)));
        byte[] json = JSON.fromConnectData("topic", part.schema(), part);
        return (Struct) JSON.toConnectData("topic", json).value();
    }

    /** Columns that this connector writes in a form that none before it did. */
    private static List<TypeSample> firstSeenIn(TypeCapture capture) {
        return samples.stream()
                .filter(sample -> {
                    Schema schema = capture.schema(sample);
                    return schema != null
                            && captures.subList(0, capture.number()).stream()
                                    .noneMatch(before -> schema.equals(before.schema(sample)));
                })
                .toList();
    }

    private Struct protectedRow(TypeCapture capture, Protection protection, List<TypeSample> columns, int record) {
        List<String> names = columns.stream()
                .filter(sample -> TypeCapture.takes(protection, requireNonNull(capture.schema(sample))))
                .map(TypeSample::column)
                .toList();
        SourceRecord result = TypeCapture.protector(protection, names, keys)
                .apply(capture.records().get(record));
        return TypeCapture.row(requireNonNull(result));
    }
}

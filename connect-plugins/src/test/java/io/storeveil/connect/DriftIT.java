package io.storeveil.connect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.policy.UndeclaredColumns;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.Opened;
import io.storeveil.protect.Pseudonym;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A store that changes while a real Debezium reads it: columns added, renamed, retyped, dropped, new tables and partitions;
 * with an incremental snapshot, a heartbeat's action query, and JSON that its policy knows by path. Whatever the policy
 * does not know carries a marked value.
 */
class DriftIT {

    private static final String TOPIC = "shop.public.customer";
    private static final String LARGE = "canary ".repeat(3_000);
    private static final String DETAILS =
            "{\"city\": \"Lyon\", \"email\": \"canary@example.org\", \"vat\": \"canary vat\", \"history\": [{\"at\":"
                    + " \"canary street\", \"zip\": \"69001\"}]}";

    private static List<SourceRecord> records = List.of();
    private static List<SourceRecord> withoutRoot = List.of();

    private final Fixture.FixedKeys keys = new Fixture.FixedKeys();
    private final Counters counters = new Counters(new KeysInUse(keys));
    private final Protector protector = new Protector(
            new Rules(
                    Fixture.policy(tables(), UndeclaredColumns.DROP),
                    Rules.Before.KEY,
                    new Placeholder("__debezium_unavailable_value")),
            keys,
            counters);

    private static final String[] STORE = {
        "create table customer (id bigint, tenant int, name text, visits int not null default 5, large text,"
                + " details jsonb, primary key (tenant, id))",
        "alter table customer alter large set storage external, alter details set storage external",
        "create table signals (id varchar(42) primary key, type varchar(32) not null, data varchar(2048))",
        "create table pulse (id int primary key, at timestamptz)",
        "create table event (id bigint, day date, note text, primary key (id, day)) partition by range (day)",
        "create table event_2025 partition of event for values from ('2025-01-01') to ('2026-01-01')",
        "insert into customer values (1, 7, 'canary one', 12, 'canary', '" + DETAILS + "')"
    };

    @BeforeAll
    static void drift() throws Exception {
        Map<String, String> settings = Map.of(
                "signal.data.collection",
                "public.signals",
                "heartbeat.action.query",
                "insert into pulse values (1, now()) on conflict (id) do update set at = now()",
                "publish.via.partition.root",
                "true",
                "incremental.snapshot.chunk.size",
                "2");
        try (Capture capture = new Capture(settings, STORE)) {
            capture.until(record -> record.topic().equals(TOPIC));
            capture.execute(
                    "insert into customer values (2, 7, 'canary two', 23, '" + LARGE + "', '" + DETAILS + "')",
                    "update customer set details = jsonb_set(details, '{pad}', to_jsonb('" + LARGE + "'::text))"
                            + " where id = 2",
                    "update customer set visits = 24 where id = 2",
                    "update customer set id = 3 where id = 2",
                    "insert into signals values ('now', 'execute-snapshot',"
                            + " '{\"type\": \"incremental\", \"data-collections\": [\"public.customer\"],"
                            + " \"additional-conditions\": [{\"data-collection\": \"public.customer\","
                            + " \"filter\": \"name <> ''canary''\"}]}')");
            capture.until(record -> "incremental".equals(snapshot(record)) && id(record) == 3);
            capture.execute(
                    "alter table customer add nickname text default 'canary default'",
                    "insert into customer values (10, 7, 'canary', 1, '', '{}', 'canary nickname')",
                    "alter table customer rename name to full_name",
                    "insert into customer values (11, 7, 'canary renamed', 1, '', '{}', null)",
                    "alter table customer drop large",
                    "insert into customer values (12, 7, 'canary', 1, '{}', null)",
                    "create table diary (id bigint primary key, entry text)",
                    "insert into diary values (1, 'canary diary')",
                    "insert into event values (1, '2025-05-05', 'canary event')",
                    "create table event_2026 partition of event for values from ('2026-01-01') to ('2027-01-01')",
                    "insert into event values (2, '2026-05-05', 'canary later event')",
                    "alter table customer alter visits drop default",
                    "alter table customer alter visits type text using 'canary visits'",
                    "insert into customer values (99, 7, 'canary', 'canary visits', '{}', null)");
            records = capture.until(record -> id(record) == 99);
        }
        try (Capture capture = new Capture(Map.of("publish.via.partition.root", "false"), STORE)) {
            capture.until(record -> record.topic().equals(TOPIC));
            capture.execute("insert into event values (1, '2025-05-05', 'canary event')");
            withoutRoot = capture.until(record -> record.topic().contains("event"));
        }
    }

    private static Map<TableName, Table> tables() {
        Map<TableName, Table> tables = new LinkedHashMap<>();
        Map<String, String> paths =
                Map.of("$.city", "none", "$.email", "encrypt", "$.history[*].zip", "generalise: {prefix: 3}");
        put(
                tables,
                Fixture.table(Fixture.CUSTOMER, List.of())
                        .with("id", "pseudonymise", "public.customer.id")
                        .with("tenant", "none", "")
                        .with("name", "encrypt", "")
                        .with("visits", "generalise: {bucket: 10}", "")
                        .with("large", "encrypt", "")
                        .withInside("details", paths),
                List.of("tenant", "id"),
                true);
        put(
                tables,
                Fixture.table(new TableName("public", "event"), List.of())
                        .with("id", "none", "")
                        .with("day", "none", "")
                        .with("note", "encrypt", ""),
                List.of("id"),
                true);
        put(
                tables,
                Fixture.table(new TableName("public", "pulse"), List.of())
                        .with("id", "none", "")
                        .with("at", "none", ""),
                List.of("id"),
                true);
        put(
                tables,
                Fixture.table(new TableName("public", "signals"), List.of()).with("id", "none", ""),
                List.of("id"),
                false);
        return tables;
    }

    private static void put(
            Map<TableName, Table> tables, Fixture.TableBuilder builder, List<String> key, boolean captured) {
        Table table = builder.build();
        tables.put(
                table.name(),
                new Table(table.name(), key, List.of(), List.of(), List.of(), table.columns(), false, false, captured));
    }

    @Test
    void whatThePolicyDoesNotKnow_isInNothingThatLeaves_andIsCountedByName() {
        List<SourceRecord> results = new ArrayList<>();
        for (SourceRecord record : beforeTheNewType()) {
            SourceRecord result = protector.apply(record);
            if (result != null) {
                results.add(result);
            }
        }

        assertThat(beforeTheNewType().toString())
                .contains("canary nickname", "canary renamed", "canary diary", "canary vat");
        for (SourceRecord result : results) {
            assertThat(JsonText.of(result.value()) + JsonText.of(result.key()) + result.headers())
                    .as(result.topic())
                    .doesNotContain("canary");
        }
        assertThat(counters.of(Metric.UNDECLARED_COLUMN_FIELDS, "public.customer", "nickname")
                        .sum())
                .isEqualTo(3);
        assertThat(counters.of(Metric.UNDECLARED_COLUMN_FIELDS, "public.customer", "full_name")
                        .sum())
                .isEqualTo(2);
        assertThat(counters.of(Metric.UNDECLARED_TABLE_RECORDS, "public.diary").sum())
                .isOne();
        assertThat(row(10).schema().field("nickname")).isNull();
        assertThat(row(11).schema().field("full_name")).isNull();
        assertThat(row(11).schema().field("name")).isNull();
        assertThat(row(12).schema().field("large")).isNull();
    }

    @Test
    void aTypeThatTheProtectionCannotTake_stopsAndNamesTheColumn() {
        SourceRecord retyped = ofCustomer(99);

        assertThatThrownBy(() -> protector.apply(retyped))
                .isInstanceOf(ProtectionStopped.class)
                .hasMessageStartingWith("topic shop.public.customer, table public.customer, column visits, rule"
                        + " 'its-category: generalise: {bucket: 10}': 'generalise: {bucket: 10}' cannot take text")
                .hasMessageNotContaining("canary");
    }

    @Test
    void aNewPartition_isItsTable_andWithoutTheRootATableThatNobodyKnows() {
        List<SourceRecord> events = records.stream()
                .filter(record -> record.topic().contains("event"))
                .toList();

        assertThat(events).hasSize(2).allSatisfy(record -> {
            assertThat(record.topic()).isEqualTo("shop.public.event");
            assertThat(after(protector.apply(record)).getString("note")).hasSizeGreaterThan(40);
        });
        List<SourceRecord> alone = withoutRoot.stream()
                .filter(record -> record.topic().contains("event"))
                .toList();
        assertThat(alone).hasSize(1).allSatisfy(record -> {
            assertThat(record.topic()).isEqualTo("shop.public.event_2025");
            assertThat(protector.apply(record)).isNull();
        });
        assertThat(counters.of(Metric.UNDECLARED_TABLE_RECORDS, "public.event_2025")
                        .sum())
                .isOne();
    }

    @Test
    void jsonOfARealStore_isProtectedByPath() throws Exception {
        Struct row = after(protector.apply(ofCustomer(1)));

        Map<?, ?> details = (Map<?, ?>) requireNonNull(JsonText.read(row.getString("details")));
        assertThat(details.keySet().toArray()).containsExactlyInAnyOrder("city", "email", "history");
        assertThat(details.get("city")).isEqualTo("Lyon");
        assertThat(details.get("history")).isEqualTo(List.of(Map.of("zip", "690")));
        FieldContext context = new FieldContext("shop", "public.customer", "details.$.email", "");
        assertThat(Ciphertext.open(keys, context, String.valueOf(details.get("email"))))
                .isInstanceOfSatisfying(
                        Opened.Value.class, value -> assertThat(value.value()).isEqualTo("canary@example.org"));
        assertThat(row.schema().field("details").schema().name()).isEqualTo("io.debezium.data.Json");
    }

    @Test
    void jsonThatWasNotSentAgain_keepsItsPlaceholder() {
        SourceRecord update = records.stream()
                .filter(record -> id(record) == 2 && after(record).get("visits").equals(24))
                .findFirst()
                .orElseThrow();
        assertThat(after(update).get("details")).isEqualTo("__debezium_unavailable_value");

        Struct row = after(protector.apply(update));

        assertThat(row.get("details")).isEqualTo("__debezium_unavailable_value");
        assertThat(row.get("large")).isEqualTo("__debezium_unavailable_value");
    }

    @Test
    void anIncrementalSnapshot_isProtectedAsAnyRead_andItsSignalsStay() {
        List<SourceRecord> read = records.stream()
                .filter(record -> "incremental".equals(snapshot(record)))
                .toList();

        assertThat(read).extracting(DriftIT::id).containsExactly(1L, 3L);
        assertThat(read).allSatisfy(record -> {
            SourceRecord result = requireNonNull(protector.apply(record));
            assertThat(after(result).get("id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", id(record)));
            assertThat(((Struct) result.value()).get("op")).isEqualTo("r");
            assertThat(((Struct) result.value()).getStruct("source").get("snapshot"))
                    .isEqualTo("incremental");
        });
        List<SourceRecord> signals = records.stream()
                .filter(record -> record.topic().contains("signals"))
                .toList();
        assertThat(signals).as("the signal and the marks of its window").hasSizeGreaterThanOrEqualTo(2);
        assertThat(signals)
                .allSatisfy(record -> assertThat(protector.apply(record)).isNull());
    }

    @Test
    void aCompositeKeyThatChanges_isADeleteATombstoneAndACreateWithBothKeysProtected() {
        List<SourceRecord> changed = records.stream()
                .filter(record -> !record.headers().isEmpty() && record.topic().equals(TOPIC))
                .filter(record -> record.headers().lastWithName("__debezium.oldkey") != null
                        || record.headers().lastWithName("__debezium.newkey") != null)
                .map(record -> requireNonNull(protector.apply(record)))
                .toList();

        assertThat(changed).as("delete, tombstone, create").hasSize(3);
        Object oldKey = changed.get(0).key();
        Object newKey = changed.get(2).key();
        assertThat(changed.get(1).key()).isEqualTo(oldKey);
        assertThat(changed.get(0).headers().lastWithName("__debezium.newkey").value())
                .isEqualTo(newKey);
        assertThat(changed.get(2).headers().lastWithName("__debezium.oldkey").value())
                .isEqualTo(oldKey);
        assertThat(((Struct) newKey).get("tenant")).isEqualTo(7);
        assertThat(((Struct) newKey).get("id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 3L));
    }

    @Test
    void theTableOfAHeartbeatsActionQuery_isATableLikeAnyOther() {
        assertThat(records.stream().filter(record -> record.topic().equals("shop.public.pulse")))
                .isNotEmpty()
                .allSatisfy(record -> assertThat(protector.apply(record)).isNotNull());
    }

    private static List<SourceRecord> beforeTheNewType() {
        return records.stream().filter(record -> id(record) != 99).toList();
    }

    private Struct row(long id) {
        return after(protector.apply(ofCustomer(id)));
    }

    private static SourceRecord ofCustomer(long id) {
        return records.stream()
                .filter(record -> record.topic().equals(TOPIC) && id(record) == id)
                .findFirst()
                .orElseThrow();
    }

    private static Struct after(@Nullable SourceRecord record) {
        return ((Struct) requireNonNull(record).value()).getStruct("after");
    }

    private static @Nullable String snapshot(SourceRecord record) {
        return record.topic().equals(TOPIC) && record.value() != null
                ? ((Struct) record.value()).getStruct("source").getString("snapshot")
                : null;
    }

    /** Of a customer that was read, created or updated; otherwise -1. */
    private static long id(SourceRecord record) {
        if (!record.topic().equals(TOPIC) || record.value() == null) {
            return -1;
        }
        Struct after = ((Struct) record.value()).getStruct("after");
        return after == null ? -1 : Objects.requireNonNull(after.getInt64("id"));
    }
}

package io.storeveil.connect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.storeveil.keys.KeyState;
import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.Opened;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Stores that nobody here made, captured by a real Debezium and protected by policies drafted from them. */
class ThirdPartyStoresIT {

    private static final Path POLICIES = Path.of("src/test/resources/stores");

    /** Values too telling to stand in clear anywhere. */
    private static final Set<String> TELLING =
            Set.of("email", "phone", "fax", "address", "billing_address", "ship_address", "contact_name", "home_phone");

    private final KeyState state = KeyState.create();
    private final Map<String, Integer> rows = new TreeMap<>();
    private final Map<Object, Integer> ordersOf = new TreeMap<>();

    @Test
    void chinook_isCapturedWhole_andNothingTellingIsLeft() throws Exception {
        capture("chinook");
        assertThat(rows).hasSize(11).containsEntry("customer", 59).containsEntry("invoice", 412);
        assertThat(ordersOf)
                .as("invoices by the customer's pseudonym")
                .hasSize(59)
                .containsValue(7);
    }

    @Test
    void northwind_isCapturedWhole_andNothingTellingIsLeft() throws Exception {
        capture("northwind");
        assertThat(rows)
                .containsEntry("customers", 91)
                .containsEntry("orders", 830)
                .containsEntry("order_details", 2155);
        assertThat(ordersOf)
                .as("orders by the customer's pseudonym")
                .hasSize(89)
                .containsValue(6);
    }

    private void capture(String store) throws Exception {
        String script = Files.readString(folder().resolve(store + ".sql"));
        Policy policy = PolicyLoader.load(POLICIES.resolve(store + "-policy.yaml"));
        Protector protector = new Protector(
                new Rules(policy, Rules.Before.KEY, new Placeholder("__debezium_unavailable_value")),
                new Fixture.KeysOf(state),
                new Counters(new KeysInUse(new Fixture.KeysOf(state))));
        Set<String> telling = new HashSet<>();
        StringBuilder passed = new StringBuilder();
        try (Capture capture = new Capture(script)) {
            for (SourceRecord record : capture.until(ThirdPartyStoresIT::isLastOfSnapshot)) {
                if (record.value() instanceof Struct change && change.schema().field("after") != null) {
                    Table table = policy.table(new TableName("public", source(change, "table")))
                            .orElseThrow();
                    SourceRecord result = requireNonNull(protector.apply(record));
                    Struct before = change.getStruct("after");
                    Struct after = ((Struct) result.value()).getStruct("after");
                    compare(policy.store(), table, before, after, telling);
                    passed.append(result.key()).append(after).append('\n');
                    rows.merge(table.name().name(), 1, Integer::sum);
                    if (Set.of("invoice", "orders").contains(table.name().name())) {
                        ordersOf.merge(after.get("customer_id"), 1, Integer::sum);
                    }
                }
            }
        }
        // Northwind's shipper Federal Shipping, a company that the policy shows, has a supplier's telephone number.
        telling.remove("(503) 555-9931");
        assertThat(telling).hasSizeGreaterThan(200);
        String all = passed.toString();
        assertThat(telling.stream().filter(all::contains)).isEmpty();
    }

    private void compare(String store, Table table, Struct before, Struct after, Set<String> telling) throws Exception {
        for (Field field : before.schema().fields()) {
            Column column = requireNonNull(table.columns().get(field.name()));
            Object clear = before.getWithoutDefault(field.name());
            String protection = column.inStream().name();
            if (protection.equals("drop")) {
                assertThat(after.schema().field(field.name())).isNull();
                continue;
            }
            Object shown = after.getWithoutDefault(field.name());
            if (clear == null) {
                assertThat(shown).as(table.name() + "." + field.name()).isNull();
            } else if (protection.equals("none")) {
                assertThat(shown).as(table.name() + "." + field.name()).isEqualTo(clear);
            } else {
                assertThat(shown).as(table.name() + "." + field.name()).isNotEqualTo(clear);
            }
            if (clear instanceof String text && protection.equals("encrypt")) {
                FieldContext context = new FieldContext(store, table.name().toString(), field.name(), column.domain());
                Opened opened = Ciphertext.open(state, context, String.valueOf(shown));
                assertThat(opened).isInstanceOfSatisfying(Opened.Value.class, value -> assertThat(value.value())
                        .isEqualTo(text));
                if (TELLING.contains(field.name()) && text.length() > 7) {
                    telling.add(text);
                }
            }
        }
    }

    private static boolean isLastOfSnapshot(SourceRecord record) {
        return record.value() instanceof Struct change
                && change.schema().field("source") != null
                && "last".equals(source(change, "snapshot"));
    }

    private static String source(Struct change, String name) {
        return String.valueOf(change.getStruct("source").get(name));
    }

    private static Path folder() {
        Path folder = Path.of("../../shared/stores");
        if (!Files.isDirectory(folder)) {
            String missing = "there is no folder shared/stores beside the repository: its stores are not tried";
            assertThat(System.getenv("CI")).as(missing).isNotEqualTo("true");
            assumeTrue(false, missing);
        }
        return folder;
    }
}

package io.storeveil.connect;

import static io.storeveil.connect.Fixture.CUSTOMER_KEY;
import static io.storeveil.connect.Fixture.CUSTOMER_ROW;
import static io.storeveil.connect.Fixture.customer;
import static io.storeveil.connect.Fixture.customerKey;
import static io.storeveil.connect.Fixture.record;
import static io.storeveil.connect.Fixture.source;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.keys.OwnerId;
import io.storeveil.policy.UndeclaredColumns;
import io.storeveil.protect.Pseudonym;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row or a change goes the way of the one before it, and nothing else does, however much it looks like it. */
class RoutesTest {

    private static final String TOPIC = "shop.public.customer";

    private final Fixture.FixedKeys keys = new Fixture.FixedKeys();
    private final Protector protector = new Protector(
            new Rules(Fixture.policy(UndeclaredColumns.DROP), Rules.Before.KEY, new Placeholder("unavailable")),
            keys,
            new Counters(new KeysInUse(keys)));

    @BeforeEach
    void aRowGoesFirst() {
        assertThat(apply(row(TOPIC, 1)).value()).isNotNull();
    }

    @Test
    void theNextRow_hasItsOwnValuesAndItsOwnOwnersKey() {
        keys.erase(new OwnerId("public.customer", List.of(2L)));

        Struct next = (Struct) apply(row(TOPIC, 2)).value();

        assertThat(next.get("id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 2L));
        assertThat(next.get("email")).isEqualTo("[erased]");
    }

    @Test
    void aTombstoneThatHasASchema_isATombstone() {
        SourceRecord tombstone = apply(record(TOPIC, CUSTOMER_KEY, customerKey(1), CUSTOMER_ROW, null));

        assertThat(tombstone.value()).isNull();
        assertThat(((Struct) tombstone.key()).get("id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 1L));
    }

    @Test
    void aRowWithoutAKey_leavesWithoutOne() {
        SourceRecord keyless = apply(record(TOPIC, CUSTOMER_KEY, null, CUSTOMER_ROW, customer(1, "a@example.org")));

        assertThat(keyless.key()).isNull();
        assertThat(keyless.keySchema()).isNull();
    }

    @Test
    void aRowInTheTopicOfNoTable_doesNotPass() {
        assertThat(protector.apply(row("shop.public.other", 1))).isNull();
    }

    @Test
    void rowsThatNameTheirTable_areAskedEachTime() {
        Schema schema = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("__schema", Schema.STRING_SCHEMA)
                .field("__table", Schema.STRING_SCHEMA)
                .build();
        Struct known =
                new Struct(schema).put("id", 1L).put("__schema", "public").put("__table", "orders");
        Struct unknown =
                new Struct(schema).put("id", 1L).put("__schema", "public").put("__table", "other");

        Struct order = (Struct) apply(record("all", null, null, schema, known)).value();

        assertThat(order.get("id")).isEqualTo(Pseudonym.of(keys, "public.orders.id", 1L));
        assertThat(protector.apply(record("all", null, null, schema, unknown))).isNull();
    }

    @Test
    void aDeletedRow_keepsItsKeyOnly_amongRowsOfItsSchema() {
        Schema schema = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("email", Schema.STRING_SCHEMA)
                .field("__deleted", Schema.STRING_SCHEMA)
                .build();
        Struct row = new Struct(schema).put("id", 1L).put("email", "a@example.org");

        apply(record(TOPIC, null, null, schema, row.put("__deleted", "false")));
        Struct deleted = (Struct) apply(record(TOPIC, null, null, schema, row.put("__deleted", "true")))
                .value();

        assertThat(deleted.get("id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 1L));
        assertThat(deleted.get("email")).isNull();
    }

    @Test
    void theNextChange_hasItsOwnValuesAndItsOwnOwnersKey() {
        apply(change("c", customer(1, "a@example.org")));
        keys.erase(new OwnerId("public.customer", List.of(2L)));

        Struct next = ((Struct) apply(change("u", customer(2, "b@example.org"))).value()).getStruct("after");

        assertThat(next.get("id")).isEqualTo(Pseudonym.of(keys, "public.customer.id", 2L));
        assertThat(next.get("email")).isEqualTo("[erased]");
    }

    @Test
    void aChangeOfAnotherTable_inTheSameTopicAndSchema_goesItsOwnWay() {
        apply(change("c", customer(1, "a@example.org")));
        SourceRecord order = change("c", customer(1, "a@example.org"));
        ((Struct) order.value()).put("source", source("public", "orders"));
        SourceRecord unknown = change("c", customer(1, "a@example.org"));
        ((Struct) unknown.value()).put("source", source("other", "customer"));

        Struct row = ((Struct) apply(order).value()).getStruct("after");

        assertThat(row.get("id")).isEqualTo(Pseudonym.of(keys, "public.orders.id", 1L));
        assertThat(row.schema().field("email")).isNull();
        assertThat(protector.apply(unknown)).isNull();
    }

    @Test
    void anOperationThatIsNoChange_isLookedAt_amongChangesOfItsSchema() {
        apply(change("c", customer(1, "a@example.org")));

        assertThat(protector.apply(change("m", customer(1, "a@example.org")))).isNull();
        assertThatThrownBy(() -> protector.apply(change("x", customer(1, "a@example.org"))))
                .isInstanceOf(ProtectionStopped.class);
    }

    private static SourceRecord change(String op, Struct after) {
        return Fixture.change(op, null, after);
    }

    private static SourceRecord row(String topic, long id) {
        return record(topic, CUSTOMER_KEY, customerKey(id), CUSTOMER_ROW, customer(id, "ada@example.org"));
    }

    private SourceRecord apply(SourceRecord record) {
        return requireNonNull(protector.apply(record));
    }
}

package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.check.Finding;
import io.storeveil.retention.check.PolicyCheck;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.stores.StoreServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitioned tables of several levels, some of whose partitions have keys that the whole lacks. */
class PartitionedSweepTest {

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Shop shop;

    @BeforeEach
    void openShop(@TempDir Path directory) throws Exception {
        Settings.Database store = StoreServer.database("partitioned");
        Settings.Database control = StoreServer.database("partitioned_control");
        shop = new Shop(
                directory,
                Files.writeString(directory.resolve("policy.yaml"), Shop.resource("partitioned.yaml")),
                store.url(),
                control.url());
        shop.sql(Shop.resource("partitioned.sql"));
        shop.approveEverything();
    }

    @Test
    void nothingInThem_isWrongWithThePolicy() throws Exception {
        try (Connection connection = shop.store.getConnection()) {
            assertThat(PolicyCheck.check(shop.policy, connection))
                    .filteredOn(finding -> finding.severity() == Finding.Severity.ERROR)
                    .isEmpty();
        }
    }

    @Test
    void expiredRowsGo_fromEachPartition_andNoOther() throws Exception {
        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select distinct tableoid::regclass, at from event"))
                .containsExactly("(event_2026,2026-03-01)");
        assertThat(shop.rows("select id, words from ticket"))
                .as("a row stays while one under it does, wherever that lies")
                .containsExactly(
                        "(1,\"Ann asks\")", "(2,\"shop answers\")", "(3,redacted)", "(4,\"shop answers late\")");
        assertThat(shop.rows("select id, note from orders"))
                .as("a complaint refers to the first")
                .containsExactly("(20129,redacted)", "(20261,\"for 1\")", "(20262,\"for 2\")");
        assertThat(shop.rows("select distinct order_id from order_line")).containsExactly("(20261)", "(20262)");
        assertThat(shop.rows("select id, name from customer")).containsExactly("(1,Ann)", "(2,Bob)");
        assertThat(shop.records().counts(outcome.run().id())).allMatch(RuleCount::closes);
        assertThat(outcome.exitCode())
                .as("findings: %s", shop.records().findings(outcome.run().id()))
                .isZero();
        List<String> left = shop.rows("select * from event");
        assertThat(shop.sweep().exitCode()).isZero();
        assertThat(shop.rows("select * from event")).isEqualTo(left);
    }

    @Test
    void anErasedPersonsRowsGo_fromEachPartition_andNobodyElses() throws Exception {
        List<String> others = shop.rows("select * from event where customer_id <> 1 and at > '2020-01-01'");
        shop.eraseByRequest("R-1", "customer", "1");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.count("customer where id = 1") + shop.count("event where customer_id = 1"))
                .isZero();
        assertThat(shop.count("orders where customer_id = 1")).isZero();
        assertThat(shop.rows("select id from ticket")).containsExactly("(3)", "(4)");
        assertThat(shop.rows("select * from event")).isEqualTo(others);
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void columnsComeToRest_inEachPartition_andWhereOneIsUnique() throws Exception {
        shop.sql("update event set at = '2025-01-01', customer_id = 2 where at = '2012-03-01'");
        shop.sql("alter table event detach partition event_2026");
        shop.sql("alter table event_2026 add unique (words)");
        shop.sql("alter table event attach partition event_2026 for values from ('2026-01-01') to ('2027-01-01')");

        shop.sweep();

        assertThat(shop.rows("select distinct tableoid::regclass, words from event where at = '2025-01-01'"))
                .as("nothing tells rows without a key apart")
                .containsExactly("(event_else,)");
    }
}

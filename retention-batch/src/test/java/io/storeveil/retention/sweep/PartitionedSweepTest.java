package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.keys.KeyReference;
import io.storeveil.retention.check.Finding;
import io.storeveil.retention.check.PolicyCheck;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.stores.StoreServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitioned tables of several levels, some of whose partitions have keys that the whole lacks. */
class PartitionedSweepTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Shop shop;

    @BeforeEach
    void openShop() throws Exception {
        Settings.Database store = StoreServer.database("partitioned");
        Settings.Database control = Shop.control("partitioned_control");
        shop = new Shop(
                directory,
                Files.writeString(directory.resolve("policy.yaml"), Shop.resource("partitioned.yaml")),
                store.url(),
                control.url());
        shop.sql(Shop.resource("partitioned.sql"));
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
        shop.approveEverything();
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
        shop.approveEverything();
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
        shop.approveEverything();
        shop.sql("update event set at = '2025-01-01', customer_id = 2 where at = '2012-03-01'");
        shop.sql("alter table event detach partition event_2026");
        shop.sql("alter table event_2026 add unique (words)");
        shop.sql("alter table event attach partition event_2026 for values from ('2026-01-01') to ('2027-01-01')");

        shop.sweep();

        assertThat(shop.rows("select distinct tableoid::regclass, words from event where at = '2025-01-01'"))
                .as("nothing tells rows without a key apart")
                .containsExactly("(event_else,)");
    }

    /** The same shop under a policy that lets partitions of events, of orders and of these go. */
    private void partitionsGo(String... also) throws Exception {
        String policy = Shop.resource("partitioned.yaml")
                        .replace("    clock: [event.at]\n", "    clock: [event.at]\n    partitions: drop\n")
                        .replace(
                                "    clock: [orders.placed_at]\n",
                                "    clock: [orders.placed_at]\n    partitions: drop\n")
                + String.join("", also);
        shop = new Shop(
                directory,
                Files.writeString(directory.resolve("policy.yaml"), policy),
                shop.settings.store().url(),
                shop.settings.control().url());
        shop.approveEverything();
    }

    private List<String> partitions(String table) {
        return shop.rows("select relid::regclass from pg_partition_tree('" + table + "') where level = 1");
    }

    private List<String> dropped() {
        return shop.rows("select columns[1], rows from storeveil.journal where rule = 'partition dropped'");
    }

    @Test
    void wherePartitionsGo_thoseAllOfWhoseRowsAreDueGoWhole_andTheSumsAreAsRowByRow() throws Exception {
        partitionsGo();
        Sweep.Outcome simulated = shop.simulate();
        assertThat(partitions("event")).hasSize(4);

        Sweep.Outcome outcome = shop.sweep();

        assertThat(partitions("event")).containsExactly("(event_2026)", "(event_else)");
        assertThat(partitions("orders"))
                .as("a complaint refers to an order of the first; the second was empty once its orders had gone")
                .containsExactly("(orders_2012)", "(orders_2026)");
        assertThat(dropped())
                .containsExactly("(public.event_2012,4)", "(public.event_2013,4)", "(public.orders_2013,0)");
        assertThat(shop.rows("select distinct at from event")).containsExactly("(2026-03-01)");
        assertThat(shop.records().counts(outcome.run().id()))
                .isEqualTo(shop.records().counts(simulated.run().id()))
                .allMatch(RuleCount::closes);
        assertThat(shop.records().findings(outcome.run().id()))
                .anyMatch(finding -> "public.event_2012".equals(finding.table())
                        && finding.text().equals("the partition was dropped, with 4 rows in it"));
        assertThat(outcome.exitCode())
                .as("findings: %s", shop.records().findings(outcome.run().id()))
                .isZero();
        assertThat(shop.sweep().exitCode()).isZero();
    }

    @Test
    void aPartition_inWhichOneRowIsHeld_orReferredTo_orYoung_stays_andItsOtherRowsGo() throws Exception {
        partitionsGo();
        shop.hold("customer", "1");
        shop.sql(
                "insert into event values (2, '2023-11-22', 'eu', 'over', 'x'), (2, '2023-11-24', 'eu', 'young', 'y')");
        shop.sql("create table event_2023 (like event including all)");
        shop.sql("with moved as (delete from event_else where at >= '2023-01-01' returning *)"
                + " insert into event_2023 select * from moved");
        shop.sql("alter table event attach partition event_2023 for values from ('2023-01-01') to ('2024-01-01')");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(partitions("event")).hasSize(5);
        assertThat(shop.rows("select distinct tableoid::regclass, customer_id from event where at < '2026-01-01'"))
                .containsExactly(
                        "(event_2012_eu,1)",
                        "(event_2012_rest,1)",
                        "(event_2013,1)",
                        "(event_2023,2)",
                        "(event_else,1)");
        assertThat(outcome.exitCode()).isZero();
        shop.sql("update storeveil.hold set released_at = now()");
        assertThat(shop.sweepOn(Shop.NIGHT.plusDays(1)).exitCode()).isZero();
        assertThat(shop.rows("select words from event_2023"))
                .as("unique was what the partition that is gone asked for")
                .containsExactly("(redacted)");
        assertThat(partitions("event")).containsExactly("(event_2023)", "(event_2026)", "(event_else)");
    }

    @Test
    void rowsWithKeysOfTheirOwn_thatGoWithTheirPartition_areNamed_inEntriesOfABatch() throws Exception {
        shop.sql("create table visit (id int, at date, ip text, primary key (id, at)) partition by range (at);"
                + " create table visit_2012 partition of visit for values from ('2012-01-01') to ('2013-01-01');"
                + " create table visit_late partition of visit for values from ('2013-01-01') to (maxvalue);"
                + " insert into visit select i, date '2012-01-01' + i, 'ip' from generate_series(1, 5) i");
        partitionsGo(
                """
                  public.visit:
                    key: [id, at]
                    purposes: [contract]
                    clock: [visit.at]
                    partitions: drop
                    columns: { id: key, at: plain, ip: identity }
                """);
        shop.pace = shop.pace.withBatch(2);

        shop.sweep();

        assertThat(partitions("visit")).containsExactly("(visit_late)");
        assertThat(shop.rows("select rows, length(key_refs) / " + KeyReference.LENGTH
                        + " as keys from storeveil.journal where table_name = 'public.visit' and action = 'delete'"))
                .containsExactly("(1,1)", "(2,2)", "(2,2)");
    }

    @Test
    void wherePartitionsGo_andAPublicationCarriesThem_everyRowIsDeletedFirst() throws Exception {
        partitionsGo();
        shop.sql("alter table event_2012_eu replica identity full; alter table event_2012_rest replica identity full;"
                + " alter table event_2026 replica identity full; alter table event_else replica identity full;"
                + " alter table event replica identity full;"
                + " create publication carried for table event with (publish_via_partition_root)");
        String slot = "partitions" + System.nanoTime();
        shop.rows("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
        try {
            shop.sweep();

            assertThat(dropped()).contains("(public.event_2012,0)", "(public.event_2013,0)");
            assertThat(partitions("event")).containsExactly("(event_2026)", "(event_else)");
            assertThat(shop.rows("select chr(get_byte(data, 0)) as what, count(*) from"
                            + " pg_logical_slot_get_binary_changes('" + slot + "', null, null, 'proto_version', '1',"
                            + " 'publication_names', 'carried') where get_byte(data, 0) in (68, 84) group by 1"))
                    .as("twelve deletes, and no truncate")
                    .containsExactly("(D,12)");
        } finally {
            shop.rows("select pg_drop_replication_slot('" + slot + "')");
        }
    }

    @Test
    void aPartitionInUse_isLeftForALaterRun_whoeverUsesItsTable() throws Exception {
        partitionsGo();

        Sweep.Outcome outcome = shop.sweepBeside("select from customer");

        assertThat(partitions("event")).contains("(event_2013)").doesNotContain("(event_2012)");
        assertThat(shop.count("event_2013")).isZero();
        assertThat(shop.records().findings(outcome.run().id()))
                .anyMatch(finding -> "public.event_2013".equals(finding.table())
                        && finding.text().contains("is dropped by a later run"));
        assertThat(outcome.exitCode()).isZero();
        assertThat(shop.sweepOn(Shop.NIGHT.plusDays(1)).exitCode()).isZero();
        assertThat(partitions("event")).containsExactly("(event_2026)", "(event_else)");
    }

    @Test
    void endedWhileItDrops_allOfThePartitionIsStillThere_andTheSameCallDropsItOnce() throws Exception {
        partitionsGo();
        shop.sql("create schema if not exists storeveil; create table storeveil.gate (shut bool);"
                + " insert into storeveil.gate values (true);"
                + " create function storeveil.stand() returns event_trigger language plpgsql as $$ begin"
                + " while exists (select from storeveil.gate where shut)"
                + " and exists (select from pg_event_trigger_dropped_objects() where object_name = 'event_2013')"
                + " loop perform pg_sleep(0.05); end loop; end $$;"
                + " create event trigger stand on sql_drop execute function storeveil.stand()");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Sweep.Outcome> sweep = thread.submit(shop::sweep);
            String standing = "pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
            while (!sweep.isDone() && shop.count(standing) == 0) {
                Thread.sleep(20);
            }
            shop.rows("select pg_terminate_backend(pid) from " + standing);

            assertThat(sweep.get(1, TimeUnit.MINUTES).exitCode()).isOne();
        } finally {
            thread.shutdownNow();
        }
        assertThat(dropped()).containsExactly("(public.event_2012,4)");
        assertThat(shop.count("event_2013")).isEqualTo(4);
        shop.sql("update storeveil.gate set shut = false");

        Sweep.Outcome resumed = shop.sweep();

        assertThat(dropped())
                .containsExactly("(public.event_2012,4)", "(public.event_2013,4)", "(public.orders_2013,0)");
        assertThat(shop.rows("select sum(rows) from storeveil.journal where table_name = 'public.event'"
                        + " and action = 'delete'"))
                .containsExactly("(12)");
        assertThat(resumed.exitCode()).isZero();
        shop.sql("drop event trigger stand");
    }

    @Test
    void aPartitionThatSomebodyDetached_isATableThatThePolicyDoesNotKnow() throws Exception {
        shop.sql("alter table event detach partition event_2012");

        Sweep.Outcome refused = shop.sweep();

        assertThat(refused.exitCode()).isOne();
        assertThat(shop.records().findings(refused.run().id()))
                .anyMatch(finding -> "public.event_2012".equals(finding.table())
                        && finding.text().startsWith("the policy does not mention this table"));
    }
}

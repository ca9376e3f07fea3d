package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.storeveil.control.KeyStateWatcher;
import io.storeveil.control.Unknown;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldProtection;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import io.storeveil.retention.control.ControlDatabase;
import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.store.SweepLock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class SweepTest {

    private static EmbeddedPostgres postgres;
    private static int shops;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Shop shop;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void openShop(@TempDir Path directory) throws Exception {
        shops++;
        JdbcClient server = JdbcClient.create(postgres.getPostgresDatabase());
        server.sql("create database store" + shops).update();
        server.sql("create database control" + shops).update();
        Path policy = directory.resolve("policy.yaml");
        Files.writeString(policy, Shop.resource("shop.yaml"));
        shop = new Shop(
                directory,
                policy,
                postgres.getJdbcUrl("postgres", "store" + shops),
                postgres.getJdbcUrl("postgres", "control" + shops));
        shop.sql(Shop.resource("shop.sql"));
    }

    @Test
    void aRuleThatNobodyApproved_onlyObserves() throws Exception {
        List<String> before = everything();

        Sweep.Outcome outcome = shop.sweep();

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(everything()).isEqualTo(before);
        assertThat(shop.records().counts(outcome.run().id())).allMatch(RuleCount::closes);
        assertThat(shop.records().counts(outcome.run().id()))
                .filteredOn(count -> count.rule().equals("delete public.order_line"))
                .singleElement()
                .satisfies(count -> assertThat(count.deferred()).isPositive());
    }

    @Test
    void anErasedPerson_isGoneFromEveryTable_andTheBooksAreKept() throws Exception {
        shop.eraseByRequest("R-1", "customer", "1");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.records().findings(outcome.run().id()))
                .noneMatch(finding -> finding.severity().name().equals("FAILED"));
        assertThat(shop.records().steps(outcome.run().id()))
                .allMatch(step -> step.status().name().equals("DONE"));
        assertThat(shop.rows("select * from customer where id = 1"))
                .containsExactly("(1,redacted-1,redacted,,\"2026-10-01 00:00:00+00\",2,)");
        assertThat(shop.rows("select * from orders where customer_id = 1"))
                .containsExactly("(10,1,redacted,10.00,done,\"2026-09-01 00:00:00\")");
        assertThat(shop.rows("select * from order_line where order_id in (10, 11)"))
                .containsExactly("(10,1,thing,redacted)", "(10,2,thing,redacted)");
        assertThat(shop.count("message where id < 200")).isZero();
        assertThat(shop.count("audit where who = '1'")).isZero();
        assertThat(shop.rows("select id from note")).containsExactly("(4)", "(5)");
        assertThat(shop.rows("select id from address")).containsExactly("(2)");
    }

    @Test
    void underDeterministicEncryption_theJournalNamesRowsAsTheStreamDoes(@TempDir Path directory) throws Exception {
        Protection deterministic = Protections.of("encrypt-deterministic", Map.of());
        String before = Shop.resource("shop.yaml");
        String after = before.replace(
                "columns: { id: key, reply_to: key, customer_id: key, body",
                "columns: { id: { is: key, in-stream: encrypt-deterministic }, reply_to: { is: key, in-stream:"
                        + " encrypt-deterministic }, customer_id: key, body");
        assertThat(after).isNotEqualTo(before);
        Path policy = Files.writeString(directory.resolve("policy.yaml"), after);
        Shop encrypting = new Shop(
                directory,
                policy,
                postgres.getJdbcUrl("postgres", "store" + shops),
                postgres.getJdbcUrl("postgres", "control" + shops));
        encrypting.eraseByRequest("R-1", "customer", "1");

        encrypting.sweep();

        String domain = "public.message.id";
        FieldProtection inStream = deterministic.bind(
                FieldType.of(FieldType.Kind.INTEGER), new FieldContext("shop", "public.message", "id", domain));
        assertThat(encrypting.rows("select row_ref from storeveil.journal where table_name = 'public.message'"))
                .contains("(" + inStream.apply(100, encrypting.keys.current(), null) + ")");
    }

    @Test
    void anErasure_leavesEverybodyElseAsTheyWere() throws Exception {
        List<String> others = others();
        shop.eraseByRequest("R-1", "customer", "1");

        shop.sweep();

        assertThat(others()).isEqualTo(others);
    }

    @Test
    void aNameThatTheStreamHeldBack_isOneLine_untilARunHasToldIt() throws Exception {
        Supplier<Map<Unknown, Long>> met = () -> Map.of(
                new Unknown(shop.policy.store(), "public.diary", ""), 3L,
                new Unknown(shop.policy.store(), "public.customer", "nickname"), 4L,
                new Unknown("another store", "public.letter", ""), 5L);
        try (KeyStateWatcher worker = KeyStateWatcher.open(shop.keys, Duration.ofSeconds(10), Duration.ofSeconds(60))) {
            worker.lookOutFor(met);
            worker.noMore(met);
        }

        Sweep.Outcome first = shop.sweep();
        JdbcClient.create(shop.control)
                .sql("update storeveil.run set started_at = now() + interval '1 day'")
                .update();
        Sweep.Outcome second = shop.sweep();

        assertThat(shop.records().findings(first.run().id()))
                .filteredOn(finding -> finding.text().startsWith("the stream holds it back"))
                .extracting(Finding::table, finding -> finding.text().replaceAll(", the last.*", ""))
                .containsExactlyInAnyOrder(
                        tuple(
                                "public.diary",
                                "the stream holds it back, as the policy does not know it: records so far: 3"),
                        tuple(
                                "public.customer.nickname",
                                "the stream holds it back, as the policy does not know it: fields so far: 4"));
        assertThat(second.run().id()).isNotEqualTo(first.run().id());
        assertThat(shop.records().findings(second.run().id()))
                .noneMatch(finding -> finding.text().startsWith("the stream holds it back"));
    }

    @Test
    void aNameThatTheCatalogHasToo_isToldOnce() throws Exception {
        shop.sql("alter table customer add nickname text");
        Supplier<Map<Unknown, Long>> met =
                () -> Map.of(new Unknown(shop.policy.store(), "public.customer", "nickname"), 4L);
        try (KeyStateWatcher worker = KeyStateWatcher.open(shop.keys, Duration.ofSeconds(10), Duration.ofSeconds(60))) {
            worker.lookOutFor(met);
            worker.noMore(met);
        }

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.records().findings(outcome.run().id()))
                .filteredOn(finding -> "public.customer.nickname".equals(finding.table()))
                .hasSize(1);
    }

    private List<String> others() {
        return List.of(
                shop.rows("select * from customer where id <> 1").toString(),
                shop.rows("select * from orders where customer_id is distinct from 1")
                        .toString(),
                shop.rows("select * from message where id >= 200").toString(),
                shop.rows("select * from audit where who <> '1'").toString(),
                shop.rows("select * from note where id in (4, 5)").toString(),
                shop.rows("select * from address where id <> 1").toString(),
                shop.rows("select * from product_review").toString());
    }

    @Test
    void aHold_beatsARequestAndEveryRule() throws Exception {
        shop.hold("customer", "1");
        shop.hold("customer", "4");
        List<String> held = heldRows();
        shop.eraseByRequest("R-1", "customer", "1");
        shop.approveEverything();

        Sweep.Outcome outcome = shop.sweep();

        assertThat(heldRows()).isEqualTo(held);
        assertThat(shop.records().counts(outcome.run().id()))
                .filteredOn(count -> count.rule().equals("erase"))
                .containsExactly(new RuleCount("public.customer", "erase", 1, 0, 1, 0, null, 0, 0));
        assertThat(shop.records().counts(outcome.run().id())).allMatch(RuleCount::closes);
    }

    private List<String> heldRows() {
        return List.of(
                shop.rows("select * from customer where id in (1, 4)").toString(),
                shop.rows("select * from orders where customer_id in (1, 4)").toString(),
                shop.rows("select * from order_line where order_id in (10, 11, 40)")
                        .toString(),
                shop.rows("select * from audit where who in ('1', '4')").toString());
    }

    @Test
    void whatNoPurposeNeeds_expires_childrenFirst_andStubsComeToRest() throws Exception {
        shop.hold("customer", "4");
        shop.approveEverything();

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.records().findings(outcome.run().id()))
                .noneMatch(finding -> finding.severity().name().equals("FAILED"));
        assertThat(shop.rows("select id from customer")).containsExactly("(1)", "(2)", "(4)", "(5)", "(6)");
        assertThat(shop.rows("select id from orders"))
                .as("2017 is over at the end of 2025, 2018 is not; open and held ones stay")
                .containsExactly("(10)", "(20)", "(40)", "(50)", "(60)", "(71)");
        assertThat(shop.rows("select * from customer where id = 6"))
                .as("four years gone, but the books need the order")
                .containsExactly("(6,redacted-6,redacted,,\"2022-01-01 00:00:00+00\",,)");
        assertThat(shop.rows("select ship_name from orders where id in (60, 71)"))
                .containsExactly("(redacted)", "(redacted)");
        assertThat(shop.rows("select name from customer where id = 5")).containsExactly("(Emil)");
        assertThat(shop.rows("select what, at::date from audit"))
                .containsExactly(
                        "(\"Ann logged in\",2026-11-01)",
                        "(\"Bob logged in\",2026-11-01)",
                        "(\"Dora logged in\",2012-01-01)");
        assertThat(shop.records().counts(outcome.run().id())).isNotEmpty().allMatch(RuleCount::closes);
    }

    @Test
    void aSecondRun_changesNothing() throws Exception {
        shop.eraseByRequest("R-1", "customer", "1");
        shop.approveEverything();
        shop.sweep();
        List<String> after = everything();
        long journal = shop.count("storeveil.journal where action <> 'marker'");

        Sweep.Outcome second = shop.sweep();

        assertThat(second.run().attempt()).isEqualTo(2);
        assertThat(everything()).isEqualTo(after);
        assertThat(shop.count("storeveil.journal where action <> 'marker'")).isEqualTo(journal);
        assertThat(shop.records().counts(second.run().id())).allMatch(count -> count.done() == 0);
    }

    @Test
    void aSimulation_countsWhatTheRunThenDoes_andChangesNothing() throws Exception {
        shop.hold("customer", "4");
        shop.eraseByRequest("R-1", "customer", "1");
        shop.approveEverything();
        List<String> before = everything();

        Sweep.Outcome simulated = shop.simulate();

        assertThat(everything()).isEqualTo(before);
        assertThat(shop.count("storeveil.journal")).isZero();
        Sweep.Outcome real = shop.sweep();
        assertThat(shop.records().counts(simulated.run().id()))
                .isEqualTo(shop.records().counts(real.run().id()));
        assertThat(simulated.exitCode()).isEqualTo(real.exitCode());
    }

    @Test
    void theJournal_namesRowsAndPeopleOnlyByKeyedReferences() throws Exception {
        shop.eraseByRequest("R-1", "customer", "1");

        shop.sweep();

        assertThat(shop.rows("select action, table_name, row_ref, subject_ref, columns from storeveil.journal"))
                .isNotEmpty()
                .noneMatch(row -> row.contains("Ann") || row.contains("ann@"));
        assertThat(shop.count("storeveil.journal where action = 'delete' and table_name = 'public.orders'"
                        + " and rows = 1 and length(row_ref) = 26 and octet_length(key_refs) = 16"))
                .isOne();
        assertThat(shop.count("storeveil.journal where rule = 'request-done' and request = 'R-1'"))
                .isOne();
    }

    @Test
    void anErasure_waitsForAnOpenContract() throws Exception {
        shop.eraseByRequest("R-5", "customer", "5");
        List<String> before = everything();

        Sweep.Outcome outcome = shop.sweep();

        assertThat(everything()).isEqualTo(before);
        assertThat(shop.records().counts(outcome.run().id()))
                .filteredOn(count -> count.rule().equals("erase"))
                .containsExactly(new RuleCount("public.customer", "erase", 1, 0, 0, 0, null, 1, 0));
    }

    @Test
    void aSecondSweepAtOnce_saysWhoIsAtWork() throws Exception {
        try (SweepLock first = SweepLock.take(shop.store).orElseThrow()) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> shop.sweep())
                    .isInstanceOf(StepFailed.class)
                    .hasMessageContaining("another sweep of this store is running: backend ")
                    .hasMessageContaining("storeveil");
        }
    }

    @Test
    void anAttemptThatBrokeOff_isNotResumedUnderAnotherPolicy() throws Exception {
        ControlDatabase.open(shop.control);
        shop.records()
                .begin(
                        new Run(
                                "shop/2026-11-23/1",
                                "shop",
                                Shop.NIGHT,
                                1,
                                Instant.parse("2026-11-22T23:00:00Z"),
                                false),
                        "another",
                        "operator");

        assertThatThrownBy(() -> shop.sweep())
                .isInstanceOf(CannotBeResumed.class)
                .hasMessageContaining("broke off under the policy another");
    }

    private List<String> everything() {
        return List.of("customer", "orders", "order_line", "message", "audit", "note", "address", "product_review")
                .stream()
                .map(table -> shop.rows("select * from " + table).toString())
                .toList();
    }
}

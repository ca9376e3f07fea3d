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
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.precedence.Precedence;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.SweepLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class SweepTest {

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Shop shop;

    @BeforeEach
    void openShop(@TempDir Path directory) throws Exception {
        shop = Shop.open(directory);
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
        assertThat(new Decisions(shop.control).ofRequest("R-1"))
                .filteredOn(decision -> decision.table().equals("public.orders"))
                .extracting(Decision::columns, Decision::besides, Decision::by, Decision::ground, Decision::rows)
                .containsExactlyInAnyOrder(
                        tuple(List.of(), false, Precedence.ERASURE, "", 1L),
                        tuple(List.of(), false, Precedence.LEGAL_MINIMUM, "AO s. 147", 1L),
                        tuple(List.of("ship_name"), true, Precedence.ERASURE, "", 1L),
                        tuple(
                                List.of("id", "customer_id", "total", "status", "placed_at"),
                                true,
                                Precedence.LEGAL_MINIMUM,
                                "AO s. 147",
                                1L));
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
                shop.settings.store().url(),
                shop.settings.control().url());
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
                .containsExactly(new RuleCount("public.customer", "erase", 1, 0, 1, 0, 0, 0));
        assertThat(shop.records().counts(outcome.run().id())).allMatch(RuleCount::closes);
    }

    @Test
    void aRestriction_beatsARequestAndEveryRule() throws Exception {
        shop.restrict("customer", "1");
        shop.restrict("customer", "4");
        List<String> held = heldRows();
        shop.eraseByRequest("R-1", "customer", "1");
        shop.approveEverything();

        Sweep.Outcome outcome = shop.sweep();

        assertThat(heldRows()).isEqualTo(held);
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

    /** Orders with lines that refuse to be left behind, and go with their order in one statement; on several workers. */
    @Test
    void wholeFamilies_goTogether_andWhatOthersHaveLockedIsDeferred() throws Exception {
        shop.sql("alter table order_line drop constraint order_line_order_id_fkey, add foreign key (order_id)"
                + " references orders (id)");
        shop.sql("insert into orders select i, 2, 'Bob', 1, 'done', timestamp '2010-01-01' + i * interval '1 hour'"
                + " from generate_series(1000, 3000) i;"
                + " insert into order_line select i, l, 'thing', null from generate_series(1000, 3000) i,"
                + " generate_series(1, 2) l");
        shop.sql("create index on orders (placed_at)");
        shop.approveEverything();
        shop.pace = shop.pace.withBatch(100).withParallelism(2);

        Sweep.Outcome outcome =
                shop.sweepBeside("select 1 from order_line where order_id = 2000 and line = 1 for update");

        assertThat(shop.rows("select id from orders where id >= 1000")).containsExactly("(2000)");
        assertThat(shop.rows("select order_id, line from order_line where order_id >= 1000"))
                .as("no order loses a line of its own")
                .containsExactly("(2000,1)", "(2000,2)");
        assertThat(shop.records().counts(outcome.run().id())).allMatch(RuleCount::closes);
        assertThat(shop.records().counts(outcome.run().id()))
                .filteredOn(count -> count.rule().equals("delete public.order_line"))
                .singleElement()
                .satisfies(count -> assertThat(count.deferred()).isEqualTo(2));
        shop.sweep();
        assertThat(shop.count("orders where id >= 1000") + shop.count("order_line where order_id >= 1000"))
                .isZero();
    }

    @Test
    void whileThePauseFileExists_nothingGoes(@TempDir Path directory) throws Exception {
        Path pause = Files.createFile(directory.resolve("pause"));
        shop.pace = shop.pace.with(new Settings.Brakes(1L << 40, Duration.ofDays(1), Duration.ofSeconds(1), pause));
        shop.approveEverything();
        List<String> before = everything();

        Future<Sweep.Outcome> sweep = Executors.newSingleThreadExecutor().submit(() -> shop.sweep());
        while (shop.records().runs(1).isEmpty()
                || shop.records().steps(shop.records().runs(1).get(0).run().id()).stream()
                        .noneMatch(step -> step.step().equals("expire"))) {
            Thread.sleep(50);
        }
        Thread.sleep(1500);
        assertThat(everything()).isEqualTo(before);
        Files.delete(pause);

        assertThat(sweep.get(2, TimeUnit.MINUTES).exitCode()).isZero();
        assertThat(everything()).isNotEqualTo(before);
    }

    @Test
    void aSlotThatHoldsBackTooMuch_endsTheSweepWithItsReason_andTheSameCommandGoesOn() throws Exception {
        shop.approveEverything();
        Settings.Sweep patient = shop.pace;
        shop.pace = shop.pace.with(
                new Settings.Brakes(-1, Duration.ofDays(1), Duration.ofSeconds(1), Path.of("no-such-file")));
        Sweep.Outcome stopped = shop.sweep();
        assertThat(stopped.exitCode()).isEqualTo(1);
        assertThat(shop.records().steps(stopped.run().id()))
                .anyMatch(step -> step.detail().contains("a replication slot holds back 0 MB"));

        shop.pace = patient;
        Sweep.Outcome resumed = shop.sweep();

        assertThat(resumed.run()).isEqualTo(stopped.run());
        assertThat(resumed.exitCode()).isZero();
    }

    @Test
    void aSweepWhoseLockIsGone_stops() throws Exception {
        shop.approveEverything();
        Path pause = Files.createTempFile("pause", "");
        shop.pace = shop.pace.with(new Settings.Brakes(1L << 40, Duration.ofDays(1), Duration.ofMinutes(5), pause));
        List<String> before = everything();

        Future<Sweep.Outcome> sweep = Executors.newSingleThreadExecutor().submit(() -> shop.sweep());
        while (shop.count("pg_locks where locktype = 'advisory' and classid = 1986357612") == 0) {
            Thread.sleep(50);
        }
        shop.rows("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 1986357612"
                + " and database = (select oid from pg_database where datname = current_database())");

        assertThat(sweep.get(2, TimeUnit.MINUTES).exitCode()).isEqualTo(1);
        Files.delete(pause);
        assertThat(everything()).isEqualTo(before);
        assertThat(shop.records().steps(shop.records().runs(1).get(0).run().id()))
                .anyMatch(step -> step.detail().contains("has lost its lock"));
    }

    /** The same code in one transaction: whatever the store, the real run does what was shown. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aSimulationOfAnyStore_countsWhatTheRunThenDoes(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 1000; i < 1060; i++) {
            String login = random.nextInt(4) == 0 ? "null" : "'" + day(random) + "'";
            shop.sql("insert into customer values (%d, 'c%d@x.example', 'C', 'h', %s, %s, %s)"
                    .formatted(
                            i, i, login, random.nextInt(5) == 0 ? "2" : "null", random.nextInt(3) == 0 ? "2" : "null"));
            shop.sql("insert into orders values (%d, %s, 'C', 1, '%s', '%s')"
                    .formatted(
                            i,
                            random.nextInt(4) == 0 ? "null" : "" + (1000 + random.nextInt(i - 999)),
                            random.nextInt(6) == 0 ? "open" : "done",
                            day(random)));
            shop.sql("insert into order_line values (%d, 1, 'thing', 'words')".formatted(i));
            shop.sql("insert into message values (%d, %s, %d, 'words', '%s')"
                    .formatted(i, random.nextInt(3) == 0 && i > 1000 ? "" + (i - 1) : "null", i, day(random)));
        }
        for (int i = 0; i < 5; i++) {
            shop.eraseByRequest("R-" + i, "customer", "" + (1000 + 10 * i + random.nextInt(10)));
        }
        shop.hold("customer", "" + (1000 + random.nextInt(60)));
        shop.approveEverything();
        List<String> before = everything();

        Sweep.Outcome simulated = shop.simulate();

        assertThat(everything()).isEqualTo(before);
        Sweep.Outcome real = shop.sweep();
        assertThat(shop.records().counts(simulated.run().id()))
                .isEqualTo(shop.records().counts(real.run().id()))
                .allMatch(RuleCount::closes)
                .allSatisfy(count -> assertThat(PrecedenceTest.decided(shop, real.run(), count))
                        .as("what the precedence says of %s", count)
                        .isEqualTo(count.eligible()));
        assertThat(new Decisions(shop.control).of(simulated.run().id()))
                .isEqualTo(new Decisions(shop.control).of(real.run().id()));
        assertThat(everything()).isNotEqualTo(before);
    }

    private static LocalDate day(Random random) {
        return LocalDate.of(2010, 1, 1).plusDays(random.nextInt(6100));
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
                .containsExactly(new RuleCount("public.customer", "erase", 1, 0, 0, 0, 1, 0));
    }

    @Test
    void aSecondSweepAtOnce_saysWhoIsAtWork() throws Exception {
        try (SweepLock first =
                SweepLock.take(shop.settings.store().dataSource()).orElseThrow()) {
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

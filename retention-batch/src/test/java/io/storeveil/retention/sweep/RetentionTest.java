package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ownership.Clocks;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.precedence.Precedence;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.stores.StoreServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a value, and what no longer does. */
class RetentionTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private Settings.Database store = StoreServer.database("retention");
    private Settings.Database control = Shop.control("retention_control");

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Shop shop;

    @BeforeEach
    void openShop() throws Exception {
        shop = shop("", "");
        shop.sql(Shop.resource("shop.sql"));
        StoreSchema.open(shop.store);
    }

    /** The same store under a policy in which something stands differently. */
    private Shop shop(String... beforeAndAfter) throws Exception {
        String policy = Shop.resource("shop.yaml");
        for (int i = 0; i < beforeAndAfter.length; i += 2) {
            assertThat(policy).contains(beforeAndAfter[i]);
            policy = policy.replace(beforeAndAfter[i], beforeAndAfter[i + 1]);
        }
        return new Shop(
                directory, Files.writeString(directory.resolve("policy.yaml"), policy), store.url(), control.url());
    }

    /** In which people decide for themselves whether their name may be used. */
    private Shop nameForMarketing(String purposes) throws Exception {
        return shop("name: identity,", "name: { is: identity, for: [" + purposes + "] },");
    }

    private void refuses(String customer, String purpose) {
        shop.sql("insert into storeveil.refusal values ('customer', '" + purpose + "', '" + customer + "')");
    }

    @Test
    void whoWithdraws_losesWhatNothingElseKeeps_andNobodyElseDoes() throws Exception {
        shop = nameForMarketing("marketing");
        refuses("1", "marketing");
        refuses("2", "newsletter");
        shop.approveEverything();

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select id, email, name from customer where id in (1, 2)"))
                .containsExactly("(1,ann@x.example,redacted)", "(2,bob@x.example,Bob)");
        assertThat(shop.records().counts(outcome.run().id()))
                .filteredOn(count -> count.rule().endsWith("refused by customer"))
                .filteredOn(count -> count.eligible() > 0)
                .containsExactly(new RuleCount(
                        "public.customer",
                        "anonymise public.customer (marketing), refused by customer",
                        1,
                        1,
                        0,
                        0,
                        0,
                        0));
        assertThat(shop.sweep().exitCode()).isZero();
    }

    @Test
    void whoWithdraws_keepsWhatAnotherPurposeNeeds_untilThatHasEnded() throws Exception {
        shop = nameForMarketing("marketing, contract");
        shop.sql("update customer set last_login_at = '2022-01-01' where id = 3");
        for (String customer : new String[] {"1", "3"}) {
            refuses(customer, "marketing");
        }
        shop.approveEverything();

        shop.sweep();

        assertThat(shop.rows("select id, name from customer where id in (1, 3)"))
                .as("the contract with 1 is young; that with 3 has ended, and marketing's ten years have not")
                .containsExactly("(1,Ann)", "(3,redacted)");
    }

    @Test
    void aHoldAndARestriction_freezeWhatWasWithdrawn() throws Exception {
        shop = nameForMarketing("marketing");
        refuses("1", "marketing");
        refuses("2", "marketing");
        shop.hold("customer", "1");
        shop.restrict("customer", "2");
        shop.approveEverything();

        shop.sweep();

        assertThat(shop.rows("select id, name from customer where id in (1, 2)"))
                .containsExactly("(1,Ann)", "(2,Bob)");
    }

    @Test
    void theNoOfSomebodyWhoIsGone_isForgotten() throws Exception {
        refuses("1", "marketing");
        refuses("99", "marketing");

        shop.sweep();

        assertThat(shop.rows("select subject_key from storeveil.refusal")).containsExactly("(1)");
    }

    @Test
    void anErasedPersonsNo_isForgottenWithThem() throws Exception {
        shop = nameForMarketing("marketing");
        refuses("1", "marketing");
        refuses("2", "marketing");
        shop.eraseByRequest("R-1", "customer", "1");

        shop.sweep();

        assertThat(shop.rows("select subject_key from storeveil.refusal")).containsExactly("(2)");
    }

    @Test
    void rowByRow_anUndatedRowKeepsItsOwner() throws Exception {
        shop.sql("alter table message alter sent_at drop not null");
        shop.sql("insert into message values (300, null, 3, 'Cleo asks', null)");
        shop.hold("customer", "4");
        shop.approveEverything();

        shop.sweep();

        assertThat(shop.rows("select id, name from customer where id = 3")).containsExactly("(3,redacted)");
        assertThat(shop.count("message where id = 300")).isEqualTo(1);
    }

    private List<KeyReference> keysOfStubs() throws Exception {
        try (Connection connection = shop.store.getConnection()) {
            return new Journal(shop.records().runs(1).get(0).run().id(), "expire").keys(connection, "key of a stub");
        }
    }

    private KeyReference key(String table, long id) {
        return shop.keys.current().reference(new OwnerId(table, List.of(id)));
    }

    @Test
    void aStubOfWhichNothingIsLeft_losesItsKey_andAHeldOrOpenOneDoesNot() throws Exception {
        shop.hold("customer", "4");
        shop.approveEverything();

        shop.sweep();

        assertThat(keysOfStubs())
                .as("the keys of a customer, of their order, under which its lines are, and of a guest's")
                .containsExactlyInAnyOrder(
                        key("public.customer", 6), key("public.orders", 60), key("public.orders", 71));
    }

    @Test
    void aStubThatTheLawWantsAValueOf_keepsItsKey() throws Exception {
        shop = shop("ship_name: { is: identity, for: [contract] }", "ship_name: { is: identity, for: [books] }");
        shop.approveEverything();

        shop.sweep();

        assertThat(shop.rows("select id, name from customer where id = 6")).containsExactly("(6,redacted)");
        assertThat(shop.rows("select id, ship_name from orders where id = 60")).containsExactly("(60,Fay)");
        assertThat(keysOfStubs()).doesNotContain(key("public.customer", 6));
    }

    /** In which nothing but a customer's own columns is under the customer's key. */
    private Shop keysForOwnColumns(String clock) throws Exception {
        return shop(
                "ship_name: { is: identity, for: [contract] }",
                "ship_name: { is: plain, at-rest: redact, for: [contract] }",
                "body: identity",
                "body: { is: plain, at-rest: redact }",
                "clock: [customer.last_login_at, orders.placed_at]",
                "clock: " + clock);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "decided beforehand | [customer.last_login_at, orders.placed_at] | comment on table customer is null",
                "stretch by stretch | [customer.last_login_at] | comment on table customer is null",
                "row by row | [customer.last_login_at] | create trigger t before update on customer for each row"
                        + " execute function suppress_redundant_updates_trigger()"
            })
    void aKeyForTheRowsOwnColumns_goesWithTheStatementThatBringsThemToRest(String way, String clock, String before)
            throws Exception {
        shop = keysForOwnColumns(clock);
        shop.sql(before);
        shop.hold("customer", "4");
        shop.approveEverything();

        shop.sweep();

        assertThat(shop.rows("select id, name from customer where id = 6")).containsExactly("(6,redacted)");
        assertThat(keysOfStubs())
                .as(way)
                .containsExactlyInAnyOrder(
                        key("public.customer", 6), key("public.orders", 60), key("public.orders", 71));
    }

    @Test
    void aStubThatNothingBringsToRestTonight_losesItsKey_andOnlyOnce() throws Exception {
        shop = keysForOwnColumns("[customer.last_login_at]");
        shop.sql("update customer set email = 'redacted-6', name = 'redacted', password_hash = null where id = 6");
        shop.approveEverything();

        shop.sweep();

        assertThat(keysOfStubs()).contains(key("public.customer", 6));

        shop.keys.publish(shop.keys.current().puncture(keysOfStubs()));
        shop.sweep();

        assertThat(keysOfStubs()).isEmpty();
    }

    @Test
    void anOpenContract_postpones_andItsAgeIsTold() throws Exception {
        shop.approveEverything();

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select id, name from customer where id = 5")).containsExactly("(5,Emil)");
        assertThat(shop.records().counts(outcome.run().id()))
                .filteredOn(count -> count.rule().equals("delete public.orders"))
                .singleElement()
                .satisfies(count -> assertThat(count.kept()).isEqualTo(1));
        assertThat(new Decisions(shop.control).of(outcome.run().id()))
                .filteredOn(decision ->
                        decision.rule().equals("delete public.orders") && decision.by() == Precedence.OPEN_CONTRACT)
                .extracting(Decision::words)
                .containsExactly("a contract is open: the oldest untouched since 2012-03-01");
    }

    @Test
    void rowsWithoutAClock_areCountedForAPerson_andStay() throws Exception {
        shop.sql("insert into customer values (1000, 'never@x.example', 'Never', 'h', null, null, null)");
        shop.approveEverything();

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.count("customer where id = 1000")).isEqualTo(1);
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(shop.records().findings(outcome.run().id()))
                .filteredOn(finding -> finding.severity() == Severity.DECISION)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.table()).isEqualTo("public.customer");
                    assertThat(finding.text()).startsWith("1 rows have nothing in their clock columns");
                });
    }

    private static final String PAIRS =
            """
              public.pair:
                key: [id]
                purposes: [contract]
                clock: [pair.at]
                columns: { id: key, other_id: { is: key, references: public.other.id }, at: plain }
              public.other:
                key: [id]
                purposes: [contract]
                clock: [other.at]
                columns: { id: key, pair_id: { is: key, references: public.pair.id }, at: plain }
              public.product_review:
            """;

    @Test
    void rowsThatOnlyKeepEachOther_goTogether_andThoseThatAYoungOneNeedsStay() throws Exception {
        shop = shop("  public.product_review:\n", PAIRS);
        shop.sql(
                """
                insert into message select id, reply_to, null, 'asks', at from (values
                    (300, 301, date '2012-01-01'), (301, 302, '2012-01-01'), (302, 300, '2012-01-01'),
                    (303, 304, '2012-01-01'), (304, 303, '2026-10-01'),
                    (305, 305, '2012-01-01'), (306, 307, '2012-01-01'), (307, 306, '2012-01-01')) m (id, reply_to, at);
                insert into message values (308, 307, null, 'hangs on a circle', '2026-10-01');
                create table pair (id int primary key, other_id int not null, at date not null);
                create table other (id int primary key, pair_id int not null references pair, at date not null);
                alter table pair add foreign key (other_id) references other deferrable initially deferred;
                insert into pair values (1, 1, '2012-01-01'), (2, 2, '2012-01-01');
                insert into other values (1, 1, '2012-01-01'), (2, 2, '2026-10-01')""");
        shop.approveEverything();

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select id from message where id >= 300"))
                .containsExactly("(303)", "(304)", "(306)", "(307)", "(308)");
        assertThat(shop.rows("select id from pair")).containsExactly("(2)");
        assertThat(shop.rows("select id from other")).containsExactly("(2)");
        assertThat(shop.records().counts(outcome.run().id()))
                .allMatch(RuleCount::closes)
                .filteredOn(count -> count.rule().equals("delete public.message"))
                .singleElement()
                .satisfies(
                        count -> assertThat(List.of(count.done(), count.kept())).containsExactly(4L, 3L));
        assertThat(outcome.exitCode())
                .as("findings: %s", shop.records().findings(outcome.run().id()))
                .isZero();
    }

    @Test
    void manyCircles_goInFewTransactions_andOneThatIsInUseStaysForAnotherNight() throws Exception {
        shop.sql(
                "insert into message select i, i + 1 - 2 * (i % 2), null, 'asks', '2012-01-01' from generate_series(400, 439) i");
        shop.approveEverything();
        shop.pace = shop.pace.withBatch(10);

        Sweep.Outcome first = shop.sweepBeside("select from message where id = 413 for update");

        assertThat(shop.rows("select id from message where id >= 400")).containsExactly("(412)", "(413)");
        assertThat(shop.rows(
                        "select sum(rows), count(*) from storeveil.journal where rule = 'delete public.message' and run = '"
                                + first.run().id() + "'"))
                .as("three batches of five circles, and four circles by themselves")
                .containsExactly("(38,7)");
        assertThat(shop.sweep().exitCode()).isZero();
        assertThat(shop.count("message where id >= 400")).isZero();
    }

    /** Two circles at once would take more than two seconds; one takes a little more than one. */
    @Test
    void circlesThatTakeTooLongTogether_goOneByOne() throws Exception {
        shop.sql(
                "insert into message select i, i + 1 - 2 * (i % 2), null, 'asks', '2012-01-01' from generate_series(400, 405) i;"
                        + " create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.6); return old; end $$;"
                        + " create trigger slow before delete on message for each row execute function slow()");
        shop.approveEverything();
        shop.pace = shop.pace.withStatementTimeout(Duration.ofSeconds(2));

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.count("message where id >= 400")).isZero();
        assertThat(outcome.exitCode()).isZero();
    }

    /** Zones whose clocks change at midnight, so that a day begins late, or twice; and one that left out a whole day. */
    @ParameterizedTest
    @ValueSource(
            strings = {"America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Pacific/Apia", "UTC"})
    void aDayBegins_whereTheCalendarOfTheZoneSaysSo(String name) throws Exception {
        ZoneId zone = ZoneId.of(name);
        shop = shop("Europe/Berlin", name);
        List<Instant> changes = new ArrayList<>();
        Instant from = Instant.parse("2010-01-01T00:00:00Z");
        for (int i = 0; i < 8 && zone.getRules().nextTransition(from) != null; i++) {
            from = zone.getRules().nextTransition(from).getInstant();
            changes.add(from);
        }
        changes.add(Instant.parse("2024-02-29T23:59:59.999Z"));
        shop.sql("create table at_change (at timestamptz not null)");
        for (Instant change : changes) {
            shop.sql("insert into at_change select timestamptz '" + change + "' + n * interval '30 minutes' from"
                    + " generate_series(-52, 52) n");
        }

        try (Connection connection = shop.store.getConnection()) {
            Ownership ownership = new Ownership(shop.policy, Catalog.read(connection));
            var column = ownership
                    .catalog()
                    .table(TableName.of("public.at_change"))
                    .orElseThrow()
                    .column("at")
                    .orElseThrow();
            for (Instant change : changes) {
                LocalDate day = change.atZone(zone).toLocalDate();
                String before = new Clocks(ownership).before("a", column, day);
                List<Instant> expected = new ArrayList<>();
                List<Instant> found = new ArrayList<>();
                try (var statement = connection.createStatement();
                        var row = statement.executeQuery("select at, " + before + " from at_change a")) {
                    while (row.next()) {
                        Instant at = row.getObject(1, OffsetDateTime.class).toInstant();
                        if (at.atZone(zone).toLocalDate().isBefore(day)) {
                            expected.add(at);
                        }
                        if (row.getBoolean(2)) {
                            found.add(at);
                        }
                    }
                }
                assertThat(found).as("before %s", day).isEqualTo(expected);
            }
        }
    }
}

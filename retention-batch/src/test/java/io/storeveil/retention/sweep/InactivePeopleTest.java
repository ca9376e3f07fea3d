package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.keys.OwnerId;
import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.settings.Limits;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.stores.StoreServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** People of whom every purpose has ended are erased whole, where the policy says so. */
class InactivePeopleTest {

    private static final String INACTIVE = "erase inactive customer";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Shop shop;

    @BeforeEach
    void openShop() throws Exception {
        String policy = Shop.resource("shop.yaml").replace("    open: {", "    inactive: erase\n    open: {");
        shop = new Shop(
                directory,
                Files.writeString(directory.resolve("policy.yaml"), policy),
                StoreServer.database("inactive").url(),
                Shop.control("inactive_control").url());
        shop.sql(Shop.resource("shop.sql"));
        StoreSchema.open(shop.store);
    }

    /** Cleo has been gone for more than ten years, and nothing dates one of her messages. */
    @Test
    void anInactivePerson_isErasedWhole_asByARequest_andHasALine() throws Exception {
        shop.sql("alter table message alter sent_at drop not null");
        shop.sql("insert into message values (300, null, 3, 'Cleo asks', null)");
        shop.hold("customer", "4");
        List<String> others = shop.rows("select * from customer where id in (1, 2, 4, 5)");
        shop.approveEverything();

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.count("customer where id = 3")
                        + shop.count("orders where id = 30")
                        + shop.count("order_line where order_id = 30")
                        + shop.count("message where id = 300"))
                .isZero();
        assertThat(shop.rows("select * from customer where id in (1, 2, 4, 5)")).isEqualTo(others);
        assertThat(shop.records().counts(outcome.run().id()))
                .filteredOn(count -> count.rule().equals("erase inactive customer"))
                .as("Cleo; Dora is held, Emil's order is open; Fay's books are kept")
                .containsExactly(new RuleCount("public.customer", "erase inactive customer", 3, 1, 1, 1, 0, 0));
        assertThat(shop.records().findings(outcome.run().id()))
                .extracting(Finding::text)
                .contains(
                        "public.customer: " + shop.keys.current().reference(new OwnerId("public.customer", List.of(3L)))
                                + " was erased as inactive: 5 rows gone from 4 tables, 0 brought to rest, 3 keys");
        assertThat(shop.sweep().exitCode()).isZero();
    }

    /** Fay's contract ends years before the books that her order is in do. */
    @Test
    void whoHasComeToRestBefore_isErasedWholeAllTheSame() throws Exception {
        shop.sql("alter table message alter sent_at drop not null");
        shop.sql("insert into message values (600, null, 6, 'Fay asks', null)");
        shop.approveEverything();
        shop.sweep();
        assertThat(shop.rows("select name from customer where id = 6")).containsExactly("(redacted)");
        assertThat(shop.count("message where id = 600")).isOne();

        assertThat(inactive(shop.sweepOn(LocalDate.of(2031, 1, 2))).done()).isPositive();

        assertThat(shop.count("customer where id = 6") + shop.count("message where id = 600"))
                .isZero();
    }

    /** A row of nobody's refers to Cleo's order, and cannot be without it. */
    @Test
    void anErasedPerson_whoseRowOthersNeed_isNotFoundAgain() throws Exception {
        shop.sql("alter table product_review add order_id int references orders (id)");
        shop.sql("update product_review set order_id = 30");
        shop.sql("alter table product_review alter order_id set not null");
        String policy = Files.readString(directory.resolve("policy.yaml"));
        Shop needing = new Shop(
                directory,
                Files.writeString(
                        directory.resolve("policy.yaml"),
                        policy.replace(
                                "stars: plain }",
                                "stars: plain, order_id: { is: key, references: public.orders.id } }")),
                shop.settings.store().url(),
                shop.settings.control().url());
        needing.pace = shop.pace;
        shop = needing;
        shop.approveEverything();

        Sweep.Outcome erased = shop.sweep();
        Sweep.Outcome after = shop.sweepOn(Shop.NIGHT.plusDays(1));

        assertThat(shop.count("customer where id = 3 and name = 'redacted'")).isOne();
        assertThat(inactive(erased)).isEqualTo(new RuleCount("public.customer", INACTIVE, 3, 2, 0, 1, 0, 0));
        assertThat(inactive(after)).isEqualTo(new RuleCount("public.customer", INACTIVE, 1, 0, 0, 1, 0, 0));
    }

    /** Ann, who asked, and three whom nobody has heard of for years, the youngest first. */
    private void inactivePeople() throws Exception {
        shop.sql("insert into customer select i, 'c' || i || '@x.example', 'C', 'h', date '2012-01-01' - i, null, null"
                + " from generate_series(1000, 1002) i");
        shop.eraseByRequest("R-1", "customer", "1");
        shop.approveEverything();
    }

    private void cap(long people) {
        Limits uncapped = shop.pace.limits();
        shop.pace = shop.pace.with(new Limits(
                uncapped.cap(), Map.of(INACTIVE, OptionalLong.of(people)), uncapped.window(), uncapped.breaker()));
    }

    /** All there is of people in the tables. */
    private List<String> rowsOf(String people) throws Exception {
        List<String> rows = new ArrayList<>(shop.rows("select * from customer where id in (" + people + ")"));
        rows.addAll(shop.rows("select * from orders where customer_id in (" + people + ")"));
        rows.addAll(shop.rows(
                "select l.* from order_line l join orders o on o.id = order_id where customer_id in (" + people + ")"));
        rows.addAll(shop.rows("select * from message where customer_id in (" + people + ")"));
        rows.addAll(shop.rows(
                "select * from audit where who in (select id::text from customer where id in (" + people + "))"));
        return rows;
    }

    /** Nothing but her order dates Cleo, and nothing at all one of her messages. */
    @Test
    void aCap_leavesInactivePeopleWholeForTheNextNight_andNobodyWhoAsked() throws Exception {
        shop.sql("alter table message alter sent_at drop not null");
        shop.sql("insert into message values (300, null, 3, 'Cleo asks', null)");
        inactivePeople();
        cap(2);
        List<String> left = rowsOf("3, 4, 1000");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select name from customer where id = 1")).containsExactly("(redacted)");
        assertThat(shop.count("customer where id in (1001, 1002)"))
                .as("Cleo and Dora are younger")
                .isZero();
        assertThat(rowsOf("3, 4, 1000")).isEqualTo(left);
        assertThat(inactive(outcome)).isEqualTo(new RuleCount("public.customer", INACTIVE, 6, 2, 0, 1, 3, 0));
        assertThat(shop.records().findings(outcome.run().id()))
                .extracting(Finding::text)
                .contains(
                        "rule 'erase inactive customer': 3 people are over the cap of 2 a night, and go on with the"
                                + " next night, the oldest first; no other rule takes their rows meanwhile",
                        "rule 'delete public.orders': 2 rows are left, because their people wait to be erased whole");
        assertThat(inactive(shop.sweep()).done())
                .as("another attempt at the same night")
                .isZero();
        assertThat(inactive(shop.sweepOn(Shop.NIGHT.plusDays(1))).done()).isEqualTo(2);
        assertThat(inactive(shop.sweepOn(Shop.NIGHT.plusDays(2))).done()).isEqualTo(1);
        assertThat(rowsOf("3, 4, 1000")).isEmpty();
        assertThat(shop.count("message where id = 300") + shop.count("storeveil.waiting"))
                .isZero();
    }

    /** Two of seven orders are over that nothing holds but that their people wait. */
    @Test
    void rowsOfPeopleWhoWait_doNotTripTheBreakerOfTheirTable() throws Exception {
        inactivePeople();
        cap(2);
        shop.sweep();
        shop.pace = shop.pace.with(shop.pace.limits().with(new Limits.Breaker(1000, 25, 0)));

        Sweep.Outcome outcome = shop.sweepOn(Shop.NIGHT.plusDays(1));

        assertThat(shop.count("orders")).isEqualTo(7);
        assertThat(shop.records().findings(outcome.run().id()))
                .filteredOn(finding -> finding.text().contains("only observes tonight"))
                .extracting(Finding::table)
                .doesNotContain("public.orders")
                .contains("public.customer");
    }

    @Test
    void whomTheBreakerHoldsBack_waitsWhole_andWhoseErasureNobodyApprovedDoesNot() throws Exception {
        inactivePeople();
        Limits breaking = shop.pace.limits();
        shop.pace = shop.pace.with(breaking.with(new Limits.Breaker(1000, 50, 0)));
        List<String> all = rowsOf("3, 4, 1000, 1001, 1002");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(inactive(outcome)).isEqualTo(new RuleCount("public.customer", INACTIVE, 6, 0, 0, 1, 5, 0));
        assertThat(rowsOf("3, 4, 1000, 1001, 1002")).isEqualTo(all);
        assertThat(shop.records().findings(outcome.run().id()))
                .extracting(Finding::text)
                .contains("rule 'erase inactive customer': 5 people wait for a person's decision; no other rule takes"
                        + " their rows meanwhile");

        JdbcClient.create(shop.control)
                .sql("delete from storeveil.rule_approval where rule = ?")
                .param(INACTIVE)
                .update();
        shop.pace = shop.pace.with(breaking);
        shop.sweepOn(Shop.NIGHT.plusDays(1));

        assertThat(shop.count("customer where id in (3, 1000, 1001, 1002)")).isZero();
    }

    @Test
    void outsideOfTheWindow_inactivePeopleStay_andNobodyWhoAsked() throws Exception {
        inactivePeople();
        Limits always = shop.pace.limits();
        shop.pace = shop.pace.with(always.withWindow("22:00-02:00"));

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select name from customer where id = 1")).containsExactly("(redacted)");
        assertThat(shop.count("customer where id >= 1000")).isEqualTo(3);
        assertThat(inactive(outcome).deferred()).isEqualTo(5);
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(shop.records().findings(outcome.run().id()))
                .filteredOn(finding -> finding.step().equals("erase") && finding.severity() == Severity.DECISION)
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).startsWith("the window 22:00-02:00 closed with 5 "));
        shop.pace = shop.pace.with(always);
        assertThat(inactive(shop.sweep()).done()).isEqualTo(5);
    }

    @Test
    void aPauseFile_holdsEverythingBack_andNothingIsLost() throws Exception {
        inactivePeople();
        Path pause = Files.createFile(directory.resolve("pause"));
        Settings.Brakes brakes = shop.pace.brakes();
        shop.pace =
                shop.pace.with(new Settings.Brakes(brakes.slotLag(), brakes.replicaLag(), Duration.ofMillis(1), pause));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Sweep.Outcome> sweep = thread.submit(shop::sweep);
            while (shop.records().steps("shop/" + Shop.NIGHT + "/1").stream()
                    .noneMatch(step -> step.step().equals("erase"))) {
                Thread.sleep(10);
            }
            Thread.sleep(1500);
            assertThat(sweep.isDone()).isFalse();
            assertThat(shop.count("customer where id in (1, 1000, 1001, 1002) and name <> 'redacted'"))
                    .isEqualTo(4);

            Files.delete(pause);

            assertThat(inactive(sweep.get(1, TimeUnit.MINUTES)).done()).isEqualTo(5);
        } finally {
            thread.shutdownNow();
        }
    }

    private RuleCount inactive(Sweep.Outcome outcome) {
        return shop.records().counts(outcome.run().id()).stream()
                .filter(count -> count.rule().equals(INACTIVE))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void inactivePeople_areOnlyObserved_untilSomebodyApproves() throws Exception {
        List<String> before = shop.rows("select * from customer");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select * from customer")).isEqualTo(before);
        assertThat(shop.records().findings(outcome.run().id()))
                .extracting(Finding::text)
                .contains("rule 'erase inactive customer' finds 3 rows and only observes: nobody has approved it");
    }
}

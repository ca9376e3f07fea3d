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
                StoreServer.database("inactive_control").url());
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

    /** Ann, who asked, and three whom nobody has heard of for years, the youngest first. */
    private void inactivePeople() throws Exception {
        shop.sql("insert into customer select i, 'c' || i || '@x.example', 'C', 'h', date '2012-01-01' - i, null, null"
                + " from generate_series(1000, 1002) i");
        shop.eraseByRequest("R-1", "customer", "1");
        shop.approveEverything();
    }

    @Test
    void aCap_leavesInactivePeopleForTheNextNight_andNobodyWhoAsked() throws Exception {
        inactivePeople();
        Limits uncapped = shop.pace.limits();
        shop.pace = shop.pace.with(new Limits(
                uncapped.cap(),
                Map.of(
                        INACTIVE,
                        OptionalLong.of(2),
                        "delete public.customer",
                        OptionalLong.of(0),
                        "anonymise public.customer (contract)",
                        OptionalLong.of(0)),
                uncapped.window(),
                uncapped.breaker()));

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select name from customer where id = 1")).containsExactly("(redacted)");
        assertThat(shop.rows("select id from customer where id in (3, 4, 1000, 1001, 1002)"))
                .as("Cleo and Dora are younger")
                .containsExactly("(1000)", "(3)", "(4)");
        assertThat(inactive(outcome)).isEqualTo(new RuleCount("public.customer", INACTIVE, 6, 2, 0, 1, 3, 0));
        assertThat(shop.records().findings(outcome.run().id()))
                .extracting(Finding::text)
                .contains("rule 'erase inactive customer': 3 people are over the cap of 2 a night, and go on with the"
                        + " next night, the oldest first");
        assertThat(inactive(shop.sweep()).done())
                .as("another attempt at the same night")
                .isZero();
        assertThat(inactive(shop.sweepOn(Shop.NIGHT.plusDays(1))).done()).isEqualTo(2);
        assertThat(shop.rows("select id from customer where id in (3, 4, 1000)"))
                .hasSize(1);
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

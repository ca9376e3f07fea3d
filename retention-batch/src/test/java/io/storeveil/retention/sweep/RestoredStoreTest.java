package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.keys.OwnerId;
import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.control.StepStatus;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ledger.LedgerEntry;
import io.storeveil.retention.stores.StoreServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Stores that are really dropped and put back from a copy of theirs, while the control database goes on. */
@SuppressWarnings("NullAway.Init")
class RestoredStoreTest {

    private static final AtomicInteger SHOPS = new AtomicInteger();

    @TempDir
    Path directory;

    private Shop shop;

    @BeforeEach
    void aShop() throws Exception {
        shop = Shop.open(directory);
        shop.approveEverything();
    }

    @Test
    void aStorePutBack_changesNothing_andAsksForAPerson() throws Exception {
        shop.sweep();
        backUp();
        shop.eraseByRequest("R-1", "customer", "1");
        shop.sweepOn(Shop.NIGHT.plusDays(1));
        assertThat(shop.count("customer where name = 'Ann'")).isZero();

        putBack();
        List<String> before = shop.rows("select * from customer");
        Sweep.Outcome outcome = shop.sweepOn(Shop.NIGHT.plusDays(2));

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(shop.rows("select * from customer")).isEqualTo(before);
        assertThat(decisions(outcome))
                .singleElement()
                .asString()
                .contains("its last mark was left by shop/2026-11-23/1", "the last by shop/2026-11-24/1");
        assertThat(shop.records().steps(outcome.run().id()).stream()
                        .filter(step -> step.status() == StepStatus.SKIPPED)
                        .map(StepRecord::step))
                .contains("consent", "erase", "expire");
        assertThat(shop.sweepOn(Shop.NIGHT.plusDays(3)).exitCode()).isEqualTo(3);
    }

    @Test
    void aStorePutBackToBeforeTheFirstSweep_isSeenByItsMissingMark() throws Exception {
        backUp();
        shop.sweep();
        putBack();

        Sweep.Outcome outcome = shop.sweepOn(Shop.NIGHT.plusDays(1));

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(decisions(outcome)).singleElement().asString().contains("it has no mark of a sweep");
    }

    @Test
    void anotherStoreInItsPlace_isSeenByItsMark() throws Exception {
        shop.sweep();
        Shop other = Shop.open(Files.createDirectory(directory.resolve("other")));
        other.sweep();
        copy(database(other), database(shop));

        Sweep.Outcome outcome = shop.sweepOn(Shop.NIGHT.plusDays(1));

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(decisions(outcome)).singleElement().asString().contains("not one that this control database knows");
    }

    @Test
    void aSimulation_saysTheSame_andWritesNothingDown() throws Exception {
        backUp();
        shop.sweep();
        putBack();

        Sweep.Outcome outcome = shop.simulate();

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(decisions(outcome)).hasSize(1);
        assertThat(JdbcClient.create(shop.control)
                        .sql("select count(*) from storeveil.restore")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void theSameStoreNightAfterNight_isNotTakenForAnother() throws Exception {
        for (int night = 0; night < 3; night++) {
            Sweep.Outcome outcome = shop.sweepOn(Shop.NIGHT.plusDays(night));
            assertThat(shop.records().findings(outcome.run().id()))
                    .noneMatch(finding -> finding.step().equals("restore"));
        }
    }

    @Test
    void afterApproval_whoIsBackIsErasedAgain_andWhoeverHasTheirNumberStays() throws Exception {
        open("created: created_at");
        shop.sweep();
        backUp();
        erase("21", "22");
        holdAfterTheBackup("23");
        withdrawAfterTheBackup("24", "marketing");
        putBack();
        // The shop is open again, and gives a number to somebody new.
        shop.sql("update customer set name = 'Zoe', created_at = '2026-11-24 12:00Z' where id = 22");
        shop.eraseByRequest("R-23", "customer", "23");
        List<String> asItWas = shop.rows("select * from customer");

        Sweep.Outcome found = shop.sweepOn(Shop.NIGHT.plusDays(2));

        assertThat(found.exitCode()).isEqualTo(3);
        assertThat(shop.rows("select * from customer")).isEqualTo(asItWas);
        assertThat(decisions(found))
                .singleElement()
                .asString()
                .contains("in it again: 1;", "1 have such a number, but came to be at another time");
        assertThat(shop.rows("select subject_key from storeveil.hold where released_at is null"))
                .containsExactly("(23)");
        assertThat(shop.rows("select purpose, subject_key from storeveil.refusal"))
                .containsExactly("(marketing,24)");

        approve();
        Sweep.Outcome replayed = shop.sweepOn(Shop.NIGHT.plusDays(3));

        assertThat(decisions(replayed)).noneMatch(text -> text.contains("put back"));
        assertThat(shop.rows("select id, name from customer where id > 20"))
                .containsExactly("(22,Zoe)", "(23,Wim)", "(24,Xia)");
        assertThat(ledger("erased-again-after-restore"))
                .singleElement()
                .asString()
                .contains("R-21");
        assertThat(shop.count("storeveil.journal where run = '" + replayed.run().id() + "' and id < 1000000"))
                .isZero();

        Sweep.Outcome again = shop.sweepOn(Shop.NIGHT.plusDays(4));
        assertThat(decisions(again)).noneMatch(text -> text.contains("put back"));
        assertThat(shop.rows("select id, name from customer where id > 20"))
                .containsExactly("(22,Zoe)", "(23,Wim)", "(24,Xia)");
        assertThat(ledger("erased-again-after-restore")).hasSize(1);
        assertThat(sealedAndUnused()).isZero();
    }

    @Test
    void whereNothingSaysWhenPeopleCameToBe_theNumberAloneIsAWeakMatch_andMayBeLeftAlone() throws Exception {
        open("");
        shop.sweep();
        backUp();
        erase("21", "22");
        putBack();

        Sweep.Outcome found = shop.sweepOn(Shop.NIGHT.plusDays(2));

        assertThat(decisions(found))
                .singleElement()
                .asString()
                .contains("in it again: 0", "2 who have the number of one, while nothing says when they came to be");

        approve(reference("22"));
        shop.sweepOn(Shop.NIGHT.plusDays(3));

        assertThat(shop.rows("select id from customer where id > 20")).containsExactly("(22)", "(23)", "(24)");
        assertThat(decisions(shop.sweepOn(Shop.NIGHT.plusDays(4)))).noneMatch(text -> text.contains("put back"));
        assertThat(shop.rows("select id from customer where id > 20")).containsExactly("(22)", "(23)", "(24)");
    }

    @Test
    void inAStoreFromBeforeItsJournal_everybodyErasedSinceIsFound_andTheReplayGoesOnWhereItBroke() throws Exception {
        open("created: created_at");
        backUp();
        shop.sweep();
        erase("21", "22", "24");
        putBack();
        Sweep.Outcome found = shop.sweepOn(Shop.NIGHT.plusDays(2));
        assertThat(decisions(found)).singleElement().asString().contains("in it again: 3.");
        approve();

        // It breaks off while it takes the store over, and once more between two people.
        shop.sql("create function no() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$");
        shop.sql("create trigger no before insert or update on storeveil.epoch for each row execute function no()");
        assertThat(shop.sweepOn(Shop.NIGHT.plusDays(3)).exitCode()).isEqualTo(1);
        assertThat(shop.count("customer where id > 20")).isEqualTo(4);
        shop.sql("drop trigger no on storeveil.epoch");
        shop.sql("create trigger no before delete on customer for each row when (old.id = 22) execute function no()");
        assertThat(shop.sweepOn(Shop.NIGHT.plusDays(3)).exitCode()).isEqualTo(1);
        assertThat(shop.rows("select id from customer where id > 20")).containsExactly("(22)", "(23)", "(24)");
        shop.sql("drop trigger no on customer");
        Sweep.Outcome done = shop.sweepOn(Shop.NIGHT.plusDays(3));

        assertThat(done.run().id()).isEqualTo("shop/2026-11-26/1");
        assertThat(decisions(done)).noneMatch(text -> text.contains("put back"));
        assertThat(shop.rows("select id from customer where id > 20")).containsExactly("(23)");
        assertThat(ledger("erased-again-after-restore")).hasSize(3);
        assertThat(ledger("restore-adopted")).hasSize(1);
        assertThat(shop.rows("select request, count(*) from storeveil.journal where rule = 'request-done' group by 1"))
                .containsExactly("(R-21,1)", "(R-22,1)", "(R-24,1)");
    }

    @Test
    void whatIsFoundAfterTheApproval_needsANewOne() throws Exception {
        open("created: created_at");
        shop.sweep();
        backUp();
        erase("21", "22");
        putBack();
        shop.sql("delete from customer where id = 22");
        shop.sweepOn(Shop.NIGHT.plusDays(2));
        approve();
        putBack();

        Sweep.Outcome outcome = shop.sweepOn(Shop.NIGHT.plusDays(3));

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(decisions(outcome))
                .singleElement()
                .asString()
                .contains("in it again: 2.", "has approved is not what is found now");
        assertThat(shop.count("customer where id in (21, 22)")).isEqualTo(2);
    }

    @Test
    void aRequestWhosePersonsNumberIsAnothersByNow_isNotCarriedOut() throws Exception {
        open("created: created_at");
        String born = shop.bornHash("customer", "21");
        shop.sql("update customer set name = 'Zoe', created_at = '2026-11-20 12:00Z' where id = 21");
        shop.eraseByRequest("R-21", "customer", born, List.of("21"));

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select name from customer where id = 21")).containsExactly("(Zoe)");
        assertThat(decisions(outcome))
                .anyMatch(text -> text.contains("request R-21: the row with this person's key came"));
        assertThat(JdbcClient.create(shop.control)
                        .sql("select count(*) from storeveil.erased_person where request = 'R-21'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    /** Four more customers, and a policy that says, or does not say, when people came to be. */
    private void open(String created) throws Exception {
        Path policy = directory.resolve("created.yaml");
        Files.writeString(
                policy,
                Shop.resource("shop.yaml")
                        .replace(
                                "    key: [id]\n    identifiers", "    key: [id]\n    " + created + "\n    identifiers")
                        .replace("last_login_at: plain, ", "last_login_at: plain, created_at: plain, "));
        String name = "born" + SHOPS.incrementAndGet();
        shop = new Shop(directory, policy, Shop.database(name), Shop.database(name + "_control"));
        shop.sql(Shop.resource("shop.sql"));
        shop.sql(
                "alter table customer add column created_at timestamptz not null default '2010-01-01 10:00:00.123456Z'");
        shop.sql(
                "insert into customer (id, email, name, last_login_at) values (21, 'una@x.example', 'Una', '2026-10-01'),"
                        + " (22, 'vic@x.example', 'Vic', '2026-10-01'), (23, 'wim@x.example', 'Wim', '2026-10-01'),"
                        + " (24, 'xia@x.example', 'Xia', '2026-10-01')");
        shop.approveEverything();
    }

    /** By requests that have ended since. */
    private void erase(String... customers) throws Exception {
        for (String customer : customers) {
            shop.eraseByRequest("R-" + customer, "customer", customer);
        }
        shop.sweepOn(Shop.NIGHT.plusDays(1));
        assertThat(shop.count("customer where id in (" + String.join(", ", customers) + ")"))
                .isZero();
        shop.requestsHaveEnded();
    }

    private void holdAfterTheBackup(String customer) throws Exception {
        shop.hold("customer", customer);
        JdbcClient.create(shop.control)
                .sql("insert into storeveil.hold (id, subject_kind, subject_ref, reason, placed_by, placed_at)"
                        + " values (?, 'customer', ?, 'court', 'ada', now())")
                .params("H-" + customer, reference(customer))
                .update();
    }

    private void withdrawAfterTheBackup(String customer, String purpose) {
        shop.sql("insert into storeveil.refusal values ('customer', '" + purpose + "', '" + customer + "')");
        JdbcClient.create(shop.control)
                .sql(
                        "insert into storeveil.consent (sha256, subject_kind, subject_ref, purpose, decision, at, channel,"
                                + " recorded_by, recorded_at) values ('x', 'customer', ?, ?, 'withdrawn', now(), 'mail', 'ada', now())")
                .params(reference(customer), purpose)
                .update();
    }

    private String reference(String customer) {
        return shop.keys
                .current()
                .reference(OwnerId.of("public.customer", List.of(Long.valueOf(customer))))
                .toString();
    }

    /** A second person signs what 'restore show' lists. */
    private void approve(String... leftAlone) throws Exception {
        Map<String, Object> restore = JdbcClient.create(shop.control)
                .sql("select * from storeveil.restore where adopted_at is null")
                .query()
                .singleRow();
        String text = String.join(
                "\n",
                "storeveil/v1/restore-approval",
                "shop",
                "" + restore.get("run"),
                "" + restore.get("sha256"),
                String.join(",", leftAlone));
        JdbcClient.create(shop.control)
                .sql("update storeveil.restore set approved_by = ?, approved_at = now(), approved_sha256 = sha256,"
                        + " left_alone = ?, approval_signature = ? where adopted_at is null")
                .params(shop.enrolledSecond(), leftAlone, shop.signed(text))
                .update();
    }

    private List<String> ledger(String kind) {
        return new Ledger(shop.control, Clock.systemUTC())
                .entries().stream()
                        .filter(entry -> entry.kind().equals(kind))
                        .map(LedgerEntry::body)
                        .toList();
    }

    private long sealedAndUnused() {
        return JdbcClient.create(shop.control)
                .sql("select count(*) from storeveil.restored_person where sealed is not null")
                .query(Long.class)
                .single();
    }

    private List<String> decisions(Sweep.Outcome outcome) {
        return shop.records().findings(outcome.run().id()).stream()
                .filter(finding -> finding.severity() == Severity.DECISION)
                .map(Finding::text)
                .toList();
    }

    private void backUp() {
        copy(database(shop), "backup_of_" + database(shop));
    }

    private void putBack() {
        copy("backup_of_" + database(shop), database(shop));
    }

    private static String database(Shop shop) {
        return JdbcClient.create(shop.store)
                .sql("select current_database()")
                .query(String.class)
                .single();
    }

    private static void copy(String from, String to) {
        JdbcClient server = JdbcClient.create(StoreServer.running().getPostgresDatabase());
        server.sql("drop database if exists " + to + " with (force)").update();
        server.sql("create database " + to + " template " + from).update();
    }
}

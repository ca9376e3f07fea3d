package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.control.StepStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Stores that are really dropped and put back from a copy of theirs, while the control database goes on. */
@SuppressWarnings("NullAway.Init")
class RestoredStoreTest {

    private static final String CREATED = "created: created_at";

    @TempDir
    Path directory;

    private RestoredShop restored;
    private Shop shop;

    @Test
    void aStorePutBack_changesNothing_andAsksForAPerson() throws Exception {
        use(RestoredShop.open(directory));
        shop.sweep();
        restored.backUp();
        shop.eraseByRequest("R-1", "customer", "1");
        shop.sweepOn(Shop.NIGHT.plusDays(1));
        assertThat(shop.count("customer where name = 'Ann'")).isZero();

        restored.putBack();
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
        use(RestoredShop.open(directory));
        restored.backUp();
        shop.sweep();
        restored.putBack();

        Sweep.Outcome outcome = shop.sweepOn(Shop.NIGHT.plusDays(1));

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(decisions(outcome)).singleElement().asString().contains("it has no mark of a sweep");
    }

    @Test
    void anotherStoreInItsPlace_isSeenByItsMark() throws Exception {
        use(RestoredShop.open(directory));
        shop.sweep();
        Shop other = Shop.open(Files.createDirectory(directory.resolve("other")));
        other.sweep();
        restored.putBack(other);

        Sweep.Outcome outcome = shop.sweepOn(Shop.NIGHT.plusDays(1));

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(decisions(outcome)).singleElement().asString().contains("not one that this control database knows");
    }

    @Test
    void aSimulation_saysTheSame_andWritesNothingDown() throws Exception {
        use(RestoredShop.open(directory));
        restored.backUp();
        shop.sweep();
        restored.putBack();

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
        use(RestoredShop.open(directory));
        for (int night = 0; night < 3; night++) {
            Sweep.Outcome outcome = shop.sweepOn(Shop.NIGHT.plusDays(night));
            assertThat(shop.records().findings(outcome.run().id()))
                    .noneMatch(finding -> finding.step().equals("restore"));
        }
    }

    @Test
    void afterApproval_whoIsBackIsErasedAgain_andWhoeverHasTheirNumberStays() throws Exception {
        use(RestoredShop.open(directory, CREATED));
        shop.sweep();
        restored.backUp();
        restored.erase("21", "22");
        holdAfterTheBackup("23");
        withdrawAfterTheBackup("24", "marketing");
        restored.putBack();
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

        restored.approve();
        Sweep.Outcome replayed = shop.sweepOn(Shop.NIGHT.plusDays(3));

        assertThat(decisions(replayed)).noneMatch(text -> text.contains("put back"));
        assertThat(shop.rows("select id, name from customer where id > 20"))
                .containsExactly("(22,Zoe)", "(23,Wim)", "(24,Xia)");
        assertThat(restored.ledger("erased-again-after-restore"))
                .singleElement()
                .asString()
                .contains("R-21");
        assertThat(shop.count("storeveil.journal where run = '" + replayed.run().id() + "' and id < 1000000"))
                .isZero();

        Sweep.Outcome again = shop.sweepOn(Shop.NIGHT.plusDays(4));
        assertThat(decisions(again)).noneMatch(text -> text.contains("put back"));
        assertThat(shop.rows("select id, name from customer where id > 20"))
                .containsExactly("(22,Zoe)", "(23,Wim)", "(24,Xia)");
        assertThat(restored.ledger("erased-again-after-restore")).hasSize(1);
        assertThat(sealedAndUnused()).isZero();
    }

    @Test
    void whereNothingSaysWhenPeopleCameToBe_theNumberAloneIsAWeakMatch_andMayBeLeftAlone() throws Exception {
        use(RestoredShop.open(directory, ""));
        shop.sweep();
        restored.backUp();
        restored.erase("21", "22");
        restored.putBack();

        Sweep.Outcome found = shop.sweepOn(Shop.NIGHT.plusDays(2));

        assertThat(decisions(found))
                .singleElement()
                .asString()
                .contains("in it again: 0", "2 who have the number of one, while nothing says when they came to be");

        restored.approve(restored.reference("22"));
        shop.sweepOn(Shop.NIGHT.plusDays(3));

        assertThat(shop.rows("select id from customer where id > 20")).containsExactly("(22)", "(23)", "(24)");
        assertThat(decisions(shop.sweepOn(Shop.NIGHT.plusDays(4)))).noneMatch(text -> text.contains("put back"));
        assertThat(shop.rows("select id from customer where id > 20")).containsExactly("(22)", "(23)", "(24)");
    }

    @Test
    void inAStoreFromBeforeItsJournal_everybodyErasedSinceIsFound_andTheReplayGoesOnWhereItBroke() throws Exception {
        use(RestoredShop.open(directory, CREATED));
        restored.backUp();
        shop.sweep();
        restored.erase("21", "22", "24");
        restored.putBack();
        Sweep.Outcome found = shop.sweepOn(Shop.NIGHT.plusDays(2));
        assertThat(decisions(found)).singleElement().asString().contains("in it again: 3.");
        restored.approve();

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
        assertThat(restored.ledger("erased-again-after-restore")).hasSize(3);
        assertThat(restored.ledger("restore-adopted")).hasSize(1);
        assertThat(shop.rows("select request, count(*) from storeveil.journal where rule = 'request-done' group by 1"))
                .containsExactly("(R-21,1)", "(R-22,1)", "(R-24,1)");
    }

    @Test
    void whatIsFoundAfterTheApproval_needsANewOne() throws Exception {
        use(RestoredShop.open(directory, CREATED));
        shop.sweep();
        restored.backUp();
        restored.erase("21", "22");
        restored.putBack();
        shop.sql("delete from customer where id = 22");
        shop.sweepOn(Shop.NIGHT.plusDays(2));
        restored.approve();
        restored.putBack();

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
        use(RestoredShop.open(directory, CREATED));
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

    private void use(RestoredShop other) {
        restored = other;
        shop = other.shop;
    }

    private void holdAfterTheBackup(String customer) throws Exception {
        shop.hold("customer", customer);
        JdbcClient.create(shop.control)
                .sql("insert into storeveil.hold (id, subject_kind, subject_ref, reason, placed_by, placed_at)"
                        + " values (?, 'customer', ?, 'court', 'ada', now())")
                .params("H-" + customer, restored.reference(customer))
                .update();
    }

    private void withdrawAfterTheBackup(String customer, String purpose) {
        shop.sql("insert into storeveil.refusal values ('customer', '" + purpose + "', '" + customer + "')");
        JdbcClient.create(shop.control)
                .sql(
                        "insert into storeveil.consent (sha256, subject_kind, subject_ref, purpose, decision, at, channel,"
                                + " recorded_by, recorded_at) values ('x', 'customer', ?, ?, 'withdrawn', now(), 'mail', 'ada', now())")
                .params(restored.reference(customer), purpose)
                .update();
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
}

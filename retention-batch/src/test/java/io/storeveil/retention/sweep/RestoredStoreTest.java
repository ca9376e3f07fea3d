package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.control.StepStatus;
import io.storeveil.retention.stores.StoreServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Stores that are really dropped and put back from a copy of theirs, while the control database goes on. */
@SuppressWarnings("NullAway.Init")
class RestoredStoreTest {

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
        Shop other = Shop.open(java.nio.file.Files.createDirectory(directory.resolve("other")));
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

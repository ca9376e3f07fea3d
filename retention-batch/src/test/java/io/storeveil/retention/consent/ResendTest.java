package io.storeveil.retention.consent;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.consent.ConsentShop.Ended;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever says something new, their rows go through the stream once more, and nothing else happens to them. */
class ResendTest {

    private static EmbeddedPostgres postgres;
    private static int shops;

    private ConsentShop shop;
    private String slot;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("wal_level", "logical")
                .setServerConfig("max_replication_slots", "20")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "off")
                .start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void aShopThatIsCaptured(@TempDir Path directory) throws IOException {
        slot = "resend" + ++shops;
        shop = ConsentShop.open(postgres, slot, directory);
        shop.run("consent", "show", "--subject", "customer:42");
        shop.store
                .sql("select pg_create_logical_replication_slot(:slot, 'test_decoding')")
                .param("slot", slot)
                .query((row, n) -> n)
                .list();
    }

    /** What change capture sees since it was last asked, of the shop's own tables. */
    private List<String> captured() {
        return shop.store
                .sql("select data from pg_logical_slot_get_changes(:slot, null, null) where data like 'table public.%'")
                .param("slot", slot)
                .query(String.class)
                .list();
    }

    private Ended grant() {
        return shop.run(
                "consent",
                "record",
                "--subject",
                "customer:42",
                "--purpose",
                "marketing",
                "--channel",
                "web",
                "--notice",
                "v3",
                "--wording-sha256",
                ConsentShop.WORDING,
                "--json");
    }

    private long pending() {
        return shop.control
                .sql("select count(*) from storeveil.resend")
                .query(Long.class)
                .single();
    }

    private List<String> rows() {
        return shop.store
                .sql("select c::text from customer c union all select o::text from orders o order by 1")
                .query(String.class)
                .list();
    }

    @Test
    void theirRowsThatServeThePurposeAreCaptured_andNothingInThemHasChanged() {
        List<String> before = rows();
        assertThat(grant().code()).isZero();

        assertThat(captured())
                .satisfiesExactlyInAnyOrder(
                        change -> assertThat(change)
                                .startsWith("table public.customer: UPDATE: id[bigint]:42 ")
                                .contains("interests[text]:'sailing'"),
                        change -> assertThat(change).startsWith("table public.orders: UPDATE: id[bigint]:1 "));
        assertThat(rows()).isEqualTo(before);
        assertThat(pending()).isZero();
    }

    @Test
    void tablesWithoutAColumnForThePurposeStayWhereTheyAre() {
        shop.run("consent", "withdraw", "--subject=customer:42", "--global-privacy-control");
        assertThat(captured()).singleElement().asString().startsWith("table public.customer:");
    }

    @Test
    void aLargeValueIsSentWhole() {
        shop.store
                .sql("alter table customer alter interests set storage external; update customer set interests ="
                        + " repeat('sailing ', 5000) where id = 42")
                .update();
        captured();
        grant();
        assertThat(captured()).anySatisfy(change -> assertThat(change)
                .contains("interests[text]:'sailing sailing ")
                .doesNotContain("unchanged-toast-datum"));
    }

    @Test
    void noTriggerFires_soThatNoClockMoves() {
        touching("");
        List<String> before = rows();
        grant();
        assertThat(captured()).hasSize(2);
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void aTableWhoseTriggerWouldFireEvenSo_isLeftAlone_andSaid() {
        touching("alter table customer enable always trigger touch");
        Ended ended = grant();
        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.json().path("notSent").path(0).asString())
                .startsWith("public.customer: trigger touch would fire");
        assertThat(captured()).singleElement().asString().startsWith("table public.orders:");
        assertThat(pending()).as("until somebody has done something about it").isOne();

        shop.store.sql("alter table customer enable trigger touch").update();
        assertThat(shop.run("consent", "resend").code()).isZero();
        assertThat(pending()).isZero();
        assertThat(captured()).anyMatch(change -> change.startsWith("table public.customer:"));
    }

    @Test
    void aUserWhoMayNotSilenceTriggers_sendsWhereNoneWouldFire_andIsToldWhatToAllow() throws IOException {
        touching("");
        List<String> before = rows();
        shop.asClerk();

        Ended ended = grant();

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.json().path("notSent").values())
                .singleElement()
                .extracting(Object::toString)
                .asString()
                .contains("public.customer: trigger touch would fire; allow this user to set session_replication_role");
        assertThat(captured()).singleElement().asString().startsWith("table public.orders:");
        assertThat(rows()).isEqualTo(before);

        allow("grant set on parameter session_replication_role to clerk", "alter role clerk superuser");
        assertThat(shop.run("consent", "resend").code()).isZero();
        assertThat(captured()).anyMatch(change -> change.startsWith("table public.customer:"));
        assertThat(rows()).isEqualTo(before);
        allow("revoke set on parameter session_replication_role from clerk", "alter role clerk nosuperuser");
    }

    /** Before PostgreSQL 15 only a superuser may. */
    private void allow(String since15, String before15) {
        int version = shop.store
                .sql("select current_setting('server_version_num')::int")
                .query(Integer.class)
                .single();
        shop.store.sql(version >= 150_000 ? since15 : before15).update();
    }

    private void touching(String more) {
        shop.store
                .sql(
                        """
                        create function touch() returns trigger language plpgsql as
                            $$ begin new.changed_at = clock_timestamp(); return new; end $$;
                        create trigger touch before update on customer for each row execute function touch();"""
                                + more)
                .update();
    }

    @Test
    void anExpiredConsentIsSentOnceItHasExpiredForEveryWorker() {
        shop.run(
                "consent",
                "record",
                "--subject",
                "customer:42",
                "--purpose",
                "marketing",
                "--channel",
                "web",
                "--notice",
                "v3",
                "--wording-sha256",
                ConsentShop.WORDING,
                "--expires",
                "2026-12-24");
        assertThat(captured()).hasSize(2);
        assertThat(shop.run("consent", "resend").code()).isZero();
        assertThat(captured()).isEmpty();

        shop.at(ConsentShop.NOW.plus(Duration.ofDays(40)));
        shop.run("consent", "resend");
        assertThat(captured()).hasSize(2);
        assertThat(pending()).isZero();
    }

    @Test
    void everybodysRowsCanBeSent() {
        assertThat(shop.run("consent", "resend", "--purpose", "marketing").code())
                .isZero();
        assertThat(captured()).hasSize(5);
    }

    @Test
    void theControlDatabaseDoesNotSayWhoIsPending() {
        touching("alter table customer enable always trigger touch");
        grant();
        String sealed = shop.control
                .sql("select encode(subject_sealed, 'escape') || refused from storeveil.resend")
                .query(String.class)
                .single();
        assertThat(sealed).doesNotContain("customer\"", "[42]");
    }
}

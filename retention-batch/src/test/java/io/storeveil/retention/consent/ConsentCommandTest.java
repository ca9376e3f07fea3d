package io.storeveil.retention.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.keys.OwnerId;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.Protections;
import io.storeveil.retention.consent.ConsentShop.Ended;
import io.storeveil.retention.stores.StoreServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people allow and object to, on the command line. */
class ConsentCommandTest {

    private static final EmbeddedPostgres SERVER = StoreServer.running();
    private static int shops;

    private ConsentShop shop;

    @BeforeEach
    void aShop(@TempDir Path directory) throws IOException {
        shop = ConsentShop.open(SERVER, "say" + ++shops, directory);
    }

    private Ended grant(String purpose, String... more) {
        String[] arguments = new String[11 + more.length];
        System.arraycopy(
                new String[] {
                    "consent",
                    "record",
                    "--subject",
                    "customer:42",
                    "--purpose",
                    purpose,
                    "--channel",
                    "web",
                    "--notice=v3",
                    "--wording-sha256",
                    ConsentShop.WORDING
                },
                0,
                arguments,
                0,
                11);
        System.arraycopy(more, 0, arguments, 11, more.length);
        return shop.run(arguments);
    }

    private Ended withdraw(String purpose) {
        return shop.run(
                "consent",
                "withdraw",
                "--subject",
                "customer:42",
                "--purpose",
                purpose,
                "--channel",
                "phone",
                "--json");
    }

    private boolean allowed(String purpose) {
        return shop.run("consent", "show", "--subject", "customer:42", "--json")
                .json()
                .path("allowed")
                .path(purpose)
                .asBoolean();
    }

    @Test
    void consentIsAskedFor_andAnObjectionHasToBeMade() {
        assertThat(allowed("marketing")).isFalse();
        assertThat(allowed("profiling")).isTrue();

        assertThat(grant("marketing").code()).isZero();
        assertThat(withdraw("profiling")
                        .json()
                        .path("statements")
                        .path(0)
                        .path("decision")
                        .asString())
                .isEqualTo("objected");

        assertThat(allowed("marketing")).isTrue();
        assertThat(allowed("profiling")).isFalse();
    }

    @Test
    void whatWasSaidLastCounts_notWhatCameInLast() {
        shop.run(
                "consent",
                "withdraw",
                "--subject=customer:42",
                "--purpose=marketing",
                "--channel=web",
                "--at=2026-11-20T10:00:00Z");
        grant("marketing", "--at", "2026-11-01");
        assertThat(allowed("marketing")).isFalse();
        grant("marketing", "--at", "2026-11-21");
        assertThat(allowed("marketing")).isTrue();
    }

    @Test
    void anExpiredConsentCountsAsWithdrawn() {
        grant("marketing", "--expires", "2026-12-24");
        assertThat(allowed("marketing")).isTrue();
        shop.at(ConsentShop.NOW.plus(Duration.ofDays(40)));
        assertThat(allowed("marketing")).isFalse();
    }

    private List<String> refusals() {
        return shop.store
                .sql(
                        "select subject_kind || ' ' || subject_key || ' ' || purpose from storeveil.refusal order by purpose")
                .query(String.class)
                .list();
    }

    @Test
    void aNo_isReadInTheStoreToo_untilItIsTakenBack() {
        grant("marketing");
        assertThat(refusals()).isEmpty();

        shop.at(ConsentShop.NOW.plus(Duration.ofDays(1)));
        withdraw("marketing");
        withdraw("profiling");
        assertThat(refusals()).containsExactly("customer 42 marketing", "customer 42 profiling");

        shop.at(ConsentShop.NOW.plus(Duration.ofDays(2)));
        grant("marketing", "--expires", "2026-12-24");
        assertThat(refusals()).containsExactly("customer 42 profiling");

        shop.at(ConsentShop.NOW.plus(Duration.ofDays(40)));
        shop.run("consent", "resend");
        assertThat(refusals())
                .as("once a yes has expired, it is a no")
                .containsExactly("customer 42 marketing", "customer 42 profiling");
    }

    @Test
    void aBrowsersSignalOptsOutOfSales_andOfNothingElse() {
        Ended ended = shop.run("consent", "withdraw", "--subject", "customer:42", "--global-privacy-control", "--json");
        assertThat(ended.json().path("statements").path(0).path("channel").asString())
                .isEqualTo("global-privacy-control");
        assertThat(shop.decisions()).containsExactly("ads objected");
        assertThat(allowed("ads")).isFalse();
        assertThat(allowed("profiling")).isTrue();
    }

    @Test
    void consentWithoutTheWordingThatWasAgreedToIsRefused() {
        Ended ended =
                shop.run("consent", "record", "--subject", "customer:42", "--purpose", "marketing", "--channel", "web");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("needs the notice's version and the SHA-256 of its wording");
        assertThat(shop.decisions()).isEmpty();
    }

    @Test
    void aPurposeThatAsksNobodyIsRefused() {
        Ended ended = grant("contract");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("people decide for themselves on these purposes of the policy: ads,");
    }

    @Test
    void theLedgerKnowsAReference_andNeverAName() {
        grant("marketing");
        String body = shop.control
                .sql("select body from storeveil.ledger where kind = 'consent-granted'")
                .query(String.class)
                .single();
        assertThat(body).contains("\"purpose\":\"marketing\"").matches(".*\"subject\":\"[0-9a-f]{32}\".*");
        assertThat(body).doesNotContain("jo@example.org", "customer:42", ":42,");
    }

    @Test
    void nothingThatWasSaidCanBeChangedOrDeleted() {
        grant("marketing");
        for (String change : new String[] {
            "update storeveil.consent set decision = 'withdrawn', expires_at = null",
            "delete from storeveil.consent",
            "truncate storeveil.consent cascade"
        }) {
            assertThatThrownBy(() -> shop.control.sql(change).update())
                    .hasStackTraceContaining("storeveil.consent is append-only");
        }
    }

    @Test
    void anImportTakesWhatIsRight_namesWhatIsNot_andMayBeRepeated() throws IOException {
        String csv =
                """
                subject,identifier,purpose,decision,at,notice,wording-sha256,channel,evidence
                customer:42,,marketing,granted,2026-11-01T08:00:00Z,v3,%1$s,web,"form 17, page ""2\"""
                ,email=flo@example.org,profiling,objected,2026-11-02,,,letter,
                customer:4711,,marketing,granted,2026-11-03,v3,%1$s,web,
                customer:43,,marketing,granted,2026-11-03,v3,1234,web,
                customer:43,,marketing,granted,2026-11-04,v3
                customer:43,,ads,objected,2026-11-05,,,global-privacy-control,
                """
                        .formatted(ConsentShop.WORDING);
        Ended ended = shop.run("consent", "import", shop.file("said.csv", csv).toString(), "--json");

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.json().path("recorded").asInt()).isEqualTo(3);
        assertThat(ended.json().path("wrong").values().stream().map(wrong -> wrong.asString()))
                .containsExactly(
                        "line 4: nobody in public.customer has this key",
                        "line 5: wording-sha256: allowed are 64 lower-case hex digits, as sha256sum prints them",
                        "line 6: has 6 fields, and the head has 9");
        assertThat(shop.decisions()).containsExactly("marketing granted", "profiling objected", "ads objected");

        Ended again = shop.run("consent", "import", shop.file("said.csv", csv).toString(), "--json");
        assertThat(again.json().path("recorded").asInt()).isZero();
        assertThat(again.json().path("known").asInt()).isEqualTo(3);
        assertThat(shop.decisions()).hasSize(3);
    }

    @Test
    void anImportReadsJsonLines() throws IOException {
        String lines =
                """
                {"subject": "customer:42", "purpose": "profiling", "decision": "objected", "at": "2026-11-01", "channel": "web"}

                {"subject": "customer:42"
                {"subject": "customer:42", "purpose": "profiling", "decision": "withdrawn", "at": "2026-11-01", "channel": "web"}
                {"subject": "customer:42", "favourite": "jam"}
                """;
        Ended ended =
                shop.run("consent", "import", shop.file("said.jsonl", lines).toString());
        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.out())
                .contains(
                        "line 3: is not one JSON object of texts",
                        "line 4: decision: allowed for this purpose: granted, objected",
                        "line 5: has a field that is not known; allowed: subject, identifier,",
                        "1 recorded, 0 known already, 3 wrong.")
                .doesNotContain("jam", "42");
        assertThat(shop.decisions()).containsExactly("profiling objected");
    }

    @Test
    void aPersonRevealsAValueUnderTheirName_andTheLedgerDoesNotLearnIt() throws Exception {
        assertThat(shop.run("person", "enrol", "--name", "ada", "--role", "reviewer")
                        .code())
                .isZero();
        FieldContext email = new FieldContext("shop", "public.customer", "email", "");
        Object ciphertext = Protections.of("encrypt", Map.of())
                .bind(FieldType.text(null), email)
                .apply("jo@example.org", shop.keys(), shop.keys().ownerKey(OwnerId.of("public.customer", List.of(42))));

        Ended ended = shop.run("reveal", "--reason", "case 7", "--as", "ada", String.valueOf(ciphertext));
        assertThat(ended.out()).isEqualTo("public.customer.email: jo@example.org\n");
        String body = shop.control
                .sql("select body from storeveil.ledger where kind = 'values-revealed'")
                .query(String.class)
                .single();
        assertThat(body)
                .contains("\"who\":\"ada\"", "case 7", "public.customer.email")
                .doesNotContain("jo@example.org", String.valueOf(ciphertext));

        Ended wrong = shop.run("reveal", "--reason", "case 7", "--as", "ada", "jo@example.org");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("value 1: is no ciphertext").doesNotContain("jo@example.org");
    }
}

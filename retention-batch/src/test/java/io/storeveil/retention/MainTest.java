package io.storeveil.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.retention.approval.PlanRecords;
import io.storeveil.retention.approval.PlannedRule;
import io.storeveil.retention.command.Surroundings;
import io.storeveil.retention.control.ControlDatabase;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ledger.RunSeal;
import io.storeveil.retention.request.DueRequest;
import io.storeveil.retention.request.ForgedApproval;
import io.storeveil.retention.request.RequestRecords;
import io.storeveil.retention.request.RequestState;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.stores.Connections;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.sweep.Run;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line on a real store and a real control database, as people and schedulers use it. */
class MainTest {

    private static final Instant NOW = Instant.parse("2026-01-31T22:30:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final String PASSPHRASE = "correct horse battery";
    private static final String EMAIL = "Quirine.Vandersnickt@canary.example";
    private static final String SUPPLIER = "QXZ-CANARY-SUPPLIER";
    private static final long CUSTOMER = 7_734_119_902L;

    private static final EmbeddedPostgres SERVER = StoreServer.running();
    private static int databases;

    private final Path directory;
    private final Map<String, String> environment = new TreeMap<>();
    private final StringWriter everything = new StringWriter();
    private JdbcClient store;
    private JdbcClient control;

    MainTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** How a command ended. */
    private record Ended(int code, String out, String err) {

        JsonNode json() {
            List<String> lines = out.lines().toList();
            return JsonMapper.shared().readTree(lines.get(lines.size() - 1));
        }
    }

    @BeforeEach
    void aShopAndItsSettings() throws IOException {
        String shop = "shop" + ++databases;
        String memory = "memory" + databases;
        JdbcClient admin = StoreServer.admin();
        admin.sql("create database " + shop).update();
        admin.sql("create database " + memory).update();
        store = JdbcClient.create(Connections.to(SERVER.getJdbcUrl("postgres", shop), "postgres"));
        control = JdbcClient.create(Connections.to(SERVER.getJdbcUrl("postgres", memory), "postgres"));
        store.sql("create table customer (id bigint primary key, email text)").update();
        store.sql("create table supplier (code text primary key, email text)").update();
        store.sql("insert into customer values (42, 'jo@example.org'), (43, 'twice@example.org'),"
                        + " (44, 'Twice@example.org'), (:id, :email)")
                .param("id", CUSTOMER)
                .param("email", EMAIL)
                .update();
        store.sql("insert into supplier values (:code, 'office@supplier.example')")
                .param("code", SUPPLIER)
                .update();
        Files.writeString(
                directory.resolve("policy.yaml"),
                """
                policy: storeveil/v1
                store: shop
                controller: { name: Shop, contact: privacy@shop.example }
                time-zone: Europe/Berlin
                categories: { contact: [encrypt, redact], key: [pseudonymise, keep] }
                purposes: { contract: { basis: contract, keep: P3Y } }
                subjects:
                  customer: { table: customer, key: [id], identifiers: { email: email } }
                  supplier: { table: supplier, key: [code] }
                tables:
                  customer: { key: [id], purposes: [contract], clock: none, columns: { id: key, email: contact } }
                  supplier: { key: [code], purposes: [contract], clock: none, columns: { code: key, email: contact } }
                """);
        Files.writeString(
                directory.resolve("application.yaml"),
                """
                storeveil:
                  store: { url: "jdbc:postgresql://localhost:%1$d/%2$s", user: postgres }
                  control: { url: "jdbc:postgresql://localhost:%1$d/%3$s", user: postgres }
                  connect: { source: source, sink: sink }
                  keys: { copies: [one, two], key-encryption-keys: keks }
                """
                        .formatted(SERVER.getPort(), shop, memory));
        environment.put("STOREVEIL_PASSPHRASE", PASSPHRASE);
        environment.put("HOME", directory.toString());
        assertThat(run("keys", "init").code()).isZero();
    }

    @AfterEach
    void nobodyIsNamed() {
        StringBuilder found = new StringBuilder(everything.toString());
        for (String table : List.of("request", "request_event", "hold", "person", "ledger", "plan", "rule_approval")) {
            if (control.sql("select to_regclass('storeveil." + table + "') is not null")
                    .query(Boolean.class)
                    .single()) {
                control.sql("select t::text from storeveil." + table + " t")
                        .query(String.class)
                        .list()
                        .forEach(row -> found.append(row).append('\n'));
            }
        }
        for (String canary : List.of(EMAIL, SUPPLIER, Long.toString(CUSTOMER), "Vandersnickt")) {
            String hex = HexFormat.of().formatHex(canary.getBytes(StandardCharsets.UTF_8));
            assertThat(found.toString().toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain(canary.toLowerCase(java.util.Locale.ROOT), hex);
        }
        assertThat(everything.toString()).doesNotContain("\tat ", "Exception");
    }

    @Test
    void help_namesEveryCommandAndWhatTheExitCodesMean() {
        Ended help = run("--help");

        assertThat(help.code()).isZero();
        assertThat(help.out())
                .contains("request", "hold", "plan", "person", "keys", "ledger", "3  done, but something");
    }

    @Test
    void aMistypedCommand_isWrongInput_andTheNearestIsOffered() {
        Ended mistyped = run("requst", "--json");

        assertThat(mistyped.code()).isEqualTo(2);
        assertThat(mistyped.err()).contains("Did you mean: storeveil request");
        assertThat(mistyped.json().path("exit").asInt()).isEqualTo(2);
    }

    @Test
    void wrongSettings_areWrongInput_withTheirPlace() throws IOException {
        Files.writeString(directory.resolve("application.yaml"), "storeveil:\n  stor: {}\n");

        Ended wrong = run("person", "list");

        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("application.yaml:2:3: unknown setting 'stor'");
    }

    @Test
    void aRequestByKey_isDueAtTheEndOfTheNextMonth_inTheShopsZone() {
        JsonNode request =
                run("request", "erase", "--subject", "customer:42", "--json").json();

        // Received on 31 January, 23:30 in Berlin; there is no 31 February.
        assertThat(request.path("request").asString()).isEqualTo("R-2026-0001");
        assertThat(request.path("dueAt").asString()).isEqualTo("2026-02-28T22:59:59Z");
        assertThat(request.path("state").asString()).isEqualTo("received");
    }

    @Test
    void aCalifornianRequest_isDueIn45Days_fromTheDayItWasReceived() {
        JsonNode request = run(
                        "request",
                        "erase",
                        "--subject",
                        "customer:42",
                        "--law",
                        "ccpa",
                        "--received",
                        "2026-01-05",
                        "--json")
                .json();

        assertThat(request.path("dueAt").asString()).isEqualTo("2026-02-19T22:59:59Z");
    }

    @Test
    void anIdentifier_findsExactlyOnePerson_orIsRefusedWithoutBeingRepeated() {
        environment.put("STOREVEIL_IDENTIFIER", EMAIL);

        assertThat(run("request", "erase", "--identifier", "email", "--json")
                        .json()
                        .path("foundBy")
                        .asString())
                .isEqualTo("email");
        refused(
                "nobody in public.customer has this email",
                "request",
                "erase",
                "--identifier",
                "email=none@none.example");
        refused(
                "more than one row of public.customer has this email",
                "request",
                "erase",
                "--identifier",
                "email=twice@example.org");
        refused("it knows: email", "request", "erase", "--identifier", "phone=" + CUSTOMER);
    }

    @Test
    void aSubjectThatCannotBe_isRefusedWithoutBeingRepeated() {
        refused(
                "nobody in public.customer has this key",
                "request",
                "erase",
                "--subject",
                "customer:" + (CUSTOMER + 1));
        refused("not a possible key of public.customer", "request", "erase", "--subject", "customer:" + SUPPLIER);
        refused("it knows: customer, supplier", "request", "erase", "--subject", "person:" + CUSTOMER);
        refused("allowed is KIND:KEY", "request", "erase", "--subject", EMAIL);
    }

    @Test
    void aPersonHasOneOpenErasure() {
        run("request", "erase", "--subject", "supplier:" + SUPPLIER);

        refused("open already", "request", "erase", "--subject", "supplier:" + SUPPLIER);
    }

    @Test
    void anApprovedRequest_reachesTheSweepWithThePersonUnsealed_andIsForgottenWhenClosed() {
        enrol("anna");
        run("request", "erase", "--subject", "supplier:" + SUPPLIER);
        run("request", "erase", "--subject", "customer:" + CUSTOMER);
        assertThat(requests().approved(KeyStates.store(settings()).current())).isEmpty();
        assertThat(run("request", "approve", "R-2026-0001", "--as", "anna").code())
                .isZero();
        assertThat(run("request", "approve", "R-2026-0002", "--as", "anna", "--despite-open-contracts")
                        .code())
                .isZero();

        List<DueRequest> due = requests().approved(KeyStates.store(settings()).current());

        assertThat(due)
                .hasSize(2)
                .extracting(request -> request.owner().key().get(0))
                .containsExactly(SUPPLIER, CUSTOMER);
        assertThat(due).extracting(DueRequest::despiteOpen).containsExactly(false, true);
        Run night = new Run("shop/2026-01-31/1", "shop", LocalDate.of(2026, 1, 31), 1, NOW, false);
        for (RequestState state : List.of(
                RequestState.SCHEDULED,
                RequestState.ERASED,
                RequestState.DRAINED,
                RequestState.SHREDDED,
                RequestState.ERASED,
                RequestState.CHECKED,
                RequestState.CLOSED)) {
            requests().advance("R-2026-0001", state, night, "");
        }
        assertThat(requests().events("R-2026-0001")).hasSize(8);
        assertThat(control.sql("select count(subject_sealed) from storeveil.request")
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
        assertThat(run("request", "list").out()).contains("R-2026-0002").doesNotContain("R-2026-0001");
        assertThat(run("request", "show", "R-2026-0001").out()).contains("closed", "shredded", "anna");
        refused("it can no longer be withdrawn", "request", "withdraw", "R-2026-0001");
    }

    @Test
    void anApproval_takesTheRightPassphrase_theRightKey_andAnotherPersonThanWhoEnteredIt() throws IOException {
        enrol("anna");
        enrol("bert");
        run("request", "erase", "--subject", "customer:42", "--by", "anna");

        refused("a second person has to approve it", "request", "approve", "R-2026-0001", "--as", "anna");
        refused("nobody of this name is enrolled", "request", "approve", "R-2026-0001", "--as", "carl");
        refused(
                "the key of another person",
                "request",
                "approve",
                "R-2026-0001",
                "--as",
                "bert",
                "--key",
                directory.resolve(".storeveil/anna.key").toString());
        Path renamed = directory.resolve("renamed.key");
        Files.writeString(
                renamed,
                Files.readString(directory.resolve(".storeveil/anna.key")).replace("anna", "bert"));
        refused(
                "the passphrase does not open it",
                "request",
                "approve",
                "R-2026-0001",
                "--as",
                "bert",
                "--key",
                renamed.toString());
        environment.put("STOREVEIL_PASSPHRASE", "wrong horse battery");
        refused("the passphrase does not open it", "request", "approve", "R-2026-0001", "--as", "bert");
        environment.put("STOREVEIL_PASSPHRASE", PASSPHRASE);

        assertThat(run("request", "approve", "R-2026-0001", "--as", "bert").code())
                .isZero();
    }

    @Test
    void anApprovalWrittenIntoTheDatabaseByHand_stopsTheSweep() {
        enrol("anna");
        run("request", "erase", "--subject", "customer:42");
        run("request", "erase", "--subject", "customer:43");
        run("request", "approve", "R-2026-0001", "--as", "anna");
        control.sql("update storeveil.request r set state = 'approved', approved_by = a.approved_by,"
                        + " approval_signature = a.approval_signature from storeveil.request a"
                        + " where a.id = 'R-2026-0001' and r.id = 'R-2026-0002'")
                .update();

        assertThatThrownBy(() -> requests().approved(KeyStates.store(settings()).current()))
                .isInstanceOf(ForgedApproval.class)
                .hasMessageContaining("R-2026-0002 stands as approved");
    }

    @Test
    void aRefusal_isSignedAndHasAGround() {
        enrol("anna");
        run("request", "erase", "--subject", "customer:42");

        run("request", "refuse", "R-2026-0001", "--as", "anna", "--ground", "Art. 17(3)(e)");

        assertThat(run("request", "show", "R-2026-0001").out()).contains("refused", "Art. 17(3)(e)");
    }

    @Test
    void anOverdueRequest_needsAPerson() {
        run("request", "erase", "--subject", "customer:42", "--received", "2025-12-01");

        Ended list = run("request", "list");

        assertThat(list.code()).isEqualTo(3);
        assertThat(list.out()).contains("OVERDUE");
    }

    @Test
    void aHold_waitsForTheSweepsTransaction_andThenHolds() throws Exception {
        run("hold", "add", "--subject", "customer:42", "--reason", "makes the schema");
        try (Connection sweep = settings().store().dataSource().getConnection();
                Statement statement = sweep.createStatement()) {
            sweep.setAutoCommit(false);
            statement.execute("select 1 from storeveil.fence for share");

            CompletableFuture<Ended> hold = CompletableFuture.supplyAsync(
                    () -> run("hold", "add", "--subject", "customer:" + CUSTOMER, "--reason", "case 17"));

            Thread.sleep(700);
            assertThat(hold).isNotDone();
            assertThat(mirrored()).containsExactly("H-2026-0001");
            sweep.commit();
            assertThat(hold.get(30, TimeUnit.SECONDS).code()).isZero();
        }
        assertThat(mirrored()).containsExactly("H-2026-0001", "H-2026-0002");
        assertThat(store.sql("select subject_key from storeveil.hold where id = 'H-2026-0002'")
                        .query(String.class)
                        .single())
                .isEqualTo(Long.toString(CUSTOMER));
    }

    @Test
    void aHold_isReleasedOnce_andOneThatWasInterruptedIsShownAndReleasedWhole() {
        run("hold", "add", "--subject", "supplier:" + SUPPLIER, "--reason", "case 17");
        store.sql("insert into storeveil.hold (id, subject_kind, subject_key) values ('H-2026-0009', 'customer', '42')")
                .update();
        Ended list = run("hold", "list");
        assertThat(list.code()).isEqualTo(3);
        assertThat(list.out()).contains("case 17", "OUT OF STEP: H-2026-0009");

        assertThat(run("hold", "release", "H-2026-0009").code()).isZero();
        assertThat(run("hold", "release", "H-2026-0001").code()).isZero();

        assertThat(mirrored()).isEmpty();
        assertThat(run("hold", "list").out()).contains("Nobody is held.");
        refused("there is no such hold", "hold", "release", "H-2026-0002");
    }

    @Test
    void aPlan_isShownAndApprovedBySomebodyElseThanWhoStartedTheRun() {
        enrol("anna");
        enrol("bert");
        Run night = new Run("shop/2026-01-31/1", "shop", LocalDate.of(2026, 1, 31), 1, NOW, false);
        new RunRecords(controlSource(), CLOCK).begin(night, "abc", "bert");
        plans().save(
                        night,
                        "{\"n\":1}",
                        List.of(
                                new PlannedRule(
                                        "expire public.customer", "r1", "public.customer", 17, true, "never approved"),
                                new PlannedRule(
                                        "expire public.supplier", "r2", "public.supplier", 1, true, "never approved")));

        Ended shown = run("plan", "show");
        assertThat(shown.code()).isEqualTo(3);
        assertThat(shown.out()).contains("expire public.customer", "17", "observes", "never approved", "plan approve");
        refused("a second person has to approve its plan", "plan", "approve", "--as", "bert");
        refused(
                "has these rules: expire public.customer, expire public.supplier",
                "plan",
                "approve",
                night.id(),
                "--as",
                "anna",
                "--rule",
                "other");
        assertThat(plans().approved("expire public.customer", "r1")).isFalse();
        run("plan", "approve", night.id(), "--as", "anna", "--rule", "expire public.customer");

        assertThat(plans().approved("expire public.customer", "r1")).isTrue();
        assertThat(plans().approved("expire public.customer", "another text")).isFalse();
        assertThat(plans().approved("expire public.supplier", "r2")).isFalse();
        control.sql("update storeveil.rule_approval set rule_sha256 = 'r3'").update();
        assertThat(plans().approved("expire public.customer", "r3")).isFalse();
    }

    @Test
    void whoIsBackInARestoredStore_isShown_andApprovedBySomebodyElseThanWhoStartedTheRun() {
        enrol("anna");
        enrol("bert");
        assertThat(run("restore", "show").code()).isZero();
        Run night = new Run("shop/2026-01-31/1", "shop", LocalDate.of(2026, 1, 31), 1, NOW, false);
        new RunRecords(controlSource(), CLOCK).begin(night, "abc", "bert");
        control.sql("insert into storeveil.restore (store, run, found_at, signs, journal_ended_at, body, sha256)"
                        + " values ('shop', ?, now(), '{it has no mark}', 7, '{}', encode(sha256('{}'), 'hex'))")
                .param(night.id())
                .update();
        control.sql(
                        "insert into storeveil.restored_person (restore, request, subject_ref, kind, born_hash, rows) values"
                                + " (1, 'R-1', 'ab12', 'customer', 'h', '{\"public.customer\": 1}'),"
                                + " (1, 'R-2', 'cd34', 'customer', null, '{\"public.customer\": 1}')")
                .update();

        Ended shown = run("restore", "show");
        assertThat(shown.code()).isEqualTo(3);
        assertThat(shown.out())
                .contains("it has no mark", "ab12", "R-1", "number and time of creation", "public.customer 1")
                .contains("cd34", "number alone", "name who is to stay with --leave", "restore approve shop");
        refused("a second person has to approve what it found", "restore", "approve", "--as", "bert");
        refused("a reference that is not listed", "restore", "approve", "--as", "anna", "--leave", "ef56");
        assertThat(run("restore", "approve", "--as", "anna", "--leave", "cd34").out())
                .contains("erases 1 person again");

        assertThat(run("restore", "show").out()).contains("Next: approved; run the sweep again.");
        control.sql("update storeveil.restore set left_alone = '{}'").update();
        assertThat(run("restore", "show").code()).as("not what was signed").isEqualTo(3);
    }

    @Test
    void aPersonIsEnrolledOnce_withAPassphraseThatIsLongEnough() {
        enrol("anna");

        refused("enrolled already", "person", "enrol", "--name", "anna");
        refused("allowed are up to 64 letters", "person", "enrol", "--name", "../anna");
        environment.put("STOREVEIL_PASSPHRASE", "short");
        refused("too short", "person", "enrol", "--name", "bert");
        assertThat(run("person", "list").out()).contains("anna", "compliance").doesNotContain("bert");
    }

    @Test
    void keys_areMadeOnce_lookedAfter_andSealedAnew() {
        Ended again = run("keys", "init");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("there is a key state already");

        assertThat(run("keys", "rotate", "--json").json().path("version").asInt())
                .isEqualTo(2);
        assertThat(run("keys", "status").out())
                .contains("Key state version 2, 2 copies, all of them open and equal.")
                .contains("Copy: " + directory.resolve("two"))
                .contains("Sealed by: " + directory.resolve("keks"))
                .contains("Last shred: none yet")
                .contains("No worker holds it.");
    }

    @Test
    void keys_areMovedFromDirectoriesToTheControlDatabase() throws IOException {
        byte[] before =
                KeyStates.store(settings()).current().domainKey("customer.id").getEncoded();
        Path there = Files.writeString(
                directory.resolve("there.yaml"),
                Files.readString(directory.resolve("application.yaml"))
                        .replace(
                                "copies: [one, two], key-encryption-keys: keks",
                                "copies: [control, three], key-encryption-keys: keks-2"));

        Ended moved = run("keys", "move", "--to", there.toString());

        assertThat(moved.out())
                .contains(
                        "Key state version 2 is in:",
                        directory.resolve("keks-2").toString());
        assertThat(run("keys", "status").err()).contains("was moved to another place");
        assertThat(Settings.load(there)
                        .keys()
                        .open()
                        .current()
                        .domainKey("customer.id")
                        .getEncoded())
                .isEqualTo(before);
    }

    @Test
    void theLedger_refusesChanges_andNamesOneThatWasMadeAroundTheRefusal() {
        enrol("anna");
        enrol("bert");
        run("request", "erase", "--subject", "customer:42");
        assertThat(run("ledger", "verify").out()).contains("Intact: 3 entries");
        for (String change : List.of(
                "update storeveil.ledger set kind = 'x'",
                "delete from storeveil.ledger",
                "truncate storeveil.ledger")) {
            assertThatThrownBy(() -> control.sql(change).update()).hasMessageContaining("append-only");
        }
        Path export = directory.resolve("ledger.jsonl");
        assertThat(run("ledger", "export", "--to", export.toString()).code()).isZero();
        assertThat(run("ledger", "verify", "--file", export.toString(), "--head", ledger().head())
                        .code())
                .isZero();
        assertThat(run("ledger", "verify", "--head", "0000").out()).contains("NOT INTACT: no entry has the hash");

        control.sql("alter table storeveil.ledger disable trigger all").update();
        control.sql("update storeveil.ledger set body = replace(body, 'bert', 'carl') where seq = 2")
                .update();

        Ended verified = run("ledger", "verify");
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.out())
                .contains("NOT INTACT: entry 2 is not what was written: altered. 1 entries before it");
    }

    @Test
    void whatARunSealed_isProvenEntryByEntry_andAJournalThatWasChangedIsFound() throws Exception {
        ControlDatabase.open(controlSource());
        StoreSchema.open(settings().store().dataSource());
        control.sql(
                        "insert into storeveil.run (id, store, business_date, attempt, policy_sha256, cutoff, operator, simulate,"
                                + " started_at) values ('shop/1', 'shop', '2026-11-23', 1, '', now(), 'op', false, now())")
                .update();
        store.sql("insert into storeveil.journal (run, step, action, table_name, rule, rows, columns, key_refs)"
                        + " select 'shop/1', 'expire', 'anonymise', 'public.customer', 'r', i, '{email}', '\\x01'"
                        + " from generate_series(1, 5) i")
                .update();
        RunSeal seals = new RunSeal(controlSource(), CLOCK);
        RunSeal.Sealed sealed = seals.seal(settings().store().dataSource(), "shop/1");

        assertThat(seals.seal(settings().store().dataSource(), "shop/1")).isEqualTo(sealed);
        assertThat(sealed.leaves()).isEqualTo(5);
        assertThat(run("ledger", "verify").out()).contains("Intact: 1 entries");
        Path proof = directory.resolve("proof.json");
        assertThat(run("ledger", "prove", "4", "--to", proof.toString()).code()).isZero();
        assertThat(run("ledger", "verify", "--file", proof.toString()).out())
                .contains("Proven: the entry is under the root " + sealed.root());

        store.sql("update storeveil.journal set rows = 1 where id = 3").update();
        assertThat(run("ledger", "verify").out())
                .contains("NOT INTACT: run shop/1: journal entry 3 is not what was sealed: altered");
        store.sql("delete from storeveil.journal where id = 2").update();
        assertThat(run("ledger", "verify").out()).contains("NOT INTACT: run shop/1: journal entry 2 is no longer");
    }

    @Test
    void theLedger_isOneChain_whoeverWritesAtOnce() throws Exception {
        ControlDatabase.open(controlSource());
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            writers.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 10; i++) {
                    ledger().append("test", null, Map.of("i", i));
                }
            }));
        }
        CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

        assertThat(run("ledger", "verify").out()).contains("Intact: 40 entries");
    }

    private void enrol(String name) {
        assertThat(run("person", "enrol", "--name", name).code()).isZero();
    }

    private void refused(String message, String... arguments) {
        Ended ended = run(arguments);
        assertThat(ended.err()).contains(message);
        assertThat(ended.code()).isEqualTo(2);
    }

    private Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        if (arguments.length > 1) {
            all.addAll(List.of("--config", directory.resolve("application.yaml").toString()));
        }
        if (arguments.length > 1 && List.of("erase", "add").contains(arguments[1])) {
            all.addAll(List.of("--policy", directory.resolve("policy.yaml").toString()));
        }
        int code = Main.run(
                new Surroundings(environment, CLOCK, new PrintWriter(out, true), new PrintWriter(err, true)),
                all.toArray(String[]::new));
        everything.append(out.toString()).append(err.toString());
        return new Ended(code, out.toString(), err.toString());
    }

    private List<String> mirrored() {
        return store.sql("select id from storeveil.hold where released_at is null order by id")
                .query(String.class)
                .list();
    }

    private Settings settings() {
        return Settings.load(directory.resolve("application.yaml"));
    }

    private javax.sql.DataSource controlSource() {
        return settings().control().dataSource();
    }

    private RequestRecords requests() {
        return new RequestRecords(controlSource(), CLOCK);
    }

    private PlanRecords plans() {
        return new PlanRecords(controlSource(), CLOCK);
    }

    private Ledger ledger() {
        return new Ledger(controlSource(), CLOCK);
    }
}

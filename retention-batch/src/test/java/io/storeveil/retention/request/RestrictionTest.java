package io.storeveil.retention.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.control.Consents;
import io.storeveil.control.Consents.Answer;
import io.storeveil.control.Database;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.retention.Main;
import io.storeveil.retention.command.Surroundings;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.stores.Connections;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.sweep.Run;
import io.storeveil.retention.sweep.Shop;
import io.storeveil.retention.sweep.SweepContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Restriction of processing from the command line, as the store, a sink's worker and a sweep see it. */
class RestrictionTest {

    private final Path directory;
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private String said = "";
    private Settings.Database control;
    private JdbcClient store;

    RestrictionTest(@TempDir Path directory) {
        this.directory = directory;
        Settings.Database shop = StoreServer.database("restricted");
        control = Shop.control("restricted_control");
        store = JdbcClient.create(Connections.to(shop));
        write(
                "application.yaml",
                """
                storeveil:
                  store: { url: "%s", user: postgres }
                  control: { url: "%s", user: postgres }
                  connect: { source: source, sink: sink }
                  keys: { copies: [one, two], key-encryption-keys: keks }
                """
                        .formatted(shop.url(), control.url()));
        write(
                "policy.yaml",
                """
                policy: storeveil/v1
                store: shop
                controller: { name: Shop, contact: privacy@shop.example }
                time-zone: Europe/Berlin
                categories: { text: [encrypt, redact], key: [pseudonymise, keep] }
                purposes: { contract: { basis: contract, keep: P3Y } }
                subjects: { customer: { table: customer, key: [id], clock: none } }
                tables:
                  customer: { key: [id], purposes: [contract], columns: { id: key, email: text } }
                  orders: { key: [id], owner: { to: customer, on: { customer_id: id } }, columns: { id: key, customer_id: key } }
                  line:
                    key: [id]
                    owner: { to: orders, on: { order_id: id } }
                    columns: { id: key, order_id: key, engraving: text }
                """);
    }

    private void write(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @BeforeEach
    void aShop() {
        store.sql(
                        """
                        create table customer (id bigint primary key, email text);
                        create table orders (id bigint primary key, customer_id bigint references customer);
                        create table line (id bigint primary key, order_id bigint not null references orders, engraving text);
                        insert into customer values (42, 'jo@example.org'), (43, 'mo@example.org');
                        insert into orders values (7, 42), (8, 43);
                        insert into line values (70, 7, 'for Jo'), (80, 8, 'for Mo')""")
                .update();
        assertThat(storeveil("keys", "init")).isZero();
        assertThat(storeveil("person", "enrol", "--name", "ada")).isZero();
    }

    private int storeveil(String... arguments) {
        StringWriter out = new StringWriter();
        now = now.plusSeconds(60);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--config=" + directory.resolve("application.yaml"));
        Surroundings surroundings = new Surroundings(
                Map.of("STOREVEIL_PASSPHRASE", "correct horse battery", "HOME", directory.toString()),
                Clock.fixed(now, ZoneOffset.UTC),
                new PrintWriter(out, true),
                new PrintWriter(out, true));
        int code = Main.run(surroundings, all.toArray(String[]::new));
        said = out.toString();
        return code;
    }

    private JsonNode json() {
        List<String> lines = said.lines().toList();
        return JsonMapper.shared().readTree(lines.get(lines.size() - 1));
    }

    private int restrict(String subject) {
        return storeveil(
                "request",
                "restrict",
                "--subject",
                subject,
                "--ground",
                "Art. 18(1)(a), accuracy",
                "--json",
                "--policy=" + directory.resolve("policy.yaml"));
    }

    private int lift(String id, String told) {
        return storeveil(
                "request",
                "lift",
                id,
                "--told",
                told,
                "--as",
                "ada",
                "--json",
                "--policy=" + directory.resolve("policy.yaml"));
    }

    private Answer atASink(String table, long id) throws SQLException {
        KeyState keys = KeyStates.store(Settings.load(directory.resolve("application.yaml")))
                .current();
        KeyReference reference = keys.reference(new OwnerId(table, List.of(id)));
        try (Consents every = Consents.open(
                new Database(control.url(), "postgres", ""),
                Consents.EVERY_PURPOSE,
                Duration.ofMinutes(1),
                Duration.ZERO)) {
            return every.answer(reference, null);
        }
    }

    private List<String> frozen() {
        return store.sql("select subject_kind || ' ' || subject_key || ', ' || line from storeveil.hold"
                        + " where released_at is null")
                .query(String.class)
                .list();
    }

    @Test
    void aRestrictedPerson_isFrozenInTheStore_andOpensForNoPurpose() throws SQLException {
        assertThat(restrict("customer:42")).isZero();

        assertThat(json().path("state").asString()).isEqualTo("restricted");
        assertThat(frozen()).containsExactly("customer 42, restriction");
        assertThat(atASink("public.customer", 42)).isEqualTo(Answer.NO);
        assertThat(atASink("public.orders", 7))
                .as("the lines of the order are under its key")
                .isEqualTo(Answer.NO);
        assertThat(atASink("public.customer", 43)).isEqualTo(Answer.NOTHING);
        assertThat(atASink("public.orders", 8)).isEqualTo(Answer.NOTHING);
    }

    @Test
    void whatComesLater_isClosedByTheNextSweep_onceAndOnlyThePersons() throws SQLException {
        restrict("customer:42");
        store.sql("insert into orders values (9, 42), (10, 43); insert into line values (90, 9, 'for Jo')")
                .update();
        assertThat(atASink("public.orders", 9)).isEqualTo(Answer.NOTHING);

        new RestrictStep().run(tonight());
        long said = consents();
        new RestrictStep().run(tonight());

        assertThat(atASink("public.orders", 9)).isEqualTo(Answer.NO);
        assertThat(atASink("public.orders", 10)).isEqualTo(Answer.NOTHING);
        assertThat(consents()).isEqualTo(said);
    }

    private long consents() {
        return JdbcClient.create(Connections.to(control))
                .sql("select count(*) from storeveil.consent")
                .query(Long.class)
                .single();
    }

    private SweepContext tonight() {
        Settings settings = Settings.load(directory.resolve("application.yaml"));
        Run run = new Run("shop/2026-11-24/1", "shop", LocalDate.of(2026, 11, 24), 1, now, false);
        Clock clock = Clock.fixed(now.plusSeconds(60), ZoneOffset.UTC);
        new RunRecords(Connections.to(control), clock).begin(run, "policy", "operator");
        return new SweepContext(
                run,
                PolicyLoader.load(directory.resolve("policy.yaml")),
                settings,
                Connections.to(settings.store()),
                Connections.to(control),
                KeyStates.store(settings),
                clock);
    }

    @Test
    void aRestriction_isNeverOverdue_andAPersonHasOne() {
        restrict("customer:42");

        assertThat(storeveil("request", "list")).isZero();
        assertThat(said).contains("restrict").doesNotContain("OVERDUE");
        assertThat(restrict("customer:42")).isEqualTo(2);
        assertThat(said).contains("this person is restricted already");
        assertThat(frozen()).hasSize(1);
    }

    @Test
    void aRestriction_isLiftedByAPersonsName_onceTheOtherWasTold() throws SQLException {
        restrict("customer:42");
        String id = json().path("request").asString();

        assertThat(lift(id, "2026-11-24")).isEqualTo(2);
        assertThat(said).contains("--told: is in the future");
        assertThat(lift(id, "2026-11-20")).isZero();

        assertThat(frozen()).isEmpty();
        assertThat(store.sql("select subject_key from storeveil.hold")
                        .query(String.class)
                        .list())
                .as("whom it was about, in the clear")
                .containsExactly("");
        assertThat(atASink("public.customer", 42)).isEqualTo(Answer.YES);
        assertThat(atASink("public.orders", 7)).isEqualTo(Answer.YES);
        assertThat(lift(id, "2026-11-20")).isEqualTo(2);
        storeveil("request", "show", id);
        assertThat(said).contains("lifted; told on 2026-11-20").contains("ada");
    }

    @Test
    void aRestrictionThatCannotBePlacedInTheStore_isNotEnteredEither() {
        storeveil("hold", "list");
        store.sql("alter table storeveil.hold add check (line = 'hold')").update();

        assertThat(restrict("customer:42")).isEqualTo(1);

        assertThat(JdbcClient.create(Connections.to(control))
                        .sql(
                                "select (select count(*) from storeveil.request) + (select count(*) from storeveil.consent)")
                        .query(Long.class)
                        .single())
                .isZero();
    }
}

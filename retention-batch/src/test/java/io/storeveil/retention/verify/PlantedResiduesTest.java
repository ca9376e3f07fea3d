package io.storeveil.retention.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.store.SimulatedStore;
import io.storeveil.retention.sweep.Shop;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.Sweep;
import io.storeveil.retention.sweep.SweepContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One thing is left behind in a store that is otherwise clean, and is found. Each is planted in a transaction that is
 * rolled back, after one real night that has erased customer 1.
 */
class PlantedResiduesTest {

    private static final String EXTRA_TABLES =
            """
              public.visit:
                key: [id, at]
                owner: { to: public.customer, on: { customer_id: id } }
                purposes: [contract]
                clock: [visit.at]
                columns: { id: key, customer_id: key, at: plain, page: { is: plain, at-rest: redact } }
              public.version:
                key: [id]
                owner: { to: public.customer, on: { item_id: id }, when: { item_type: Customer }, cast: text }
                columns: { id: key, item_type: plain, item_id: key, object: { json-like: public.customer } }
            """;
    private static final String EXTRA_SCHEMA =
            """
            alter table customer add profile jsonb, add phone text, add interests text[], add remarks text;
            create table visit (id int, customer_id int references customer (id), at date not null, page text,
                primary key (id, at));
            create index on visit (customer_id);
            create table version (id int primary key, item_type text, item_id text, object text);
            insert into visit values (1, 1, '2026-09-01', 'red shoes'), (2, 2, '2026-09-01', 'blue shoes');
            insert into version values (1, 'Customer', '1', '{"name":"Ann"}'), (2, 'Customer', '2', '{"name":"Bob"}');
            update customer set profile = '{"contact":{"email":"a@x.example"},"theme":"dark"}', interests = '{tea}',
                phone = '+49 171 555-010' || id;
            """;

    /** Made in the night's course: before it, no sweep would begin. */
    private static final String TABLES_OF_NOBODY =
            """
            create extension if not exists hstore;
            create table lead (id int primary key, mail text, seen date);
            create index on lead (mail);
            create table notepad (id int primary key, body text, tags text[], raw bytea, doc xml, extra json);
            insert into lead values (1, 'dora@x.example', '2026-01-01');
            insert into notepad values (1, 'call maryann@x.example or ann@x.example.org', '{bob@x.example}', '\\x00',
                '<a/>', '{}');
            """;

    private static final AtomicInteger RUNS = new AtomicInteger(100);
    private static Shop shop;
    private static Sweep.Outcome night;

    @BeforeAll
    static void aNightThatErasesCustomer1(@TempDir Path directory) throws Exception {
        String policy = Shop.resource("shop.yaml")
                        .replace("identifiers: { email: email }", "identifiers: { email: email, phone: phone }")
                        .replace(
                                "    purposes: [contract]\n    columns: { id: key, email: identity,",
                                "    purposes: [contract]\n"
                                        + "    columns: { id: key, phone: identity, interests: { is: secret },"
                                        + " remarks: plain, profile: { json: { $.contact.email: identity, $.theme: plain } },"
                                        + " email: identity,")
                + EXTRA_TABLES;
        shop = new Shop(
                directory,
                Files.writeString(directory.resolve("policy.yaml"), policy),
                Shop.database("residues"),
                Shop.database("residues_control"));
        shop.sql(Shop.resource("shop.sql"));
        shop.sql(EXTRA_SCHEMA);
        shop.eraseByRequest("R-1", "customer", "1");
        shop.approveEverything();
        night = shop.sweep();
        shop.sql(TABLES_OF_NOBODY);
    }

    @Test
    void aCleanStore_hasNothing() throws Exception {
        assertThat(night.exitCode()).isZero();
        assertThat(findings(night.run().id())).allMatch(finding -> finding.severity() == Severity.INFO);
        assertThat(findings(night.run().id()))
                .extracting(Finding::text)
                .anyMatch(text -> text.startsWith("by identity, 1 erased person was looked for in 10 tables"))
                .anyMatch(text -> text.startsWith("one person's identifiers were searched for through the indexes of"));
        Verification full = full("select 1");
        assertThat(full.residues()).isEmpty();
        assertThat(full.named()).isEmpty();
        assertThat(full.coverage().tables()).hasSize(11);
    }

    /** By identity and by rule, every night; the sweep has failed. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a row | insert into message values (9, null, 1, 'x', '2026-09-02') | public.message: a row of an erased",
                "a row under a row | insert into message values (8, null, 1, 'x', '2026-09-02'), (9, 8, null, 'x', '2026-09-02') | public.message: a row of an erased",
                "a column not nulled | update customer set password_hash = 'h' where id = 1 | public.customer.password_hash: not at rest",
                "a column that no law keeps in a row that it keeps | update orders set ship_name = 'x' where id = 10 | public.orders.ship_name: not at rest",
                "a path inside of JSON | update customer set profile = '{\"contact\":{\"email\":\"x\"}}' where id = 1 | public.customer.profile.$.contact.email: not at rest",
                "a place in JSON that no path names | update customer set profile = '{\"nick\":\"x\"}' where id = 1 | public.customer.profile, at a place that no path",
                "an old version | insert into version values (9, 'Customer', '1', '{}') | public.version: a row of an erased",
                "a row found by text | insert into audit values ('1', 'x', '2026-11-01') | public.audit: a row of an erased",
                "a child of a row that is gone | insert into note values (3, 'order', '11', 'x') | public.note: a row of an erased person is left behind",
                "a row with a key of two columns | insert into visit values (9, 1, '2026-09-01', 'x') | public.visit: a row of an erased",
                "a shared row that nobody uses | insert into address values (1, 'x') | public.address: a row of an erased",
                "a child of a row that is gone, that nobody has seen before | insert into note values (9, 'order', '11', 'x') | public.note: a row of an erased person is left behind",
                "an array not emptied | update customer set interests = '{tea}' where id = 1 | public.customer.interests: not at rest",
                "a row whose time is over by its date alone | insert into orders values (9, null, 'x', 1, 'done', '2010-01-01') | public.orders: 2 rows are over by the dates of rule 'delete public.orders', and the run accounts for",
                "a column that is not at rest though its time is over | update order_line set engraving = 'x' where order_id = 60; update orders set placed_at = '2019-01-01' where id = 60 | rule 'anonymise public.order_line (contract)', and the run accounts for",
                "a row whose time is over | insert into orders values (9, null, 'x', 1, 'done', '2010-01-01') | rule 'delete public.orders' still finds 1 rows",
            })
    void aResidue_failsTheNight(String kind, String plant, String found) throws Exception {
        List<Finding> findings = after(plant);

        assertThat(findings)
                .as(kind)
                .filteredOn(finding -> finding.severity() == Severity.FAILED)
                .anySatisfy(finding -> assertThat(finding.text()).contains(found));
    }

    /** By what the person was called; a person has to say whose it is. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a table that no policy knows | insert into lead values (9, 'ann@x.example', '2026-01-01') | public.lead.mail: an identifier of an erased person stands in 1 row (R-1)",
                "a copy that the history keeps | create table customer_history (id int primary key, changed date, email text); create index on customer_history (email); insert into customer_history values (1, '2026-01-01', 'ann@x.example') | public.customer_history.email: an identifier of an erased person stands in 1 row (R-1)",
                "in capitals | insert into lead values (9, 'ANN@X.EXAMPLE', '2026-01-01') | public.lead.mail: an identifier",
                "a second account | insert into customer (id, email) values (9, 'ann@x.example') | public.customer.email: 1 row of somebody not erased have the same identifier",
            })
    void anIdentifier_isFoundThroughAnIndex(String kind, String plant, String found) throws Exception {
        assertThat(after(plant))
                .as(kind)
                .filteredOn(finding -> finding.severity() == Severity.DECISION)
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.text()).startsWith(found).doesNotContainIgnoringCase("ann@"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "inside of a text | update notepad set body = 'call Ann@X.example.' | public.notepad.body",
                "as a URL spells it | update notepad set body = 'https://x.example/?mail=ann%40x.example&q=1' | public.notepad.body",
                "in another spelling, with spaces | update notepad set body = 'mail ANN @ x.example now' | public.notepad.body",
                "a telephone number in another format | update notepad set body = 'call 0171/555 0101!' | public.notepad.body",
                "a telephone number without its spaces | update notepad set extra = '{\"tel\":[\"0049 (0)171-5550101\"]}' | public.notepad.extra",
                "a key of a map that no policy names | alter table notepad add labels hstore; update notepad set labels = 'contact=>ann@x.example' | public.notepad.labels",
                "a member of JSON that no policy names | alter table notepad add details jsonb; update notepad set details = '{\"a\":{\"ann@x.example\":1}}' | public.notepad.details",
                "a column that the policy calls plain, in a row that the law keeps | update orders set status = 'ask ann@x.example' where id = 10 | public.orders.status",
                "a column that the policy calls plain, in a stub | update customer set remarks = 'ask ann@x.example' where id = 1 | public.customer.remarks",
                "an element of an array | update notepad set tags = '{bob@x.example,Ann@x.example}' | public.notepad.tags",
                "bytes | update notepad set raw = convert_to('to: ann@x.example', 'UTF8') | public.notepad.raw",
                "XML | update notepad set doc = '<mail to=\"ann@x.example\"/>' | public.notepad.doc",
                "JSON, behind a line's end | update notepad set extra = '{\"log\":\"a\\nANN@x.example\"}' | public.notepad.extra",
                "a column that a person's row has, and no policy | alter table customer add remark text; update customer set remark = 'was ann@x.example' where id = 1 | public.customer.remark",
                "another person's row | update message set body = 'from ann@x.example' where id = 200 | public.message.body",
                "a copy in a materialised view | create materialized view mails as select 'ann@x.example' as mail | public.mails.any column",
            })
    void anIdentifier_isFoundInAnyText(String kind, String plant, String place) throws Exception {
        Verification seen = full(plant);

        assertThat(seen.named()).as(kind).singleElement().satisfies(text -> assertThat(text)
                .startsWith(place + ": ")
                .doesNotContainIgnoringCase("ann@"));
    }

    @Test
    void aStubWhoseOrderHasExpiredMeanwhile_isNoResidue() throws Exception {
        assertThat(after("delete from note where item_id = '10'; delete from order_line where order_id = 10;"
                        + " delete from orders where id = 10"))
                .allMatch(finding -> finding.severity() == Severity.INFO)
                .extracting(Finding::text)
                .contains("public.customer: 1 row of erased people, at rest, that nothing refers to any more;"
                        + " retention takes them");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into customer (id, email, name) values (9, 'ann@y.example', 'Ann')",
                "insert into message values (9, null, 2, 'Ann says hello to joann@x.example', '2026-09-02')",
                "update notepad set body = 'call 0171/555 01011, or 55501012'",
                "insert into orders values (9, 2, 'Ann', 1, 'done', '2026-09-02')",
            })
    void whatIsAnothersAndAlike_isNotFound(String plant) throws Exception {
        Verification seen = full(plant);

        assertThat(seen.residues()).isEmpty();
        assertThat(seen.named()).isEmpty();
    }

    @Test
    void aKeyThatIsCalledDestroyed_andStillOpens_failsTheNight() throws Exception {
        JdbcClient control = JdbcClient.create(shop.control);
        control.sql("insert into storeveil.shred values (?, 1000000, 1, 1, now())")
                .param(night.run().id())
                .update();

        List<Finding> findings = after("select 1");

        control.sql("delete from storeveil.shred").update();
        assertThat(findings)
                .filteredOn(finding -> finding.severity() == Severity.FAILED)
                .singleElement()
                .satisfies(finding -> assertThat(finding.text())
                        .contains("keys of erased people are called destroyed, and still open"));
    }

    @Test
    void whatIsRemembered_isNotReadableInTheControlDatabase() {
        assertThat(JdbcClient.create(shop.control)
                        .sql("select encode(sealed, 'escape') from storeveil.trace")
                        .query(String.class)
                        .single())
                .doesNotContain("ann@", "customer", "email");
    }

    private static List<Finding> after(String plant) throws Exception {
        try (SimulatedStore store = new SimulatedStore(shop.store)) {
            plant(store, plant);
            SweepContext context = shop.context(store, RUNS.incrementAndGet());
            shop.records().counts(night.run().id()).forEach(count -> shop.records()
                    .count(context.run(), count));
            try {
                new VerifyStep(shop).run(context);
            } catch (StepFailed asItShould) {
                assertThat(asItShould).hasMessageStartingWith("something is left that should be gone");
            }
            return findings(context.run().id());
        }
    }

    private static Verification full(String plant) throws Exception {
        try (SimulatedStore store = new SimulatedStore(shop.store)) {
            Connection connection = plant(store, plant);
            Erasure person =
                    shop.due(shop.context(store, RUNS.incrementAndGet())).get(0);
            Remembered remembered = new Traces(shop.control, Clock.systemUTC(), shop.policy.store())
                    .of(shop.keys.current(), person)
                    .orElseThrow();
            return Verification.look(
                    connection,
                    new Ownership(shop.policy, Catalog.read(connection)),
                    new Thresholds(shop.policy, night.run().cutoff()),
                    List.of(person),
                    Map.of("R-1", remembered),
                    Verification.Depth.FULL);
        }
    }

    private static Connection plant(SimulatedStore store, String sql) throws SQLException {
        Connection connection = store.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        connection.commit();
        return connection;
    }

    private static List<Finding> findings(String run) {
        return shop.records().findings(run).stream()
                .filter(finding -> finding.step().equals("verify"))
                .toList();
    }
}

package io.storeveil.retention.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.storeveil.policy.PolicyLoader;
import io.storeveil.retention.check.Finding.Severity;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.stores.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCheckTest {
    private static final String TABLES =
            """
            create table customer(id bigint primary key, email varchar(60) not null unique, born date, seen timestamptz);
            create index on customer (seen);
            create table orders(id bigint primary key, customer_id bigint not null references customer,
                placed timestamptz not null, ship_name varchar(80), status text);
            create index on orders (customer_id);
            create index on orders (placed);
            create index orders_open on orders (customer_id) where status in ('open');
            """;
    private static final String HEAD =
            """
            policy: storeveil/v1
            controller: { name: Shop, contact: privacy@shop.example }
            time-zone: Europe/Berlin
            categories:
              identity: [encrypt, redact]
              birth: [{ generalise: year }, "null"]
              key: [pseudonymise, keep]
              plain: [none, keep]
            purposes:
              contract: { basis: contract, keep: P3Y }
              books: { basis: legal-obligation, reference: "AO s. 147", keep: P8Y, from: end-of-calendar-year }
            """;
    private static final String SUBJECTS =
            """
            subjects:
              customer:
                table: public.customer
                key: [id]
                identifiers: { email: email }
                clock: [customer.seen]
                open: { public.orders: "status in ('open')" }
            """;
    private static final String CUSTOMER =
            """
              public.customer:
                key: [id]
                purposes: [contract]
                columns: { id: key, email: identity, born: birth, seen: plain }
            """;
    private static final String ORDERS =
            """
              public.orders:
                key: [id]
                owner: { to: public.customer, on: { customer_id: id } }
                purposes: [contract]
                clock: [orders.placed]
                columns: { id: key, customer_id: key, placed: plain, ship_name: identity, status: plain }
            """;
    private static final String POLICY = HEAD + SUBJECTS + "tables:\n" + CUSTOMER + ORDERS;

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final EmbeddedPostgres SERVER = StoreServer.running();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void policyThatFits_hasNoFindings() throws Exception {
        assertThat(check(TABLES, POLICY)).isEmpty();
    }

    @Test
    void forgottenTablesAndColumns_areNamed() throws Exception {
        errors(TABLES + "create table note(id int primary key); alter table orders add gift_text varchar(9);", POLICY)
                .extracting(Finding::where)
                .containsExactlyInAnyOrder("public.note", "public.orders.gift_text");
    }

    @Test
    void tablesAndColumnsThatDoNotExist_areNamedWithTheNearestName() throws Exception {
        String policy = POLICY.replace("ship_name: identity", "ship_nam: identity")
                + "  public.custumer:\n    columns: { id: plain }\n";
        errors(TABLES, policy)
                .extracting(Finding::where, Finding::remedy)
                .contains(
                        tuple("public.orders.ship_nam", "did you mean ship_name?"),
                        tuple("public.custumer", "did you mean public.customer?"));
    }

    @Test
    void valuesThatNoTokenCanBeMadeOf_areCountedAndNotShown() throws Exception {
        String ddl = TABLES + "alter table customer add phone char(14), add loyalty varchar(5), add hotline citext;"
                + "insert into customer (id, email, phone, hotline) values (1, 'a', '+49 30 1234567', '123456'),"
                + " (2, 'b', '12345', 'FREECALL'), (3, 'c', null, null), (4, 'd', 'canary 1234567', '1234567');";
        String policy = POLICY.replace("seen: plain }", "seen: plain, phone: phone, loyalty: card, hotline: card }")
                .replace(
                        "purposes:\n  contract:",
                        "  phone: [{ tokenise: { alphabet: digits, keep: \"+ \" } }, keep]\n"
                                + "  card: [{ tokenise: { alphabet: digits } }, keep]\npurposes:\n  contract:");
        errors("create extension citext; " + ddl, policy)
                .extracting(Finding::where, Finding::what)
                .containsExactlyInAnyOrder(
                        tuple(
                                "public.customer.phone",
                                "2 of its values are not what 'tokenise: {alphabet: digits, keep: \"+ \"}' is made for"),
                        tuple(
                                "public.customer.hotline",
                                "1 of its values are not what 'tokenise: {alphabet: digits}' is made for"),
                        tuple(
                                "public.customer.loyalty",
                                "'tokenise' cannot take a column of type character varying(5)"));
    }

    @Test
    void aBucketNoWiderThanTheLastDigit_isRefused() throws Exception {
        String ddl = TABLES + "alter table customer add points numeric(6,0), add credit numeric(6,2);";
        String policy = POLICY.replace("seen: plain }", "seen: plain, points: half, credit: half }")
                .replace(
                        "purposes:\n  contract:",
                        "  half: [{ generalise: { bucket: 0.5 } }, keep]\n" + "purposes:\n  contract:");
        errors(ddl, policy)
                .extracting(Finding::where, Finding::what)
                .containsExactly(tuple(
                        "public.customer.points",
                        "'generalise: {bucket: 0.5}' leaves the values of a column of type numeric(6,0) as they are"));
    }

    @Test
    void pathsIntoAColumnWithoutAnInside_areRefused() throws Exception {
        String ddl = TABLES + "alter table customer add points int, add details jsonb, add tags text[], add note text;";
        String paths = "{ json: { $.city: plain, '$.sizes[*]': plain } }";
        String policy = POLICY.replace(
                "seen: plain }",
                "seen: plain, details: " + paths + ", tags: { json: { '$[*]': plain } }, note: " + paths + ", points: "
                        + paths + " }");
        errors(ddl, policy)
                .extracting(Finding::where, Finding::what)
                .containsExactly(tuple(
                        "public.customer.points",
                        "'json:' says what is inside, and a column of type integer has no inside"));
    }

    @Test
    void deterministicCiphertextsOfTwoTypes_doNotJoin() throws Exception {
        String ddl = TABLES + "alter table customer add code numeric; alter table orders add code varchar(40);";
        String policy = POLICY.replace("seen: plain }", "seen: plain, code: code }")
                .replace("status: plain }", "status: plain, code: code }")
                .replace("purposes:\n  contract:", "  code: [encrypt-deterministic, keep]\npurposes:\n  contract:");
        assertThat(check(ddl, policy)).isEmpty();
        errors(ddl, policy.replace("code: code }", "code: { is: code, domain: code } }"))
                .extracting(Finding::where, Finding::what)
                .containsExactly(tuple(
                        "public.orders.code",
                        "'encrypt-deterministic' of a character varying(40) here and of a numeric at public.customer.code are different"
                                + " values, though of one domain: they do not join"));
    }

    @Test
    void everyTypeThatAProtectionCannotTake_isRefusedWithThoseItTakes() throws Exception {
        String ddl = TABLES + "alter table customer add paid boolean, add spent real, add tags text[];";
        String policy = POLICY.replace("seen: plain }", "seen: plain, paid: cut, spent: det, tags: half }")
                .replace(
                        "purposes:\n  contract:",
                        "  cut: [{ truncate: { length: 3 } }, keep]\n"
                                + "  det: [encrypt-deterministic, keep]\n  half: [{ generalise: { bucket: 0.5 } }, keep]\n"
                                + "purposes:\n  contract:");
        errors(ddl, policy)
                .extracting(Finding::where, Finding::remedy)
                .containsExactlyInAnyOrder(
                        tuple(
                                "public.customer.paid",
                                "'truncate: {length: 3}' cannot take boolean; it takes text, bytes"),
                        tuple(
                                "public.customer.spent",
                                "'encrypt-deterministic' cannot take float; it takes boolean, integer, decimal, text,"
                                        + " bytes, date, time, timestamp, instant, uuid"),
                        tuple(
                                "public.customer.tags",
                                "'generalise: {bucket: 0.5}' cannot take other; it takes float, decimal"));
    }

    @Test
    void foreignKeyIntoAPersonsTable_mustBeAccountedFor() throws Exception {
        String ddl =
                TABLES + "alter table orders add payer bigint references customer; create index on orders (payer);";
        errors(ddl, POLICY.replace("status: plain }", "status: plain, payer: key }"))
                .anySatisfy(finding -> {
                    assertThat(finding.where()).isEqualTo("public.orders");
                    assertThat(finding.what()).contains("orders_payer_fkey").contains("neither an owner link");
                })
                .anySatisfy(finding -> assertThat(finding.what()).contains("no longer join"));
        assertThat(check(
                        ddl,
                        POLICY.replace(
                                "status: plain }",
                                "status: plain, payer: { is: key, references: public.customer.id } }")))
                .isEmpty();
    }

    @Test
    void pseudonymOnOneEndOfAForeignKey_isAnError() throws Exception {
        String ddl =
                TABLES + "alter table orders add payer bigint references customer; create index on orders (payer);";
        errors(ddl, POLICY.replace("status: plain }", "status: plain, payer: plain }"))
                .anySatisfy(finding -> {
                    assertThat(finding.where()).isEqualTo("public.orders.payer");
                    assertThat(finding.what()).contains("the clear one tells what the other hides");
                });
    }

    @Test
    void key_mustNameOneRow() throws Exception {
        errors(TABLES, POLICY.replace("    key: [id]\n    owner", "    key: [customer_id]\n    owner"))
                .anySatisfy(finding -> {
                    assertThat(finding.what()).contains("does not name one row");
                    assertThat(finding.remedy()).isEqualTo("key: [id]");
                });
    }

    @Test
    void ownerKeyOfATypeThatStreamAndSweepWriteDifferently_isAnError() throws Exception {
        String device =
                """
                  public.device:
                    key: [serial]
                    purposes: [contract]
                    clock: none
                    columns: { serial: key, note: identity }
                """;
        errors(TABLES + "create table device(serial bytea primary key, note text);", POLICY + device)
                .anySatisfy(finding -> {
                    assertThat(finding.where()).isEqualTo("public.device.serial");
                    assertThat(finding.what()).contains("type bytea cannot name the owner");
                });
    }

    @Test
    void keyThatCollapses_isAnError() throws Exception {
        String policy = POLICY.replace("    key: [id]\n    owner", "    key: none\n    owner")
                .replace(
                        "columns: { id: key, customer_id",
                        "columns: { id: { is: plain, in-stream: redact }, customer_id");
        errors(TABLES, policy)
                .anySatisfy(finding -> assertThat(finding.what()).contains("gives different rows the same name"));
    }

    @Test
    void publishedTableWithoutIdentity_isAnError_andPartitionsMustGoByTheirRoot() throws Exception {
        String ddl = TABLES
                + """
                create table visit(at date not null, note varchar(9)) partition by range (at);
                create table visit_1 partition of visit for values from ('2025-01-01') to ('2026-01-01');
                create publication p for table visit;
                """;
        errors(ddl, POLICY + "  public.visit:\n    columns: { at: plain, note: plain }\n")
                .anySatisfy(finding -> {
                    assertThat(finding.what()).contains("PostgreSQL refuses its updates and deletes");
                    assertThat(finding.remedy()).contains("ALTER TABLE \"public\".\"visit\" REPLICA IDENTITY FULL");
                })
                .anySatisfy(finding -> assertThat(finding.remedy())
                        .isEqualTo("ALTER PUBLICATION \"p\" SET (publish_via_partition_root = true)"));
    }

    /** By columns, by another column, by no range, not at all; and dated by two columns, or by its owner. */
    @Test
    void partitionsThatAreNotRangesOfTheClock_areNeverDropped_andIsSaid() throws Exception {
        assertThat(dropping("partition by range (logged)", "clock: [visit.at]"))
                .containsExactly("'partitions: drop', but it is partitioned by RANGE (logged), and its clock is"
                        + " public.visit.at: its rows are deleted instead, and no partition is ever dropped");
        assertThat(dropping("partition by list (shop)", "clock: [visit.at]"))
                .containsExactly("'partitions: drop', but it is partitioned by LIST (shop), and its clock is"
                        + " public.visit.at: its rows are deleted instead, and no partition is ever dropped");
        assertThat(dropping("partition by hash (at)", "clock: [visit.at]"))
                .singleElement()
                .asString()
                .contains("it is partitioned by HASH (at), and its clock is");
        assertThat(dropping("partition by range (at, shop)", "clock: [visit.at]"))
                .singleElement()
                .asString()
                .contains("it is partitioned by RANGE (at, shop), and its clock is");
        assertThat(dropping("", "clock: [visit.at]"))
                .singleElement()
                .asString()
                .contains("it is not partitioned, and its clock is public.visit.at: its rows are deleted instead");
        assertThat(dropping("partition by range (at)", "clock: [visit.at, visit.logged]"))
                .singleElement()
                .asString()
                .contains("RANGE (at), and its clock is public.visit.at, public.visit.logged: its rows are deleted");
        assertThat(dropping("partition by range (at)", "owner: { to: public.customer, on: { customer_id: id } }"))
                .singleElement()
                .asString()
                .contains("RANGE (at), and has no clock of its own: its rows are deleted");
    }

    @Test
    void partitionsThatAreRangesOfTheClock_atWhateverLevel_areDropped() throws Exception {
        assertThat(dropping("partition by range (at)", "clock: [visit.at]")).isEmpty();
        assertThat(dropping(
                        "partition by list (shop); create table visit_eu partition of visit for values in ('eu')"
                                + " partition by range (at)",
                        "clock: [visit.at]"))
                .isEmpty();
    }

    private List<String> dropping(String partitioned, String dated) throws Exception {
        String table =
                "create table visit(customer_id bigint, at date not null, logged timestamptz not null, shop text)";
        return check(
                        TABLES + table + " " + partitioned + ";\n",
                        POLICY + "  public.visit:\n    purposes: [contract]\n    " + dated
                                + "\n    partitions: drop\n"
                                + "    columns: { customer_id: key, at: plain, logged: plain, shop: plain }\n")
                .stream()
                .filter(finding -> finding.where().equals("public.visit"))
                .map(Finding::what)
                .filter(what -> what.startsWith("'partitions"))
                .toList();
    }

    @Test
    void notNull_generated_andUniqueThatTheAtRestValueBreaks_areErrors() throws Exception {
        String ddl = TABLES
                + """
                create type mood as enum ('fair', 'foul');
                alter table customer add nick varchar(10) unique, add code int unique not null, add badge int unique, add feeling mood,
                    add pin int not null, add shout text generated always as (upper(email)) stored;
                """;
        String more = "seen: plain, nick: identity, code: identity, badge: identity, feeling: identity,"
                + " pin: { is: identity, at-rest: \"null\" }, shout: identity }";
        List<Finding> findings = check(ddl, POLICY.replace("seen: plain }", more));

        assertThat(findings)
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .extracting(Finding::where)
                .containsExactlyInAnyOrder("public.customer.code", "public.customer.pin", "public.customer.shout");
        assertThat(findings)
                .filteredOn(finding -> finding.severity() == Severity.WARNING)
                .extracting(Finding::where)
                .contains("public.customer.nick");
    }

    @Test
    void checkConstraint_isTriedWithTheAtRestValue() throws Exception {
        String ddl = TABLES + "alter table customer add constraint has_at check (email like '%@%');";
        errors(ddl, POLICY).singleElement().satisfies(finding -> {
            assertThat(finding.where()).isEqualTo("public.customer.email");
            assertThat(finding.what()).contains("has_at");
        });
        assertThat(check(ddl, POLICY.replace("email: identity", "email: { is: identity, at-rest: keep }")))
                .isEmpty();
    }

    @Test
    void checkConstraintOverOtherColumns_isTriedOnRows_andOnlyWarnsWithoutAny() throws Exception {
        String ddl = TABLES + "alter table orders add constraint c check (ship_name <> status);";
        assertThat(check(ddl, POLICY)).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.what()).contains("no rows");
        });
        errors(
                        ddl
                                + "insert into customer values (1, 'a@b.example'); "
                                + "insert into orders values (1, 1, now(), 'Ann', 'redacted');",
                        POLICY)
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("check c does not allow"));
    }

    @Test
    void checkThatMeetsClearValues_neverRepeatsThem() throws Exception {
        String ddl = TABLES + "create function canary(t text) returns boolean language plpgsql as"
                + " $$ begin raise exception 'CANARY-%', t; end $$;"
                + "insert into customer values (1, 'CANARY@b.example'); insert into orders values (1, 1, now(), 'x');"
                + "alter table orders add constraint c check (canary(ship_name || status)) not valid;";
        assertThat(check(ddl, POLICY)).isNotEmpty().noneMatch(finding -> finding.toString()
                .contains("CANARY"));
    }

    @Test
    void cascades_triggers_andMissingIndexes_areWarnings() throws Exception {
        String ddl = TABLES
                + """
                create table "Order Line"("Id" int primary key, order_id bigint not null references orders on delete cascade);
                create function f() returns trigger language plpgsql as 'begin return new; end';
                create trigger touched before update on orders for each row execute function f();
                """;
        String policy = POLICY
                + """
                  'public."Order Line"':
                    key: [Id]
                    owner: { to: public.orders, on: { order_id: id } }
                    columns: { Id: key, order_id: key }
                """;
        assertThat(check(ddl, policy))
                .allMatch(finding -> finding.severity() == Severity.WARNING)
                .anySatisfy(finding -> assertThat(finding.what()).startsWith("ON DELETE CASCADE"))
                .anySatisfy(finding -> assertThat(finding.what()).contains("touched"))
                .anySatisfy(finding -> assertThat(finding.remedy())
                        .isEqualTo("CREATE INDEX CONCURRENTLY ON \"public\".\"Order Line\" (\"order_id\")"));
    }

    @Test
    void openContracts_needAnIndexOfTheirOwn() throws Exception {
        assertThat(check(TABLES + "drop index orders_open;", POLICY))
                .singleElement()
                .satisfies(finding -> assertThat(finding.remedy())
                        .isEqualTo("CREATE INDEX CONCURRENTLY ON \"public\".\"orders\" (\"customer_id\")"
                                + " WHERE status in ('open')"));
    }

    @Test
    void whenAPersonCameToBe_mustBeADate_thatIsThere_andStays() throws Exception {
        String created = "    identifiers: { email: email }\n    created: ";
        assertThat(check(TABLES, POLICY.replace("    identifiers: { email: email }", created + "seen")))
                .isEmpty();
        errors(TABLES, POLICY.replace("    identifiers: { email: email }", created + "email"))
                .anySatisfy(finding -> assertThat(finding.what()).contains("created must be a date or a timestamp"))
                .anySatisfy(finding -> assertThat(finding.what()).contains("would be changed at rest"));
        errors(TABLES, POLICY.replace("    identifiers: { email: email }", created + "born"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("would be changed at rest"));
    }

    @Test
    void clocksThatAreNoDates_linksThatDoNotCompare_andConditionsThatDoNotParse_areErrors() throws Exception {
        String ddl = TABLES
                + "create table version(id int primary key, item_id text);"
                + "create index on version (item_id);";
        String policy = POLICY.replace("clock: [orders.placed]", "clock: [orders.status]")
                        .replace("status in ('open')", "stat in ('open')")
                + """
                  public.version:
                    key: [id]
                    owner: { to: public.customer, on: { item_id: id } }
                    columns: { id: key, item_id: key }
                """;
        errors(ddl, policy)
                .anySatisfy(finding -> assertThat(finding.what()).contains("a clock must be a date"))
                .anySatisfy(finding -> assertThat(finding.what()).contains("no such column"))
                .anySatisfy(finding -> assertThat(finding.remedy()).contains("cast: text"));
    }

    @Test
    void aKeyThatTheStreamSpellsOtherwise_isRefused_andInTheClearAWarning() throws Exception {
        String visits =
                "create table visit(at %s, customer_id bigint references customer, primary key (customer_id, at));";
        String visit =
                """
                  visit:
                    key: [customer_id, at]
                    owner: { to: public.customer, on: { customer_id: id } }
                    columns: { customer_id: key, at: %s }
                """;
        errors(TABLES + visits.formatted("timetz"), POLICY + visit.formatted("key"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.toString())
                        .contains("visit.at", "does not know what the stream calls a row by a key of type time")
                        .contains("timestamp columns, and enums"));
        String calls = "create table call(customer_id bigint references customer, a boolean, b bytea, c time,"
                + " d timestamptz, e timestamp, f date, g numeric, primary key (customer_id, a, b, c, d, e, f, g));";
        String call =
                """
                  call:
                    key: [customer_id, a, b, c, d, e, f, g]
                    owner: { to: public.customer, on: { customer_id: id } }
                    columns: { customer_id: key, a: key, b: key, c: key, d: key, e: key, f: key, g: key }
                """;
        errors(TABLES + calls, POLICY + call).isEmpty();
        assertThat(check(TABLES + visits.formatted("date"), POLICY + visit.formatted("plain")))
                .filteredOn(finding -> finding.what().contains("what the stream calls a row"))
                .singleElement()
                .extracting(Finding::severity)
                .isEqualTo(Severity.WARNING);
        assertThat(check(TABLES + visits.formatted("boolean"), POLICY + visit.formatted("plain")))
                .noneMatch(finding -> finding.what().contains("what the stream calls a row"));
    }

    @Test
    void anArrayOfACompositeType_doesNotArrive_andHasNoInside() throws Exception {
        String walk = "create type spot as (x int, y int); create type mood as enum ('fine');"
                + " create table walk(id bigint primary key, spots spot[], moods mood[]);";
        String columns =
                "  walk: { key: [id], purposes: [contract], clock: none, columns: { id: key, spots: %s, moods: identity } }\n";
        assertThat(check(TABLES + walk, POLICY + columns.formatted("identity")))
                .filteredOn(finding -> finding.where().contains("walk.spots"))
                .singleElement()
                .extracting(Finding::toString)
                .asString()
                .startsWith("warning: public.walk.spots: Debezium leaves a column of type spot[] out");
        errors(TABLES + walk, POLICY + columns.formatted("{ json: { \"$[*].x\": plain } }"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("spot[] has no inside"));
    }

    @Test
    void legalObligationOnAnEncryptedColumn_andLongValues_areWarnings() throws Exception {
        String policy = POLICY.replace("ship_name: identity", "ship_name: { is: identity, for: [books] }")
                .replace("status: plain", "status: identity");
        assertThat(check(TABLES, policy))
                .allMatch(finding -> finding.severity() == Severity.WARNING)
                .anySatisfy(finding -> assertThat(finding.what()).contains("AO s. 147"))
                .anySatisfy(finding -> assertThat(finding.remedy()).contains("REPLICA IDENTITY FULL"));
    }

    @Test
    void theDatabaseIsUnchanged_andTheConnectionUsable() throws Exception {
        try (Connection connection = database(TABLES)) {
            PolicyCheck.check(PolicyLoader.load(file(POLICY)), connection, CaptureModes.defaults());
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.isReadOnly()).isFalse();
            try (Statement statement = connection.createStatement()) {
                statement.execute("insert into customer values (7, 'x@y.example')");
            }
        }
    }

    private ListAssert<Finding> errors(String ddl, String policy) throws Exception {
        return assertThat(check(ddl, policy).stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList());
    }

    private List<Finding> check(String ddl, String policy) throws Exception {
        try (Connection connection = database(ddl)) {
            return PolicyCheck.check(PolicyLoader.load(file(policy)), connection, CaptureModes.defaults());
        }
    }

    private Path file(String policy) throws IOException {
        return Files.writeString(folder.resolve("policy-" + DATABASES.incrementAndGet() + ".yaml"), policy);
    }

    private static Connection database(String ddl) throws Exception {
        Connection connection =
                Stores.empty(SERVER, "d" + DATABASES.incrementAndGet()).getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute(ddl);
        }
        return connection;
    }
}

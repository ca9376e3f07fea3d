package io.storeveil.retention.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.storeveil.policy.TableName;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.stores.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CatalogTest {
    private static final String SCHEMA =
            """
            create schema "Sales";
            create schema storeveil;
            create table storeveil.journal(id int primary key);
            create type mood as enum ('fair', 'foul');
            create domain short_text as varchar(12) not null check (value <> '');
            create domain shorter_text as short_text check (length(value) < 9);
            create table customer(
                id bigint generated always as identity primary key,
                email varchar(60) not null unique,
                email_lower text generated always as (lower(email)) stored,
                feeling mood, nick shorter_text, tags text[], note text default 'none',
                born date, check (born > date '1900-01-01'));
            create unique index customer_lower on customer (lower(nick), born);
            create table "Sales"."Order Line"(
                "Order Id" int, pos int, customer bigint references customer on delete set null deferrable,
                primary key ("Order Id", pos));
            create index partly on "Sales"."Order Line" (customer) where customer > 5;
            create table visit(id int, at timestamptz not null, customer_id bigint references customer on delete cascade,
                note text, primary key (id, at)) partition by range (at);
            create table visit_2025 partition of visit for values from ('2025-01-01') to ('2026-01-01')
                partition by range (id);
            create table visit_2025_low partition of visit_2025 for values from (0) to (100);
            alter table visit_2025_low replica identity full;
            alter table visit_2025_low alter note set not null, add unique (note), add check (note <> ''),
                add foreign key (id) references customer (id);
            create table complaint(note text references visit_2025_low (note));
            create unlogged table scratch(x int);
            create view seen as select * from visit;
            create materialized view counted as select count(*) from visit;
            create function touch() returns trigger language plpgsql as 'begin return new; end';
            create trigger touched before insert or update on customer for each row execute function touch();
            create publication roots for table visit, customer with (publish_via_partition_root = true);
            create publication leaves for table visit;
            """;
    private static final TableName CUSTOMER = new TableName("public", "customer");
    private static final TableName COMPLAINT = new TableName("public", "complaint");
    private static final TableName VISIT = new TableName("public", "visit");
    private static final TableName LINE = new TableName("Sales", "Order Line");

    private static final EmbeddedPostgres SERVER = StoreServer.running();
    private static Catalog catalog;

    @BeforeAll
    static void readsTheCatalog() throws IOException, SQLException {
        try (Connection connection = Stores.empty(SERVER, "catalog").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(SCHEMA);
            catalog = Catalog.read(connection);
        }
    }

    @Test
    void tables_areThoseOfTheStore_partitionsUnderTheirRoot() {
        assertThat(catalog.tables().keySet())
                .containsExactly(LINE, COMPLAINT, CUSTOMER, new TableName("public", "scratch"), VISIT);
        assertThat(catalog.materializedViews()).containsExactly(new TableName("public", "counted"));
        assertThat(table(VISIT).partitions())
                .containsExactly(
                        new Partition(new TableName("public", "visit_2025"), false, ReplicaIdentity.DEFAULT),
                        new Partition(new TableName("public", "visit_2025_low"), true, ReplicaIdentity.FULL));
        assertThat(table(new TableName("public", "scratch")).logged()).isFalse();
        assertThat(catalog.serverVersion()).isBetween(130_000, 190_000);
    }

    @Test
    void columns_tellTypeLengthAndWhoWritesThem() {
        assertThat(column("email"))
                .extracting(
                        CatalogColumn::type, CatalogColumn::baseType, CatalogColumn::length, CatalogColumn::nullable)
                .containsExactly("character varying(60)", "varchar", 60, false);
        assertThat(column("id").identity()).isTrue();
        assertThat(column("email_lower").generated()).isTrue();
        assertThat(column("feeling").enumLabels()).containsExactly("fair", "foul");
        assertThat(column("tags").category()).isEqualTo('A');
        assertThat(column("note").defaultValue()).contains("none");
        assertThat(column("note").mayToast()).isTrue();
        assertThat(column("born").datesRows()).isTrue();
    }

    @Test
    void domains_areFollowedDownToTheirType() {
        CatalogColumn nick = column("nick");
        assertThat(nick.baseType()).isEqualTo("varchar");
        assertThat(nick.length()).isEqualTo(12);
        assertThat(nick.nullable()).isFalse();
        assertThat(nick.domain()).isEqualTo("shorter_text");
        assertThat(nick.domainChecks()).hasSize(2);
    }

    @Test
    void constraints_areReadWithTheirColumnsInOrder() {
        assertThat(table(LINE).primaryKey()).containsExactly("Order Id", "pos");
        assertThat(table(CUSTOMER).uniqueKeys())
                .containsExactlyInAnyOrder(
                        new UniqueKey("customer_email_key", List.of("email")),
                        new UniqueKey("customer_lower", List.of("born")));
        assertThat(table(CUSTOMER).checks()).singleElement().satisfies(check -> {
            assertThat(check.columns()).containsExactly("born");
            assertThat(check.expression()).contains("born >");
        });
    }

    @Test
    void foreignKeys_areFoundFromBothEnds_onceForAllPartitions() {
        assertThat(catalog.foreignKeysInto(CUSTOMER))
                .extracting(ForeignKey::table, ForeignKey::pairs, ForeignKey::onDelete, ForeignKey::deferrable)
                .containsExactlyInAnyOrder(
                        tuple(LINE, Map.of("customer", "id"), ForeignKey.OnDelete.SET_NULL, true),
                        tuple(VISIT, Map.of("customer_id", "id"), ForeignKey.OnDelete.CASCADE, false),
                        tuple(VISIT, Map.of("id", "id"), ForeignKey.OnDelete.NO_ACTION, false));
    }

    @Test
    void whatAPartitionAsksOfItsRows_isAskedOfItsRoot() {
        assertThat(table(VISIT).uniqueKeys()).extracting(UniqueKey::columns).containsExactly(List.of("note"));
        assertThat(table(VISIT).checks()).extracting(check -> check.columns()).containsExactly(List.of("note"));
        assertThat(table(VISIT).column("note").orElseThrow())
                .extracting(CatalogColumn::nullable, CatalogColumn::takesNull)
                .as("some rows have none, and some must have one")
                .containsExactly(true, false);
        assertThat(table(VISIT).foreignKeys())
                .extracting(ForeignKey::columns, ForeignKey::validated)
                .containsExactly(tuple(List.of("customer_id"), true), tuple(List.of("id"), false));
        assertThat(catalog.foreignKeysInto(VISIT)).extracting(ForeignKey::table).containsExactly(COMPLAINT);
    }

    @Test
    void indexOn_findsOnlyIndexesThatHoldEveryRow() {
        assertThat(table(LINE).indexOn(List.of("pos", "Order Id"))).isPresent();
        assertThat(table(LINE).indexOn(List.of("customer"))).isEmpty();
        assertThat(table(CUSTOMER).indexOn(List.of("born"))).isEmpty();
    }

    @Test
    void triggers_tellWhatTheyFireOn() {
        assertThat(table(CUSTOMER).triggers())
                .containsExactly(
                        new Trigger("touched", true, true, java.util.Set.of("INSERT", "UPDATE"), "public.touch", true));
    }

    @Test
    void publications_nameRoots_whicheverNameTheyStreamUnder() {
        assertThat(catalog.publicationsOf(VISIT))
                .extracting(Publication::name, Publication::viaPartitionRoot)
                .containsExactlyInAnyOrder(tuple("roots", true), tuple("leaves", false));
        assertThat(catalog.publicationsOf(CUSTOMER)).hasSize(1);
    }

    @Test
    void identityColumns_areThePrimaryKeyUnlessTheTableSaysOtherwise() {
        assertThat(table(LINE).identityColumns()).containsExactly("Order Id", "pos");
        assertThat(table(new TableName("public", "scratch")).identityColumns()).isEmpty();
    }

    private static CatalogTable table(TableName name) {
        return catalog.table(name).orElseThrow();
    }

    private static CatalogColumn column(String name) {
        return catalog.column(CUSTOMER, name).orElseThrow();
    }
}

package io.storeveil.retention.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.check.Finding;
import io.storeveil.retention.check.PolicyCheck;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.stores.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyDraftTest {
    private static final String SCHEMA =
            """
            create schema "Vertrieb";
            create type kundenart as enum ('privat', 'firma');
            create table address(id int primary key, street text not null, city varchar(40), "on" boolean);
            create table mitarbeiter(id int primary key, name varchar(40) not null, chef int references mitarbeiter);
            create table "Vertrieb"."Kunden"(
                "KundenNr" bigint primary key, "Vorname" varchar(30), "Nachname" varchar(30) not null,
                "EMail" varchar(20) unique, "Geburtsdatum" date not null, "Passwort" varchar(99) not null,
                "Art" kundenart, "Notiz: intern" jsonb, "Bild" bytea, anschrift_id int references address,
                "betreut von" int references mitarbeiter, letzter_login timestamptz,
                angelegt_am timestamptz not null);
            create table bestellung(
                id uuid primary key, kunde bigint not null references "Vertrieb"."Kunden",
                created_by int references mitarbeiter, bestelldatum date, faellig_am date, lieferstrasse text, status text);
            create table bestellposition(bestellung_id uuid references bestellung, pos int, artikel_id int,
                gravur varchar(80), primary key (bestellung_id, pos));
            create table profil(id bigint primary key references "Vertrieb"."Kunden", tags text[], "null" text);
            create table artikel(id int primary key, bezeichnung text, preis numeric);
            alter table bestellposition add foreign key (artikel_id) references artikel;
            create table "we""ird.table"("a: b" int, "#x" text);
            """;
    private static final EmbeddedPostgres SERVER = StoreServer.running();
    private static Connection connection;
    private static Catalog catalog;
    private static String draft;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @BeforeAll
    static void draftsAPolicy() throws IOException, SQLException {
        connection = Stores.empty(SERVER, "draft").getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute(SCHEMA);
        }
        catalog = Catalog.read(connection);
        draft = PolicyDraft.of(catalog, "laden", ZoneId.of("Europe/Berlin"));
    }

    @AfterAll
    static void closes() throws SQLException {
        connection.close();
    }

    @Test
    void draft_loads_andHasNoErrorsAgainstItsDatabase() throws Exception {
        assertThat(PolicyCheck.check(policy(), catalog, connection))
                .noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }

    @Test
    void subjects_areGuessedFromNames_inTheLanguageOfTheStore() {
        Policy policy = policy();
        assertThat(policy.subjects()).containsOnlyKeys("kunden", "mitarbeiter");
        assertThat(policy.subjects().get("kunden"))
                .satisfies(kind -> assertThat(kind.identifiers()).containsValue("EMail"))
                .satisfies(kind -> assertThat(kind.created()).isEqualTo("angelegt_am"));
        assertThat(policy.subjects().get("mitarbeiter"))
                .satisfies(kind -> assertThat(kind.created()).isNull());
    }

    @Test
    void owners_followForeignKeysOverLevels_butNotToThoseWhoHandledTheRow() {
        Policy policy = policy();
        assertThat(table(policy, table("bestellung")).owners())
                .singleElement()
                .satisfies(owner -> assertThat(owner.to()).isEqualTo(new TableName("Vertrieb", "Kunden")));
        assertThat(table(policy, table("bestellposition")).owners())
                .singleElement()
                .satisfies(owner -> assertThat(owner.to()).isEqualTo(table("bestellung")));
        assertThat(table(policy, table("profil")).owners()).hasSize(1);
        assertThat(table(policy, table("artikel")).owners()).isEmpty();
    }

    @Test
    void rowsThatSeveralReferTo_areShared() {
        assertThat(table(policy(), table("address")).shared()).isTrue();
    }

    @Test
    void categories_areGuessedFromNamesAndTypes() {
        assertThat(category(new TableName("Vertrieb", "Kunden"), "Nachname")).isEqualTo("identity");
        assertThat(category(new TableName("Vertrieb", "Kunden"), "EMail")).isEqualTo("contact");
        assertThat(category(new TableName("Vertrieb", "Kunden"), "Geburtsdatum"))
                .isEqualTo("birth");
        assertThat(category(new TableName("Vertrieb", "Kunden"), "Passwort")).isEqualTo("secret");
        assertThat(category(new TableName("Vertrieb", "Kunden"), "Art")).isEqualTo("plain");
        assertThat(category(new TableName("Vertrieb", "Kunden"), "Notiz: intern"))
                .isEqualTo("content");
        assertThat(category(table("bestellung"), "lieferstrasse")).isIn("contact", "content");
        assertThat(category(table("bestellposition"), "gravur")).isEqualTo("content");
        assertThat(category(table("artikel"), "preis")).isEqualTo("plain");
    }

    @Test
    void clocks_areDatesOfEvents_notOfBirthOrDeadlines() {
        assertThat(table(policy(), table("bestellung")).clock())
                .singleElement()
                .satisfies(clock -> assertThat(clock.column()).isEqualTo("bestelldatum"));
    }

    @Test
    void sameDatabase_givesTheSameText() {
        assertThat(PolicyDraft.of(catalog, "laden", ZoneId.of("Europe/Berlin"))).isEqualTo(draft);
    }

    private static Policy policy() {
        try {
            return PolicyLoader.load(Files.writeString(folder.resolve("draft.yaml"), draft));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String category(TableName table, String column) {
        Column found = table(policy(), table).columns().get(column);
        return found == null ? "none" : found.category();
    }

    private static Table table(Policy policy, TableName name) {
        return policy.table(name).orElseThrow();
    }

    private static TableName table(String name) {
        return new TableName("public", name);
    }
}

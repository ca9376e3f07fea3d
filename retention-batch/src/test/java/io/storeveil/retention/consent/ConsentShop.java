package io.storeveil.retention.consent;

import io.storeveil.keys.KeyState;
import io.storeveil.retention.Main;
import io.storeveil.retention.command.Surroundings;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.stores.Connections;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A small shop whose customers have a say, with its control database and keys, used as from a terminal. */
final class ConsentShop {

    static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    static final String WORDING = "ab".repeat(32);

    /** How a command ended. */
    record Ended(int code, String out, String err) {

        JsonNode json() {
            List<String> lines = out.lines().toList();
            return JsonMapper.shared().readTree(lines.get(lines.size() - 1));
        }
    }

    final JdbcClient store;
    final JdbcClient control;
    private final Path directory;
    private Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

    private ConsentShop(JdbcClient store, JdbcClient control, Path directory) {
        this.store = store;
        this.control = control;
        this.directory = directory;
    }

    static ConsentShop open(EmbeddedPostgres postgres, String name, Path directory) throws IOException {
        JdbcClient admin = kept(postgres, "postgres");
        admin.sql("create database " + name).update();
        admin.sql("create database " + name + "_control").update();
        ConsentShop shop = new ConsentShop(kept(postgres, name), kept(postgres, name + "_control"), directory);
        shop.store
                .sql(
                        """
                        create table customer (id bigint primary key, email text not null, interests text,
                            changed_at timestamptz not null default now());
                        create table orders (id bigint primary key, customer_id bigint references customer, gift_note text,
                            placed_at timestamptz not null default now());
                        insert into customer (id, email, interests) values (42, 'jo@example.org', 'sailing'),
                            (43, 'flo@example.org', 'chess');
                        insert into orders (id, customer_id, gift_note) values (1, 42, 'for mum'), (2, 43, 'for dad'),
                            (3, null, 'a guest');""")
                .update();
        Files.writeString(
                directory.resolve("policy.yaml"),
                """
                policy: storeveil/v1
                store: shop
                controller: { name: Shop, contact: privacy@shop.example }
                time-zone: Europe/Berlin
                categories: { contact: [encrypt, redact], key: [pseudonymise, keep], plain: [none, keep] }
                purposes:
                  contract:  { basis: contract, keep: P3Y }
                  marketing: { basis: consent, keep: P2Y }
                  profiling: { basis: legitimate-interests, opt-out: objection, keep: P2Y }
                  ads:       { basis: legitimate-interests, opt-out: sale-or-sharing, keep: P2Y }
                subjects: { customer: { table: customer, key: [id], identifiers: { email: email } } }
                tables:
                  customer:
                    key: [id]
                    purposes: [contract]
                    clock: none
                    columns:
                      id: key
                      email: { is: contact, for: [contract, ads] }
                      interests: { is: contact, for: [marketing, profiling] }
                      changed_at: plain
                  orders:
                    key: [id]
                    owner: { to: customer, on: { customer_id: id } }
                    columns: { id: key, customer_id: key, gift_note: { is: contact, for: [marketing] }, placed_at: plain }
                """);
        Files.writeString(
                directory.resolve("application.yaml"),
                """
                storeveil:
                  store: { url: "jdbc:postgresql://localhost:%1$d/%2$s", user: postgres }
                  control: { url: "jdbc:postgresql://localhost:%1$d/%2$s_control", user: postgres }
                  connect: { source: source, sink: sink }
                  keys: { copies: [one, two], key-encryption-keys: keks }
                """
                        .formatted(postgres.getPort(), name));
        shop.run("keys", "init");
        return shop;
    }

    private static JdbcClient kept(EmbeddedPostgres postgres, String database) {
        return JdbcClient.create(Connections.to(postgres.getJdbcUrl("postgres", database), "postgres"));
    }

    void at(Instant now) {
        clock = Clock.fixed(now, ZoneOffset.UTC);
    }

    /** From now on the commands come to the store as a user who may read and write rows, and nothing else. */
    void asClerk() throws IOException {
        // makes the tables of the schema storeveil, which a clerk may not
        run("consent", "resend");
        store.sql(
                        """
                        do $$ begin create role clerk login; exception when duplicate_object then null; end $$;
                        grant usage on schema public, storeveil to clerk;
                        grant select, insert, update, delete on all tables in schema public, storeveil to clerk;""")
                .update();
        Path settings = directory.resolve("application.yaml");
        Files.writeString(
                settings, Files.readString(settings).replaceFirst("(store: .*) user: postgres", "$1 user: clerk"));
    }

    Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--config", directory.resolve("application.yaml").toString()));
        if (List.of("consent", "reveal").contains(arguments[0])) {
            all.addAll(List.of("--policy", directory.resolve("policy.yaml").toString()));
        }
        Surroundings surroundings = new Surroundings(
                Map.of("STOREVEIL_PASSPHRASE", "correct horse battery", "HOME", directory.toString()),
                clock,
                new PrintWriter(out, true),
                new PrintWriter(err, true));
        int code = Main.run(surroundings, all.toArray(String[]::new));
        return new Ended(code, out.toString(), err.toString());
    }

    Path directory() {
        return directory;
    }

    Settings settings() {
        return Settings.load(directory.resolve("application.yaml"));
    }

    KeyState keys() {
        return KeyStates.store(Settings.load(directory.resolve("application.yaml")))
                .current();
    }

    List<String> decisions() {
        return control.sql("select purpose || ' ' || decision from storeveil.consent order by id")
                .query(String.class)
                .list();
    }
}

package io.storeveil.demo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.demo.parts.Sweep;
import io.storeveil.demo.stack.Scene;
import io.storeveil.demo.stack.Stack;
import io.storeveil.demo.stack.Topics;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One protected stream and two sinks: one for a contract, which asks nobody, and one for marketing, which shows the e-mail
 * address of whoever allows it. What people say reaches the second sink's table, and no other; an erasure reaches both.
 */
@ExtendWith(Stack.class)
class RevealIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String BEN = "ben";

    private static final String PURPOSES =
            """
              marketing: { basis: consent, keep: P2Y }
              books: { basis: legal-obligation, reference: AO s. 147, keep: P8Y }
            """;
    /** What the books need of an order stays in the store; a contract's end is the end of it everywhere else. */
    private static final String ORDERS =
            """
              buyer:
                key: [id]
                purposes: [contract]
                columns: { id: key, email: identity, seen_at: plain }
              note:
                key: [id]
                owner: { to: buyer, on: { buyer_id: id } }
                purposes: [contract]
                columns: { id: key, buyer_id: key, body: identity }
              orders:
                key: [id]
                owner: { to: buyer, on: { buyer_id: id } }
                purposes: [books]
                clock: [orders.placed_at]
                columns: { id: key, buyer_id: key, ship_name: { is: identity, for: [contract, books] }, total: plain,
                  placed_at: plain }
            """;

    @BeforeAll
    static void oneStreamAndTwoSinks(Scene scene) throws IOException {
        scene.execute(Policies.TABLES);
        scene.execute(
                "insert into customer values (1, 'ada@store.example', 'Ada', 'x', '2001-01-01Z')",
                "insert into customer values (2, 'ben@store.example', 'Ben', 'x', '2002-01-01Z')",
                "insert into customer values (3, 'cy@store.example', 'Cy', 'x', '2003-01-01Z')");
        scene.execute(
                "create table buyer (id bigint primary key, email text, seen_at timestamptz)",
                "create table note (id bigint primary key, buyer_id bigint references buyer, body text)",
                "create index on note (buyer_id)",
                "create table orders (id bigint primary key, buyer_id bigint not null references buyer, ship_name text,"
                        + " total numeric(9,2), placed_at timestamptz)",
                "create index on orders (buyer_id)",
                "insert into buyer values (1, 'dora@store.example', now()), (2, 'eve@store.example', now())",
                "insert into note values (1, 1, 'ring twice'), (2, 2, 'leave it with the neighbour')",
                "insert into orders values (7, 1, 'Dora Lane', 12.50, now()), (8, 2, 'Eve Hill', 9.90, now())");
        scene.policy(Policies.CUSTOMERS
                .replace("keep: P3Y }", "keep: P3Y }\n" + PURPOSES)
                .replace("email: identity", "email: { is: identity, for: [contract, marketing] }")
                .replace(
                        "tables:\n",
                        "  buyer: { table: buyer, key: [id], clock: [buyer.seen_at] }\ntables:\n" + ORDERS));
        List<Map<String, String>> sinks = List.of(scene.sinkFor("contract"), scene.sinkFor("marketing"));
        scene.start(scene.source(Map.of()));
        say(scene, "granted", 1, 2);
        sinks.forEach(scene::start);
    }

    @Test
    void eachSinkShowsItsPurpose_andThePeoplesLatestWord(Scene scene) throws IOException {
        shows(scene, "marketing", "ada@store.example ben@store.example -");
        contractShows(scene, "ada@store.example ben@store.example cy@store.example");
        assertThat(names(scene, "marketing")).as("are not for marketing").matches("\\S{40,} \\S{40,} \\S{40,}");
        assertThat(names(scene, "contract")).isEqualTo("Ada Ben Cy");

        say(scene, "withdrawn", 1);
        shows(scene, "marketing", "- ben@store.example -");

        say(scene, "granted", 1, 3);
        shows(scene, "marketing", "ada@store.example ben@store.example cy@store.example");
        contractShows(scene, "ada@store.example ben@store.example cy@store.example");

        erase(scene, 2);
        // a stub that is kept, and changes once more
        scene.execute("update customer set seen_at = '2002-06-01Z' where id = 2");
        shows(scene, "marketing", "ada@store.example [erased] cy@store.example");
        contractShows(scene, "ada@store.example [erased] cy@store.example");
        assertThat(names(scene, "contract")).isEqualTo("Ada [erased] Cy");

        scene.execute("delete from customer where id = 3");
        shows(scene, "marketing", "ada@store.example [erased]");
        contractShows(scene, "ada@store.example [erased]");
    }

    @Test
    void whatALawKeepsOfAnErasedPersonStaysInTheStoreAlone_andWhatIsPutBackElsewhereIsFound(Scene scene) {
        String ship = "select string_agg(ship_name || ' ' || total, ' ' order by total desc) from contract.orders";
        scene.await("both orders", () -> scene.warehouse(ship).equals("Dora Lane 12.50 Eve Hill 9.90"));
        scene.await("both notes", () -> scene.warehouse("select count(*) from contract.note")
                .equals("2"));

        String request = erasedByRequest(scene, "buyer:1");

        assertThat(scene.warehouse(ship)).isEqualTo("[erased] 12.50 Eve Hill 9.90");
        assertThat(scene.stored("select ship_name from orders where id = 7")).isEqualTo("Dora Lane");
        assertThat(verified(scene, request)).isEmpty();

        scene.change("update contract.orders set ship_name = 'Dora Lane' where ship_name = '[erased]'");
        assertThat(verified(scene, request))
                .containsExactly("public.orders: 1 rows of erased people can still be read in the warehouse's table"
                        + " contract.orders");

        scene.change("update contract.orders set ship_name = '[erased]' where ship_name = 'Dora Lane'");
        putBackInKafka(scene);
        assertThat(verified(scene, request))
                .contains(
                        "public.note: 1 rows that requests deleted come again behind their delete in the topic "
                                + scene.prefix() + ".public.note",
                        "public.orders: 1 rows of erased people can still be read in the topic " + scene.prefix()
                                + ".public.orders");
    }

    /** A note that was deleted, and a text of somebody else's order under the order of the person who was erased. */
    private static void putBackInKafka(Scene scene) {
        String topic = scene.prefix() + ".public.";
        Topics.Record note = scene.records("note").stream()
                .filter(record -> record.raw() != null
                        && scene.records("note").stream()
                                .anyMatch(other ->
                                        other.raw() == null && other.key().equals(record.key())))
                .findFirst()
                .orElseThrow();
        scene.topics().write(topic + "note", note.rawKey(), new String(note.raw(), StandardCharsets.UTF_8));
        List<Topics.Record> orders = scene.records("orders");
        Topics.Record erased = orders.get(orders.size() - 1);
        String other = orders.stream()
                .filter(record -> !record.key().equals(erased.key()))
                .map(record -> record.value().path("after").path("ship_name").asText())
                .findFirst()
                .orElseThrow();
        scene.topics()
                .write(
                        topic + "orders",
                        erased.rawKey(),
                        new String(erased.raw(), StandardCharsets.UTF_8).replace("[erased]", other));
    }

    /** What the look afterwards has found. */
    private static List<String> verified(Scene scene, String request) {
        Sweep.Ended ended = run(scene, "request", "verify", request, "--policy", policy(scene), "--json");
        List<String> left = new ArrayList<>();
        ended.json().path("left").forEach(sentence -> left.add(sentence.asText()));
        assertThat(ended.exitCode()).as(String.join("\n", ended.output())).isEqualTo(left.isEmpty() ? 0 : 3);
        return left;
    }

    /** By one night's sweep. @return the request */
    private static String erasedByRequest(Scene scene, String subject) {
        String key = scene.folder().resolve("people").resolve(BEN + ".key").toString();
        run(scene, "person", "enrol", "--name", BEN, "--key", key);
        String request = run(
                        scene,
                        "request",
                        "erase",
                        "--policy",
                        policy(scene),
                        "--subject",
                        subject,
                        "--by",
                        "ada",
                        "--json")
                .json()
                .path("request")
                .asText();
        assertThat(run(scene, "request", "approve", request, "--as", BEN, "--key", key)
                        .exitCode())
                .isZero();
        Sweep.Ended night = run(
                scene,
                "sweep",
                "--policy",
                policy(scene),
                "--business-date",
                LocalDate.now(ZoneOffset.UTC).minusDays(1).toString());
        assertThat(night.exitCode())
                .as(String.join("\n", night.output()))
                .as("done, and rules that nobody has approved have only looked")
                .isEqualTo(3);
        return request;
    }

    private static Sweep.Ended run(Scene scene, String... command) {
        return scene.sweep().run(command);
    }

    private static String policy(Scene scene) {
        return scene.folder().resolve("policy.yaml").toString();
    }

    private static void say(Scene scene, String decision, int... customers) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int customer : customers) {
            lines.append(
                    """
                    {"subject": "customer:%d", "purpose": "marketing", "decision": "%s", "at": "%s", "channel": "web",\
                     "notice": "v1", "wording-sha256": "%s"}
                    """
                            .formatted(customer, decision, Instant.now(), "ab".repeat(32)));
        }
        Path file = Files.writeString(scene.folder().resolve("said.jsonl"), lines);
        Sweep.Ended ended = run(scene, "consent", "import", file.toString(), "--policy", policy(scene));
        assertThat(ended.exitCode()).as(String.join("\n", ended.output())).isZero();
    }

    /** As the sweep does it, once the rows are done with. */
    private static void erase(Scene scene, long customer) {
        KeyReference leaf = scene.keys().current().reference(new OwnerId("public.customer", List.of(customer)));
        scene.keys().publish(scene.keys().current().closing(Set.of(leaf)));
        scene.keys().leases().awaitVersion(scene.keys().currentVersion(), PATIENCE);
        scene.keys().publish(scene.keys().current().puncture(Set.of(leaf)));
        scene.keys().leases().awaitVersion(scene.keys().currentVersion(), PATIENCE);
        scene.keys().destroyOlderKeys();
    }

    private static void shows(Scene scene, String purpose, String emails) {
        scene.await(purpose + " shows " + emails, () -> column(scene, purpose, "email")
                .equals(emails));
    }

    private static void contractShows(Scene scene, String emails) {
        shows(scene, "contract", emails);
    }

    private static String names(Scene scene, String purpose) {
        return column(scene, purpose, "name");
    }

    private static String column(Scene scene, String purpose, String column) {
        return scene.warehouse("select string_agg(coalesce(%s, '-'), ' ' order by seen_at) from %s.customer"
                .formatted(column, purpose));
    }
}

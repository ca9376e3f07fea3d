package io.storeveil.demo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.storeveil.demo.parts.Database;
import io.storeveil.demo.stack.Scene;
import io.storeveil.demo.stack.Stack;
import io.storeveil.demo.stack.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The store is dropped and put back from a backup while its stream stands still, as the README says, and then captured anew. */
@ExtendWith(Stack.class)
class RestoredStoreIT {

    private static final String ADA = "customer where id = 1";

    @Test
    void whoWasErasedComesBackWithoutValues_andIsGoneEverywhereOnceTheReplayIsApproved(Scene scene) {
        Path policy = scene.policy(Policies.CUSTOMERS
                .replace(
                        "clock: [customer.seen_at]",
                        "identifiers: { email: email }, created: created_at, clock: [customer.seen_at]")
                .replace("seen_at: plain }", "seen_at: plain, created_at: plain }"));
        scene.execute(Policies.TABLES);
        scene.execute(
                "alter table customer replica identity full, add created_at timestamptz not null default now()",
                "insert into customer values (1, 'ada@store.example', 'Ada', 'x', now()),"
                        + " (2, 'ben@store.example', 'Ben', 'x', now())");
        Map<String, String> source = scene.source(Map.of());
        Office office = new Office(scene, policy);
        office.done(office.sweep());
        Database backup = scene.store().copy(scene.prefix() + "_backup");
        scene.start(source, scene.sink(Map.of()));
        scene.await("both customers", () -> inTheWarehouse(scene).equals("2"));
        String request = office.erasureOf("ada@store.example");
        office.done(office.sweep());
        assertThat(inTheWarehouse(scene)).isEqualTo("1");
        scene.execute("insert into customer values (3, 'cy@store.example', 'Cy', 'x', now())");
        scene.await("a customer of whom the backup knows nothing", () -> inTheWarehouse(scene)
                .equals("2"));
        int records = scene.records("customer").size();

        putBack(scene, backup);

        scene.await("the new snapshot", () -> scene.warehouse("select string_agg(email, ' ') from customer")
                .matches("(\\[erased] [^ ]{40,})|([^ ]{40,} \\[erased])"));
        office.ended(3, office.sweep());
        assertThat(scene.stored("select name from " + ADA)).isEqualTo("Ada");
        JsonNode found = office.ended(3, "restore", "show", "--json").json();
        assertThat(found.path("people")).hasSize(1);
        assertThat(found.path("people").path(0).path("request").asText()).isEqualTo(request);
        assertThat(found.path("people").path(0).path("certain").asBoolean()).isTrue();
        office.signed("restore", "approve");

        office.done(office.sweep());

        assertThat(scene.stored("select count(*) from customer")).isEqualTo("1");
        assertThat(scene.stored("select count(*) from " + ADA)).isEqualTo("0");
        assertThat(inTheWarehouse(scene)).isEqualTo("1");
        goneFromTheTopic(scene.records("customer"), records);
        assertThat(office.done("request", "verify", request, "--policy", policy.toString(), "--json")
                        .json()
                        .path("left"))
                .isEmpty();
        office.done("ledger", "verify");
    }

    /** What an operator does: stop the source, forget how far it was, put the store back, empty the warehouse, go on. */
    private static void putBack(Scene scene, Database backup) {
        String connector = "/connectors/" + scene.prefix() + "-source";
        answered(scene, "PUT", connector + "/stop");
        scene.await("the source's end", () -> scene.worker()
                .status(scene.prefix() + "-source")
                .path("tasks")
                .isEmpty());
        answered(scene, "DELETE", connector + "/offsets");
        scene.store().drop();
        backup.copy(scene.store().name());
        backup.drop();
        scene.change("truncate customer");
        answered(scene, "PUT", connector + "/resume");
    }

    private static void answered(Scene scene, String method, String path) {
        assertThat(scene.worker().call(method, path, null).status()).as(path).isBetween(200, 299);
    }

    /** Behind the restore no record has a value of hers, and the last is her end. */
    private static void goneFromTheTopic(List<Topics.Record> all, int before) {
        List<Topics.Record> since = all.subList(before, all.size());
        JsonNode key = since.stream()
                .filter(record -> after(record, "email").equals("[erased]"))
                .findFirst()
                .orElseThrow()
                .key();
        List<Topics.Record> hers =
                since.stream().filter(record -> record.key().equals(key)).toList();
        assertThat(hers.get(hers.size() - 1).raw()).as("a tombstone").isNull();
        assertThat(hers).allSatisfy(record -> {
            assertThat(after(record, "email")).isIn("", "[erased]");
            assertThat(after(record, "name")).isIn("", "[erased]");
        });
    }

    private static String after(Topics.Record record, String column) {
        return record.value().path("after").path(column).asText("");
    }

    private static String inTheWarehouse(Scene scene) {
        return scene.warehouse("select count(*) from customer");
    }
}

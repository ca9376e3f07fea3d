package io.storeveil.demo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.demo.parts.Sweep;
import io.storeveil.demo.stack.Scene;
import io.storeveil.demo.stack.Stack;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

    @BeforeAll
    static void oneStreamAndTwoSinks(Scene scene) throws IOException {
        scene.execute(Policies.TABLES);
        scene.execute(
                "insert into customer values (1, 'ada@store.example', 'Ada', 'x', '2001-01-01Z')",
                "insert into customer values (2, 'ben@store.example', 'Ben', 'x', '2002-01-01Z')",
                "insert into customer values (3, 'cy@store.example', 'Cy', 'x', '2003-01-01Z')");
        scene.policy(Policies.CUSTOMERS
                .replace("keep: P3Y }", "keep: P3Y }\n  marketing: { basis: consent, keep: P2Y }")
                .replace("email: identity", "email: { is: identity, for: [contract, marketing] }"));
        scene.start(scene.source(Map.of()));
        say(scene, "granted", 1, 2);
        scene.start(scene.sinkFor("contract"), scene.sinkFor("marketing"));
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
        Sweep.Ended ended = scene.sweep()
                .run(
                        "consent",
                        "import",
                        file.toString(),
                        "--policy",
                        scene.folder().resolve("policy.yaml").toString());
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

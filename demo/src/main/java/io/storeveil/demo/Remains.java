package io.storeveil.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.storeveil.control.DirectoryKeyStateStore;
import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.demo.parts.Connectors;
import io.storeveil.keys.Keyring;
import io.storeveil.protect.CannotOpen;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.Opened;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is left where. Before the sweep it takes what somebody may have taken: ciphertexts out of Kafka's log, and a backup
 * of the key state. After it, it tries to read them.
 */
final class Remains {

    private static final String TOPIC = Connectors.PREFIX + ".public.customer";

    private final Stage stage;
    private final Cast cast;
    private final String leaversEmail;
    private final String othersEmail;
    private final String leaversKey;
    private final long leaversOrders;
    private final Path backup;

    /** Takes the copies; must be made before the sweep. */
    Remains(Stage stage, Cast cast) throws IOException {
        this.stage = stage;
        this.cast = cast;
        leaversKey = stage.pseudonym("customer", "id", cast.leaver().id());
        leaversEmail = email(leaversKey);
        othersEmail = email(stage.pseudonym("customer", "id", cast.held().id()));
        leaversOrders = stage.store()
                .count(
                        "select count(*) from orders where customer_id = ?",
                        cast.leaver().id());
        backup = stage.work.resolve("backup");
        copy(stage.keyFolder, backup);
        stage.outcome.expect(
                opens(stage.keys.current(), leaversEmail) && opens(stage.keys.current(), othersEmail),
                "copied aside, as somebody could have: two e-mail ciphertexts from Kafka's log, both of which open now");
        stage.outcome.expect(stateOpens(backup), "and a backup of the key state, which opens now");
    }

    void show() throws IOException {
        stage.screen.part("remains", "What is left, and where");
        table();
        Keyring now = stage.keys.current();
        stage.outcome.expect(
                !opens(now, leaversEmail),
                cast.leaver().name()
                        + "'s ciphertext, copied from Kafka before the sweep, opens with no key that is left");
        stage.outcome.expect(opens(now, othersEmail), "somebody else's still opens");
        // A thief of the backup has the sealed copies, and every key-encryption key that still exists.
        Path stolen = stage.work.resolve("stolen");
        copy(backup, stolen);
        try (Stream<Path> keys = Files.list(stolen.resolve("kek"))) {
            for (Path key : keys.filter(file -> !file.endsWith("current")).toList()) {
                Files.delete(key);
            }
        }
        try (Stream<Path> keys = Files.list(stage.keyFolder.resolve("kek"))) {
            for (Path key : keys.filter(file -> !file.endsWith("current")).toList()) {
                Files.copy(key, stolen.resolve("kek").resolve(key.getFileName().toString()));
            }
        }
        stage.outcome.expect(
                !stateOpens(stolen),
                "yesterday's backup of the key state does not open: its key-encryption key is destroyed");
    }

    private void table() {
        long id = cast.leaver().id();
        List<List<String>> rows = new ArrayList<>();
        Look store = stage.store();
        Look warehouse = stage.warehouse();
        rows.add(List.of(
                "customer",
                store.count(
                                        "select count(*) from customer where id = ? and email <> ?",
                                        id,
                                        cast.leaver().email())
                                > 0
                        ? "a stub without a name"
                        : store.count("select count(*) from customer where id = ?", id) > 0 ? "still there" : "gone",
                rowOrGone(warehouse.count("select count(*) from customer where id = ?", leaversKey)),
                "unreadable"));
        rows.add(List.of(
                "orders (" + leaversOrders + " before)",
                store.count("select count(*) from orders where customer_id = ?", id)
                        + " kept for the books, without names",
                warehouse.count("select count(*) from orders where customer_id = ?", leaversKey)
                        + " rows, names unreadable",
                "unreadable"));
        for (String table : new String[] {"ticket", "customer_address"}) {
            rows.add(List.of(
                    table,
                    rowOrGone(store.count("select count(*) from " + table + " where customer_id = ?", id)),
                    rowOrGone(warehouse.count("select count(*) from " + table + " where customer_id = ?", leaversKey)),
                    "unreadable"));
        }
        stage.screen.table(
                List.of("of " + cast.leaver().name(), "in the store", "in the warehouse", "in Kafka's log"), rows);
        stage.screen.say("");
        stage.outcome.expect(
                store.count(
                                "select count(*) from customer where email = ?",
                                cast.leaver().email())
                        == 0,
                cast.leaver().name() + " is not in the store any more");
        stage.outcome.expect(
                store.count(
                                "select count(*) from customer where id = ? and email = ?",
                                cast.held().id(),
                                cast.held().email())
                        == 1,
                cast.held().name() + ", held, is untouched");
    }

    private static String rowOrGone(long count) {
        return count == 0 ? "gone" : count + (count == 1 ? " row" : " rows");
    }

    private String email(String key) {
        return KafkaLog.firstRow(stage.parts.broker().bootstrapServers(), TOPIC, key)
                .map(row -> row.path("email"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .orElseThrow(() -> new IllegalStateException("a customer's e-mail address is not in " + TOPIC));
    }

    private boolean opens(Keyring keys, String ciphertext) {
        FieldContext context =
                new FieldContext(stage.policy.store(), "public.customer", "email", "public.customer.email");
        try {
            return Ciphertext.open(keys, context, ciphertext) instanceof Opened.Value;
        } catch (CannotOpen e) {
            return false;
        }
    }

    private static boolean stateOpens(Path folder) {
        try {
            new DirectoryKeyStateStore(List.of(folder.resolve("1"), folder.resolve("2")), folder.resolve("kek"))
                    .current();
            return true;
        } catch (KeyStateUnavailable e) {
            return false;
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(f -> !f.toString().contains("leases")).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}

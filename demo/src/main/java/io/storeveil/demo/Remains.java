package io.storeveil.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.storeveil.control.KeyStatePlace;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is left where. Before the sweep it takes what somebody may have taken: ciphertexts out of Kafka's log, and a backup
 * of the key state. After it, it tries to read them.
 */
final class Remains {

    /** A ciphertext, copied out of Kafka's log. */
    private record Taken(String table, String column, String text) {}

    private final Stage stage;
    private final Cast cast;
    private final Map<String, Taken> leavers = new LinkedHashMap<>();
    private final Taken others;
    private final String leaversKey;
    private final long leaversOrders;
    private final Path backup;

    /** Takes the copies; must be made before the sweep. */
    Remains(Stage stage, Cast cast) throws IOException {
        this.stage = stage;
        this.cast = cast;
        Look store = stage.store();
        long id = cast.leaver().id();
        leaversKey = stage.pseudonym("customer", "id", id);
        leaversOrders = store.count("select count(*) from orders where customer_id = ?", id);
        take("customer", "id", id, "email");
        take("orders", "id", store.count("select min(id) from orders where customer_id = ?", id), "ship_name");
        take(
                "order_line_personalisation",
                "order_line_id",
                store.count(
                        """
                        select min(p.order_line_id) from order_line_personalisation p
                        join order_line l on l.id = p.order_line_id join orders o on o.id = l.order_id
                        where o.customer_id = ?""",
                        id),
                "engraving");
        others = taken("customer", "id", cast.held().id(), "email");
        backup = stage.work.resolve("backup");
        copy(stage.keyFolder, backup);
        Keyring now = stage.keys.current();
        stage.outcome.expect(
                leavers.values().stream().allMatch(one -> opens(now, one)) && opens(now, others),
                "copied aside, as somebody could have: ciphertexts from Kafka's log, all of which open now");
        stage.outcome.expect(stateOpens(backup), "and a backup of the key state, which opens now");
    }

    private void take(String table, String keyColumn, long key, String column) {
        leavers.put(table, taken(table, keyColumn, key, column));
    }

    private Taken taken(String table, String keyColumn, long key, String column) {
        String topic = Connectors.PREFIX + ".public." + table;
        return KafkaLog.firstRow(stage.parts.broker().bootstrapServers(), topic, stage.pseudonym(table, keyColumn, key))
                .map(row -> row.path(column))
                .filter(JsonNode::isTextual)
                .map(text -> new Taken(table, column, text.asText()))
                .orElseThrow(
                        () -> new IllegalStateException(table + "." + column + " of a customer is not in " + topic));
    }

    void show() throws IOException {
        stage.screen.part("remains", "What is left, and where");
        table();
        Keyring now = stage.keys.current();
        stage.outcome.expect(
                leavers.values().stream().noneMatch(one -> opens(now, one)),
                cast.leaver().name()
                        + "'s ciphertexts, copied from Kafka before the sweep, open with no key that is left");
        stage.outcome.expect(opens(now, others), "somebody else's still opens");
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
        long stubs = store.count(
                "select count(*) from customer where id = ? and email <> ?",
                id,
                cast.leaver().email());
        rows.add(List.of(
                "customer",
                stubs > 0
                        ? "a stub without a name"
                        : rowOrGone(store.count("select count(*) from customer where id = ?", id)),
                inWarehouse(warehouse.rows("select email from customer where id = ?", leaversKey), "customer", "email"),
                inLog("customer")));
        long orders = store.count("select count(*) from orders where customer_id = ?", id);
        long unnamed =
                store.count("select count(*) from orders where customer_id = ? and ship_name like 'redacted%'", id);
        rows.add(List.of(
                "orders (" + leaversOrders + " before)",
                orders + " kept for the books, " + (orders == unnamed ? "without names" : "with names"),
                inWarehouse(
                        warehouse.rows("select ship_name from orders where customer_id = ?", leaversKey),
                        "orders",
                        "ship_name"),
                inLog("orders")));
        rows.add(List.of(
                "engravings",
                rowOrGone(store.count(
                        """
                        select count(*) from order_line_personalisation p join order_line l on l.id = p.order_line_id
                        join orders o on o.id = l.order_id where o.customer_id = ?""",
                        id)),
                inWarehouse(
                        warehouse.rows(
                                """
                        select engraving from order_line_personalisation p join order_line l on l.id = p.order_line_id
                        join orders o on o.id = l.order_id where o.customer_id = ?""",
                                leaversKey),
                        "order_line_personalisation",
                        "engraving"),
                inLog("order_line_personalisation")));
        rows.add(List.of(
                "addresses",
                rowOrGone(store.count("select count(*) from customer_address where customer_id = ?", id)),
                rowOrGone(warehouse.count("select count(*) from customer_address where customer_id = ?", leaversKey)),
                ""));
        stage.screen.table(
                List.of("of " + cast.leaver().name(), "in the store", "in the warehouse", "in Kafka's log"), rows);
        stage.screen.say("");
        stage.outcome.expect(
                rows.stream().flatMap(List::stream).noneMatch(cell -> cell.matches("(.*, )?(readable|with names)")),
                "no name and no ciphertext of " + cast.leaver().name() + " can be read in any of these places");
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

    private String inWarehouse(List<Map<String, @Nullable String>> rows, String table, String column) {
        Keyring now = stage.keys.current();
        boolean readable = rows.stream()
                .map(row -> row.get(column))
                .anyMatch(text -> text != null && opens(now, new Taken(table, column, text)));
        return rows.isEmpty() ? "gone" : rowOrGone(rows.size()) + (readable ? ", readable" : ", unreadable");
    }

    private String inLog(String table) {
        Taken one = leavers.get(table);
        return one != null && opens(stage.keys.current(), one) ? "readable" : "unreadable";
    }

    private boolean opens(Keyring keys, Taken one) {
        String table = "public." + one.table();
        FieldContext context = new FieldContext(stage.policy.store(), table, one.column(), table + "." + one.column());
        try {
            return Ciphertext.open(keys, context, one.text()) instanceof Opened.Value;
        } catch (CannotOpen e) {
            return false;
        }
    }

    private static boolean stateOpens(Path folder) {
        try {
            KeyStatePlace.inDirectories(List.of(folder.resolve("1"), folder.resolve("2")), folder.resolve("kek"))
                    .open()
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

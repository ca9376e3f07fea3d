package io.storeveil.demo;

import static io.storeveil.demo.Screen.count;

import io.storeveil.demo.canary.Canaries;
import io.storeveil.demo.canary.CanarySearch;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The last word: every personal value of the shop is looked for everywhere outside the store. */
final class Proof {

    private final Stage stage;
    private final Canaries canaries;

    Proof(Stage stage, Canaries canaries) {
        this.stage = stage;
        this.canaries = canaries;
    }

    void search() throws IOException, SQLException {
        Screen screen = stage.screen;
        screen.part("canaries", "Every personal value of the shop, looked for everywhere outside it");
        CanarySearch search = new CanarySearch(canaries);
        CompletableFuture<Void> records = CompletableFuture.runAsync(() -> search.topics(
                "Kafka, decoded records of all topics", stage.parts.broker().bootstrapServers()));
        search.files("Kafka, files of the broker's log", stage.parts.broker().logDir());
        search.files("Connect worker's logs", stage.work.resolve("connect"));
        search.files("retention batch's logs", stage.work.resolve("sweep"));
        search.files("key state", stage.keyFolder);
        search.files("reports", stage.reports);
        database(search, "warehouse, every row", stage.parts.warehouse().connect());
        database(search, "control database, every row", stage.parts.control().connect());
        records.join();
        CanarySearch.Result result = search.result();

        List<List<String>> rows = new ArrayList<>();
        result.amounts()
                .forEach((place, amount) -> rows.add(List.of(
                        place,
                        place.contains("row")
                                ? count(amount) + " rows"
                                : place.contains("record") ? count(amount) + " records" : bytes(amount),
                        count(result.where().getOrDefault(place, Map.of()).values().stream()
                                .mapToLong(Integer::longValue)
                                .sum()))));
        screen.table(List.of("looked through", "how much", "found"), rows);
        screen.say("");
        result.where()
                .forEach((place, signs) -> signs.forEach(
                        (sign, times) -> screen.bad(place + ": " + sign + ", " + count(times) + " values")));
        stage.outcome.canariesSearched = result.searched();
        stage.outcome.canariesFound = result.found();
        stage.outcome.expect(
                result.found() == 0,
                count(result.searched()) + " personal values in " + count(result.forms()) + " forms searched for, "
                        + count(result.found()) + " found");
        screen.quiet(
                "Text, JSON, Base64, hex, days, milli- and microseconds. Not searchable, as they are nobody's own:");
        screen.quiet("truth values, states, amounts, and what many share. That the search finds, a test shows.");
    }

    private static void database(CanarySearch search, String place, Connection connection) throws SQLException {
        try (connection) {
            search.database(place, connection);
        }
    }

    private static String bytes(long amount) {
        return amount > 10_000_000 ? count(amount / 1_000_000) + " MB" : count(amount / 1_000) + " kB";
    }
}

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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** The last word: every personal value of the shop is looked for everywhere outside the store. */
final class Proof {

    private static final String MARKETING = "warehouse, marketing's rows";

    private final Stage stage;
    private final Canaries canaries;

    Proof(Stage stage, Canaries canaries) {
        this.stage = stage;
        this.canaries = canaries;
    }

    /** @param revealed whose values the table that shows some must hold: those, and no other */
    void search(long revealed) throws IOException, SQLException {
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
        try (Connection warehouse = stage.parts.warehouse().connect();
                Connection control = stage.parts.control().connect()) {
            search.database("warehouse, every other row", Map.of(Marketing.PURPOSE, MARKETING), warehouse);
            search.database("control database, every row", control);
        }
        records.join();
        CanarySearch.Result result = search.result();
        amounts(result);
        found(result, revealed);
        screen.quiet(
                "Text, JSON, Base64, hex, days, milli- and microseconds. Not searchable, as they are nobody's own:");
        screen.quiet("truth values, states, amounts, and what many share. That the search finds, a test shows.");
    }

    private void amounts(CanarySearch.Result result) {
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
        stage.screen.table(List.of("looked through", "how much", "found"), rows);
        stage.screen.say("");
    }

    private void found(CanarySearch.Result result, long revealed) {
        Map<String, Map<String, Integer>> elsewhere = new TreeMap<>(result.where());
        Map<String, Integer> atMarketing = elsewhere.getOrDefault(MARKETING, Map.of());
        elsewhere.remove(MARKETING);
        elsewhere.forEach((place, signs) -> signs.forEach(
                (sign, times) -> stage.screen.bad(place + ": " + sign + ", " + count(times) + " values")));
        stage.outcome.canariesSearched = result.searched();
        stage.outcome.canariesFound = elsewhere.isEmpty() ? 0 : result.found();
        stage.outcome.canariesRevealed = atMarketing.values().stream()
                .mapToLong(Integer::longValue)
                .max()
                .orElse(0);
        stage.outcome.expect(
                elsewhere.isEmpty(),
                count(result.searched()) + " personal values in " + count(result.forms()) + " forms searched for, "
                        + count(stage.outcome.canariesFound) + " found");
        stage.outcome.expect(
                stage.outcome.canariesRevealed == revealed
                        && atMarketing.keySet().stream().allMatch(sign -> sign.startsWith("customer.interests as ")),
                "but in marketing's table, which shows values on purpose: the interests of " + count(revealed)
                        + " who allows it, and nothing else");
    }

    private static String bytes(long amount) {
        return amount > 10_000_000 ? count(amount / 1_000_000) + " MB" : count(amount / 1_000) + " kB";
    }
}

package io.storeveil.demo.canary;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.demo.parts.ConnectWorker;
import io.storeveil.demo.parts.Connectors;
import io.storeveil.demo.parts.Home;
import io.storeveil.demo.parts.Parts;
import io.storeveil.demo.shop.Shop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the demo finds nothing is worth something only if it would have found it. */
class CanarySearchIT {

    private static final String RECORDS = "records";
    private static final String FILES = "files";
    private static final String WAREHOUSE = "warehouse";

    @Test
    void aPolicyThatProtectsNothing_isFoundOutInEveryColumnAndPlace(@TempDir Path folder) throws Exception {
        Home home = Home.find();
        Path keys = folder.resolve("keys");
        KeyStatePlace.inDirectories(List.of(keys.resolve("1"), keys.resolve("2")), keys.resolve("kek"))
                .open()
                .init();
        Path policy = Files.writeString(folder.resolve("policy.yaml"), unprotected(Files.readString(home.policy())));
        try (Parts parts = Parts.start(home, folder)) {
            Canaries canaries = new Canaries();
            Map<String, Integer> rows;
            try (Connection store = parts.store().connect()) {
                rows = Shop.open(store, 7);
                canaries.read(store);
            }
            ConnectWorker worker = parts.worker();
            worker.put(Connectors.SINK, Connectors.sink(parts.warehouse(), Connectors.PREFIX));
            worker.put(
                    Connectors.SOURCE,
                    Connectors.source(parts.store(), Connectors.PREFIX, Connectors.protect(policy, keys)));
            awaitArrival(parts, rows);

            CanarySearch search = new CanarySearch(canaries);
            search.topics(RECORDS, parts.broker().bootstrapServers());
            search.files(FILES, parts.broker().logDir());
            try (Connection warehouse = parts.warehouse().connect()) {
                search.database(WAREHOUSE, warehouse);
            }
            CanarySearch.Result result = search.result();

            for (String place : List.of(RECORDS, FILES, WAREHOUSE)) {
                assertThat(columns(result, place))
                        .as("columns in which the search finds something in the " + place)
                        .isEqualTo(new TreeSet<>(canaries.perColumn().keySet()));
            }
            assertThat(result.found()).isEqualTo(result.searched());
        }
    }

    /** The shop's policy with every protection taken out: each category, and each column that has its own. */
    private static String unprotected(String policy) {
        return policy.replaceAll("(?m)^(  [a-z-]+: +\\[ +)(\\{.*?\\}|\"null\"|[a-z]+),", "$1none,")
                .replaceAll("in-stream: \\{ generalise: \\{ prefix: 2 \\} \\}", "in-stream: none")
                .replaceAll("in-stream: \\{ partial: email-domain \\}", "in-stream: none");
    }

    private static Set<String> columns(CanarySearch.Result result, String place) {
        Set<String> columns = new TreeSet<>();
        result.where().getOrDefault(place, Map.of()).keySet().forEach(sign -> columns.add(sign.split(" ")[0]));
        return columns;
    }

    private static void awaitArrival(Parts parts, Map<String, Integer> rows) throws Exception {
        long all = rows.values().stream().mapToLong(Integer::longValue).sum();
        long end = System.nanoTime() + Duration.ofMinutes(10).toNanos();
        while (arrived(parts, rows.keySet()) < all) {
            parts.worker().check(Connectors.SOURCE);
            parts.worker().check(Connectors.SINK);
            assertThat(System.nanoTime()).as("the snapshot arrives in time").isLessThan(end);
            Thread.sleep(500);
        }
    }

    private static long arrived(Parts parts, Set<String> tables) throws SQLException {
        long arrived = 0;
        try (Connection warehouse = parts.warehouse().connect();
                Statement statement = warehouse.createStatement()) {
            for (String table : tables) {
                try (ResultSet count = statement.executeQuery(
                        "select case when to_regclass('" + table + "') is null then 0 else 1 end")) {
                    count.next();
                    if (count.getInt(1) == 0) {
                        return 0;
                    }
                }
                try (ResultSet count = statement.executeQuery("select count(*) from " + table)) {
                    count.next();
                    arrived += count.getLong(1);
                }
            }
        }
        return arrived;
    }
}

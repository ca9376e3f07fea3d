package io.storeveil.retention.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.PolicyLoader;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.Stretches.Part;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.stores.Connections;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.sweep.Shop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts in parts add up to the whole. */
class EligibleTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Connection store;

    @SuppressWarnings("NullAway.Init")
    private Rules rules;

    @SuppressWarnings("NullAway.Init")
    private Ownership ownership;

    /** Seven orders in ten are over, a hundred of them on each of the seven days. */
    @BeforeEach
    void openShop() throws Exception {
        Settings.Database database = StoreServer.database("eligible");
        store = Connections.to(database).getConnection();
        try (Statement statement = store.createStatement()) {
            statement.execute(Shop.resource("shop.sql"));
            statement.execute("truncate orders cascade");
            statement.execute("create index on orders (placed_at)");
            statement.execute(
                    "insert into orders select i, 2, 'Bob', 1, 'done', case when i % 10 < 7 then date '2010-01-01'"
                            + " + i % 10 else date '2026-01-01' end from generate_series(1, 1000) i");
            statement.execute("insert into order_line select i, l, 'thing', 'text' from generate_series(1, 1000) i,"
                    + " generate_series(1, 1 + i % 3) l");
        }
        ownership = new Ownership(
                PolicyLoader.load(Files.writeString(directory.resolve("policy.yaml"), Shop.resource("shop.yaml"))),
                Catalog.read(store));
        rules = new Rules(ownership, new Thresholds(ownership.policy(), Instant.parse("2026-11-23T00:00:00Z")));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void rowsBelowOthers_areCountedByParts_thatAddUp_whereverTheyAreCut() throws Exception {
        Eligible lines = count("delete public.order_line");
        long all = sum(lines, List.of(Part.WHOLE));

        assertThat(all).isEqualTo(lines("orders.placed_at < '2018-01-01'"));
        for (int most : new int[] {1, 99, 100, 101, 350, 699, 700}) {
            List<Part> parts = lines.parts(store, 3, 1, most);
            assertThat(parts).as("at most %d at once", most).hasSizeBetween(2, 8);
            assertThat(sum(lines, parts)).as("at most %d at once", most).isEqualTo(all);
        }
        assertThat(lines.parts(store, 2, 1, 1_000)).as("one for each").hasSize(2);
        assertThat(lines.parts(store, 2, 700, 1_000)).as("too few for two").containsExactly(Part.WHOLE);
        assertThat(lines.parts(store, 1, 1, 1_000)).containsExactly(Part.WHOLE);
        assertThat(lines.any(store)).isTrue();
    }

    @Test
    void whereNothingIsOver_nothingBelowIsLookedFor() throws Exception {
        try (Statement statement = store.createStatement()) {
            statement.execute("update orders set placed_at = '2026-01-01'");
        }
        Eligible lines = count("delete public.order_line");

        assertThat(lines.parts(store, 2)).isEmpty();
        assertThat(lines.any(store)).isFalse();
    }

    private Eligible count(String name) {
        Rule rule = rules.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        return RuleSql.of(rule, ownership).countEligible();
    }

    private long sum(Eligible counted, List<Part> parts) throws SQLException {
        long sum = 0;
        for (Part part : parts) {
            sum += counted.in(store, part);
        }
        return sum;
    }

    private long lines(String condition) throws SQLException {
        try (Statement statement = store.createStatement();
                var row = statement.executeQuery(
                        "select count(*) from order_line l join orders on orders.id = l.order_id where " + condition)) {
            row.next();
            return row.getLong(1);
        }
    }
}

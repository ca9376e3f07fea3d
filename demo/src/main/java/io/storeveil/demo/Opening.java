package io.storeveil.demo;

import static io.storeveil.demo.Screen.count;

import io.storeveil.demo.parts.Sweep;
import io.storeveil.demo.shop.Shop;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** The parts start, the shop opens, and its ten years of data flow to the warehouse. */
final class Opening {

    private static final long SEED = 42;

    private final Stage stage;
    private final Screen screen;

    Opening(Stage stage) {
        this.stage = stage;
        this.screen = stage.screen;
    }

    Map<String, Integer> start() throws SQLException {
        screen.part("start", "A shop, a warehouse, and what lies between them");
        stage.keys.init();
        Map<String, Integer> rows;
        try (Connection store = stage.parts.store().connect()) {
            rows = Shop.open(store, SEED);
        }
        screen.say("store      PostgreSQL   %s customers, %s orders, %s order lines, ten years up to %s"
                .formatted(
                        count(rows.getOrDefault("customer", 0)),
                        count(rows.getOrDefault("orders", 0)),
                        count(rows.getOrDefault("order_line", 0)),
                        Shop.BUSINESS_DATE));
        screen.say("warehouse  PostgreSQL   empty; a control database beside it");
        stage.parts.broker();
        screen.say("broker     Kafka        one node");
        stage.parts.worker();
        screen.say("worker     Connect      Debezium source and JDBC sink; Protect is the source's first transform");
        screen.say("policy     %s".formatted(stage.home.root().relativize(stage.home.policy())));
        return rows;
    }

    /** The policy against the live store, as before every sweep. */
    void check(Sweep sweep) {
        screen.command("policy check --policy config/policy.yaml --url "
                + stage.parts.store().jdbcUrl());
        Sweep.Ended ended = sweep.run(
                "policy",
                "check",
                "--policy",
                stage.home.policy().toString(),
                "--url",
                stage.parts.store().jdbcUrl(),
                "--user",
                stage.parts.store().user());
        ended.output().forEach(screen::say);
        stage.outcome.expect(
                ended.exitCode() == 0, "policy and database fit: every table, column and foreign key is accounted for");
    }

    void fill(Map<String, Integer> rows) {
        screen.part("snapshot", "The shop's data arrives in the warehouse");
        stage.capture();
        long all = rows.values().stream().mapToLong(Integer::longValue).sum();
        Look warehouse = stage.warehouse();
        stage.await("the snapshot's arrival", Duration.ofMinutes(4), () -> {
            long arrived = rows.keySet().stream()
                    .mapToLong(table -> warehouse.count("select count(*) from " + table))
                    .sum();
            screen.progress("%s of %s rows".formatted(count(arrived), count(all)));
            return arrived >= all;
        });
        screen.progressDone();
        screen.say(
                "%s rows of %d tables, through Kafka, each protected on its way.".formatted(count(all), rows.size()));
    }
}

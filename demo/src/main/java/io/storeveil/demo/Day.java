package io.storeveil.demo;

import io.storeveil.demo.canary.Canaries;
import io.storeveil.demo.parts.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A day in the shop: rows side by side, a changed e-mail address, and a column that nobody told us about. */
final class Day {

    private final Stage stage;
    private final Screen screen;
    private final Cast cast;
    private final Canaries canaries;
    private final Sweep sweep;

    Day(Stage stage, Cast cast, Canaries canaries, Sweep sweep) {
        this.sweep = sweep;
        this.stage = stage;
        this.screen = stage.screen;
        this.cast = cast;
        this.canaries = canaries;
    }

    void sideBySide() {
        SideBySide.show(stage, "customer", cast.leaver().id());
        screen.say("");
        SideBySide.show(
                stage,
                "orders",
                stage.store()
                        .count(
                                "select id from orders where customer_id = ? order by placed_at desc limit 1",
                                cast.leaver().id()));
        screen.say("");
        String join = "select count(*) from orders o join customer c on o.customer_id = c.id";
        long store = stage.store().count(join);
        long warehouse = stage.warehouse().count(join);
        stage.outcome.expect(
                store == warehouse,
                "joins still work: orders with a customer are " + Screen.count(store) + " in the store, "
                        + Screen.count(warehouse) + " in the warehouse");
    }

    void changes() throws IOException, SQLException {
        screen.part("changes", "A customer changes an e-mail address; a developer adds a column");
        Look store = stage.store();
        Cast.Person mover = cast.mover();
        String key = stage.pseudonym("customer", "id", mover.id());
        String warehouseEmail = "select email from customer where id = ?";
        @Nullable String before = stage.warehouse().row(warehouseEmail, key).get("email");
        String address = "new." + mover.email();
        store.change("update customer set email = ? where id = ?", address, mover.id());
        stage.await("the change's arrival", Duration.ofSeconds(60), () -> {
            @Nullable String now = stage.warehouse().row(warehouseEmail, key).get("email");
            return now != null && !now.equals(before);
        });
        screen.say("update customer set email = '" + address + "' where id = " + mover.id());
        screen.say("  warehouse before  " + shortened(before));
        screen.say("  warehouse now     "
                + shortened(stage.warehouse().row(warehouseEmail, key).get("email")));
        screen.say("");

        store.change("alter table customer add column messenger text");
        store.change(
                "update customer set messenger = 'messenger-of-' || last_name, newsletter = not newsletter where id = ?",
                mover.id());
        boolean newsletter = "t"
                .equals(store.row("select newsletter from customer where id = ?", mover.id())
                        .get("newsletter"));
        stage.await(
                "the second change's arrival",
                Duration.ofSeconds(60),
                () -> newsletter
                        == "t"
                                .equals(stage.warehouse()
                                        .row("select newsletter from customer where id = ?", key)
                                        .get("newsletter")));
        Map<String, @Nullable String> arrived = stage.warehouse().row("select * from customer where id = ?", key);
        screen.say("alter table customer add column messenger text, and the first value in it");
        stage.outcome.expect(
                !arrived.containsKey("messenger"),
                "no policy mentions the column: the row arrived, the column did not");
        declare(key);
        try (Connection connection = stage.parts.store().connect()) {
            canaries.read(connection);
        }
    }

    /** One word in the policy, and the column flows: protected. */
    private void declare(String key) throws IOException {
        screen.command("policy check");
        Sweep.Ended check = sweep.run(
                "policy",
                "check",
                "--policy",
                stage.policyFile.toString(),
                "--url",
                stage.parts.store().jdbcUrl(),
                "--user",
                stage.parts.store().user());
        check.output().stream().filter(line -> line.contains("messenger")).forEach(screen::quiet);
        stage.outcome.expect(
                check.exitCode() != 0 && String.join("\n", check.output()).contains("public.customer.messenger"),
                "the check fails, and names it; no sweep would start either");
        String line = "      messenger:      contact\n";
        stage.policyFile = Files.writeString(
                stage.work.resolve("policy.yaml"),
                Files.readString(stage.home.policy()).replaceFirst("(?m)(^      last_login_at: .*\\n)", "$1" + line));
        stage.capture();
        // Until the connector is back with the new policy, the old one holds the column back.
        stage.await("the declared column's arrival", Duration.ofSeconds(60), () -> {
            stage.store()
                    .change(
                            "update customer set messenger = 'messenger-of-' || first_name where id = ?",
                            cast.mover().id());
            return stage.warehouse()
                    .row("select * from customer where id = ?", key)
                    .containsKey("messenger");
        });
        screen.say("");
        screen.say("one more line in the policy:  " + line.strip());
        screen.say("  in the warehouse  "
                + shortened(stage.warehouse()
                        .row("select messenger from customer where id = ?", key)
                        .get("messenger")));
    }

    private static String shortened(@Nullable String text) {
        return text == null ? "·" : text.length() > 72 ? text.substring(0, 71) + "…" : text;
    }
}

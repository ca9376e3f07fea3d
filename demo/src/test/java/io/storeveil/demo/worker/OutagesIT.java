package io.storeveil.demo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.storeveil.demo.parts.Sweep;
import io.storeveil.demo.stack.Scene;
import io.storeveil.demo.stack.Stack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The broker goes while the sweep drains, and the warehouse before it is read back. Each time the sweep ends by itself and
 * says what is missing; the same command goes on where it was, and in the end the person is gone everywhere.
 */
@ExtendWith(Stack.class)
class OutagesIT {

    @Test
    void whatIsDown_endsTheSweepWithItsReason_andTheSameCommandGoesOn(Scene scene) throws Exception {
        Path policy = scene.policy(Policies.CUSTOMERS.replace(
                "clock: [customer.seen_at]", "identifiers: { email: email }, clock: [customer.seen_at]"));
        scene.execute(Policies.TABLES);
        scene.execute(
                "alter table customer replica identity full",
                "insert into customer values (1, 'ada@store.example', 'Ada', 'x', now()),"
                        + " (2, 'ben@store.example', 'Ben', 'x', now())");
        scene.start(scene.source(Map.of()), scene.sink(Map.of()));
        scene.await(
                "both customers in the warehouse", () -> inTheWarehouse(scene).equals("2"));
        Office office = new Office(scene, policy);
        office.erasureOf("ada@store.example");

        Path first = brokenBy(scene, office, "drain", () -> scene.broker().jvm().kill());
        assertThat(Files.readString(first))
                .contains("failed: drain: ")
                .contains("then start the sweep again")
                .doesNotContain("\tat ", "ada@store.example");
        assertThat(inTheStore(scene, "select count(*) from customer")).isOne();
        assertThat(state(scene)).as("nothing is called drained that is not").isEqualTo("ERASED");
        scene.broker().startAgain();
        flowsAgain(scene, 3);

        Path second = brokenBy(scene, office, "shred", () -> scene.warehouse().refuse());
        assertThat(Files.readString(second))
                .contains("failed: verify: ")
                .contains("; the warehouse does not answer")
                .contains("then start the same command again")
                .doesNotContain("\tat ", "ada@store.example");
        assertThat(state(scene)).isEqualTo("SHREDDED");
        scene.warehouse().accept();
        flowsAgain(scene, 4);

        Sweep.Ended last = scene.sweep().run(office.sweep());

        assertThat(last.exitCode()).as(String.join("\n", last.output())).isIn(0, 3);
        assertThat(state(scene)).isEqualTo("CLOSED");
        assertThat(inTheWarehouse(scene)).isEqualTo("3");
        try (Connection control = scene.control().connect()) {
            assertThat(number(control, "select count(*) from storeveil.run"))
                    .as("runs")
                    .isOne();
        }
        assertThat(inTheStore(
                        scene,
                        "select count(*) from storeveil.journal where request is not null and action = 'delete'"))
                .as("journalled once")
                .isOne();
    }

    /** @return what the sweep said, which had to end by itself and call itself failed */
    private static Path brokenBy(Scene scene, Office office, String step, Runnable trouble) throws Exception {
        Path log = scene.folder().resolve("broken-in-" + step + ".log");
        Process sweep = scene.sweep().start(log, office.sweep());
        scene.awaitWhatever(
                "the step " + step,
                () -> !sweep.isAlive()
                        || inTheControlDatabase(
                                        scene,
                                        "select count(*) from storeveil.run_step where status = 'started' and step = ?",
                                        step)
                                > 0);
        assertThat(sweep.isAlive()).as(Files.readString(log)).isTrue();
        trouble.run();
        assertThat(sweep.waitFor(5, TimeUnit.MINUTES)).as("the sweep ends").isTrue();
        assertThat(sweep.exitValue()).as(Files.readString(log)).isOne();
        return log;
    }

    /** A task may fail some while after what it lost is back: it runs once a new row has gone all the way. */
    private static void flowsAgain(Scene scene, int id) throws Exception {
        LocalDate seen = Office.TODAY.minusDays(id);
        scene.execute("insert into customer values (%d, 'new%d@store.example', 'New', 'x', '%sT12:00:00Z')"
                .formatted(id, id, seen));
        scene.awaitWhatever(
                "a new row in the warehouse",
                () -> running(scene)
                        && scene.warehouse("select count(*) from customer where seen_at::text like '" + seen + "%'")
                                .equals("1"));
    }

    /** Starts failed tasks again, as an operator would. */
    private static boolean running(Scene scene) {
        boolean all = true;
        for (String connector : List.of(scene.prefix() + "-source", scene.prefix() + "-sink")) {
            JsonNode status = scene.worker().status(connector);
            if (status.toString().contains("FAILED")) {
                scene.worker()
                        .call("POST", "/connectors/" + connector + "/restart?includeTasks=true&onlyFailed=true", null);
            }
            all &= status.path("connector").path("state").asText().equals("RUNNING")
                    && status.path("tasks").size() == 1
                    && status.path("tasks").path(0).path("state").asText().equals("RUNNING");
        }
        return all;
    }

    private static String inTheWarehouse(Scene scene) {
        return scene.warehouse("select count(*) from customer");
    }

    private static String state(Scene scene) throws SQLException {
        try (Connection control = scene.control().connect();
                PreparedStatement query = control.prepareStatement("select upper(state) from storeveil.request");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private static long inTheStore(Scene scene, String sql) throws SQLException {
        try (Connection store = scene.store().connect()) {
            return number(store, sql);
        }
    }

    private static long inTheControlDatabase(Scene scene, String sql, String parameter) throws SQLException {
        try (Connection control = scene.control().connect()) {
            return number(control, sql, parameter);
        }
    }

    private static long number(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                query.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}

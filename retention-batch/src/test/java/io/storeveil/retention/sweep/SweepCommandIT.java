package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.Main;
import io.storeveil.retention.command.Surroundings;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.stores.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SweepCommandIT {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aFirstNight_onlyObserves_andAsksForAPerson(@TempDir Path directory) throws Exception {
        EmbeddedPostgres server = StoreServer.running();
        Stores.empty(server, "command_control");
        JdbcClient.create(Stores.empty(server, "command"))
                .sql(Shop.resource("shop.sql"))
                .update();
        Files.writeString(directory.resolve("policy.yaml"), Shop.resource("shop.yaml"));
        Files.writeString(
                directory.resolve("application.yaml"),
                """
                storeveil:
                  store: { url: "jdbc:postgresql://localhost:%1$d/command", user: postgres }
                  control: { url: "jdbc:postgresql://localhost:%1$d/command_control", user: postgres }
                  connect: { source: source, sink: sink }
                  keys: { copies: [one, two], key-encryption-keys: keks }
                  sweep: { pause-file: pause }
                """
                        .formatted(server.getPort()));
        assertThat(run(directory, "keys", "init")).isZero();

        int simulated = sweep(directory, "--simulate", "--json");
        assertThat(err.toString()).isEmpty();
        assertThat(simulated).isEqualTo(3);
        assertThat(json().path("simulate").asBoolean()).isTrue();
        int real = sweep(
                directory, "--json", "--reports", directory.resolve("elsewhere").toString());

        assertThat(real).isEqualTo(3);
        assertThat(json().path("run").asString()).isEqualTo("shop/2026-11-23/1");
        assertThat(json().path("counts").size()).isPositive();
        assertThat(Files.list(directory.resolve("elsewhere"))).isNotEmpty();
        assertThat(out.toString() + err).doesNotContain("Ann", "ann@x.example", "\tat ");
        assertThat(sweep(directory, "--business-date", "yesterday")).isEqualTo(2);
        aCapOfNoRule_isWrongInput_andNothingBegins(directory);
        anErasedPerson_isLookedForAgain(directory, server);
    }

    private void aCapOfNoRule_isWrongInput_andNothingBegins(Path directory) throws Exception {
        Path file = directory.resolve("application.yaml");
        String settings = Files.readString(file);
        Files.writeString(
                file,
                settings.replace(
                        "pause-file: pause",
                        "pause-file: pause, caps: \"delete public.odrers = 1; delete customer = 2\""));

        String said = out.toString();

        assertThat(sweep(directory)).isEqualTo(2);

        assertThat(err.toString())
                .contains("storeveil: sweep.caps: there is no rule 'delete customer'")
                .contains(
                        "; there is no rule 'delete public.odrers'; did you mean 'delete public.orders'?; allowed are: ")
                .doesNotContain("\tat ");
        assertThat(out.toString()).isEqualTo(said);
        Files.writeString(file, settings);
    }

    private void anErasedPerson_isLookedForAgain(Path directory, EmbeddedPostgres server) throws Exception {
        JdbcClient store = JdbcClient.create(server.getDatabase("postgres", "command"));
        JdbcClient control = JdbcClient.create(server.getDatabase("postgres", "command_control"));
        String policy = directory.resolve("policy.yaml").toString();
        assertThat(run(directory, "person", "enrol", "--name", "ada")).isZero();
        assertThat(run(directory, "request", "erase", "--subject", "customer:1", "--by", "ben", "--policy", policy))
                .isZero();
        String request = control.sql("select id from storeveil.request")
                .query(String.class)
                .single();
        assertThat(run(directory, "request", "verify", request, "--policy", policy))
                .isEqualTo(2);
        assertThat(err.toString()).contains("is received: nothing is remembered of an erased person");
        assertThat(run(directory, "request", "approve", request, "--as", "ada")).isZero();
        ofTwoSweepsAtOnce_theSecondSaysWhoIsFirst(directory, store);

        assertThat(run(directory, "request", "verify", request, "--policy", policy))
                .isEqualTo(3);
        assertThat(out.toString())
                .contains("left: the copies outside of the store were not looked at: Kafka Connect does not answer")
                .contains("searched: public.customer: by index: email; not searched: name, password_hash");
        store.sql("update message set body = 'from Ann@x.example' where id = 200")
                .update();
        int full = run(directory, "request", "verify", request, "--full", "--json", "--policy", policy);

        assertThat(full).isEqualTo(3);
        assertThat(json().path("places").path(0).asString())
                .startsWith("public.message.body: an identifier of an erased person stands in 1 row (" + request + ")");
        assertThat(json().path("search").path("left").asInt()).isZero();
        assertThat(control.sql("select count(*) from storeveil.ledger where kind = 'request-verified'")
                        .query(Long.class)
                        .single())
                .isEqualTo(2);
        assertThat(out.toString() + err).doesNotContainIgnoringCase("ann@x.example");
    }

    private void ofTwoSweepsAtOnce_theSecondSaysWhoIsFirst(Path directory, JdbcClient store) throws Exception {
        Path pause = Files.createFile(directory.resolve("pause"));
        Process first = process(directory, "first");
        while (first.isAlive() && holders(store).isEmpty()) {
            Thread.sleep(20);
        }
        List<Integer> holder = holders(store);
        Process second = process(directory, "second");

        assertThat(second.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(second.exitValue()).isOne();
        assertThat(Files.readString(directory.resolve("second.err")))
                .contains("another sweep of this store is running: backend " + holder.get(0) + " (storeveil from ")
                .contains("; wait for it to end")
                .doesNotContain("\tat ");
        assertThat(holders(store)).isEqualTo(holder);
        Files.delete(pause);
        assertThat(first.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(first.exitValue())
                .as("there is no worker here: what is erased is not drained")
                .isOne();
        assertThat(store.sql("select count(*) from customer where name = 'Ann'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private static List<Integer> holders(JdbcClient store) {
        return store.sql("select pid from pg_locks where locktype = 'advisory' and granted and classid = 1986357612"
                        + " and database = (select oid from pg_database where datname = current_database())")
                .query(Integer.class)
                .list();
    }

    /** The real command line, in a process of its own. */
    private static Process process(Path directory, String name) throws IOException {
        return SweepProcess.java(
                        Main.class,
                        "sweep",
                        "--policy",
                        directory.resolve("policy.yaml").toString(),
                        "--business-date",
                        "2026-11-24",
                        "--config",
                        directory.resolve("application.yaml").toString())
                .redirectOutput(directory.resolve(name + ".out").toFile())
                .redirectError(directory.resolve(name + ".err").toFile())
                .start();
    }

    private int sweep(Path directory, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("sweep", "--policy", directory.resolve("policy.yaml").toString()));
        if (!List.of(arguments).contains("--business-date")) {
            all.addAll(List.of("--business-date", "2026-11-23"));
        }
        all.addAll(List.of(arguments));
        return run(directory, all.toArray(String[]::new));
    }

    private int run(Path directory, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", directory.resolve("application.yaml").toString()));
        return Main.run(
                new Surroundings(
                        Map.of("HOME", directory.toString(), "STOREVEIL_PASSPHRASE", "correct horse battery"),
                        Clock.systemUTC(),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true)),
                all.toArray(String[]::new));
    }

    private JsonNode json() {
        List<String> lines = out.toString().lines().toList();
        return JsonMapper.shared().readTree(lines.get(lines.size() - 1));
    }
}

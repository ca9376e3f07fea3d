package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.Main;
import io.storeveil.retention.command.Surroundings;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.stores.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
                        Map.of("HOME", directory.toString()),
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

package io.storeveil.retention.check;

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
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PolicyCommandTest {
    private static final EmbeddedPostgres SERVER = StoreServer.running();
    private static final DataSource STORE = Stores.empty(SERVER, "commands");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeAll
    static void startsTheServer() throws IOException, SQLException {
        execute("create table customer(id int primary key, email text, joined date)");
    }

    @Test
    void draftThenCheck_endsWithZero_andWarningsArePrinted() {
        Path file = draft();

        assertThat(run("policy", "check", "--policy", file.toString(), "--url", url(), "--user", "postgres"))
                .isZero();
        assertThat(out.toString()).contains("CREATE INDEX CONCURRENTLY").contains("0 errors");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void checkWithErrors_endsWithTwo_andItsLastLineIsJson() throws Exception {
        Path file = draft();
        Files.writeString(file, Files.readString(file).replace("      email: contact\n", ""));
        Files.writeString(file, Files.readString(file).replace("    identifiers: { email: email }\n", ""));

        int exit = run("policy", "check", "--policy", file.toString(), "--url", url(), "--user", "postgres", "--json");

        assertThat(exit).isEqualTo(2);
        JsonNode json = lastLine();
        assertThat(json.get("exit").asInt()).isEqualTo(2);
        assertThat(json.get("findings").get(0).get("where").asString()).isEqualTo("public.customer.email");
    }

    @Test
    void connectorOfAnotherDatabase_endsWithTwo() throws Exception {
        Path connector = Files.writeString(
                folder.resolve("other.json"), "{\"connector.class\": \"io.debezium.connector.mysql.MySqlConnector\"}");

        int exit = run("policy", "check", "--policy", draft().toString(), "--connector", connector.toString());

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("other.json: its connector.class is not Debezium's PostgresConnector");
    }

    @Test
    void connectorsMode_decidesWhatIsRefused_andTheRefusalNamesIt() throws Exception {
        execute("create table price(id int primary key, amount numeric(12,2))");
        Path file = draft();
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceFirst(
                                "amount: .*", "amount: { is: plain, in-stream: { generalise: { bucket: 10 } } }"));
        Path connector = Files.writeString(
                folder.resolve("source.json"),
                "{\"config\": {\"connector.class\": \"io.debezium.connector.postgresql.PostgresConnector\","
                        + " \"decimal.handling.mode\": \"string\"}}");

        int byDefault = run("policy", "check", "--policy", file.toString(), "--url", url(), "--user", "postgres");
        int asText = run(
                "policy",
                "check",
                "--policy",
                file.toString(),
                "--url",
                url(),
                "--user",
                "postgres",
                "--connector",
                connector.toString());
        execute("drop table price");

        assertThat(byDefault).as(out.toString() + err).isZero();
        assertThat(asText).isEqualTo(2);
        assertThat(out.toString())
                .contains("public.price.amount")
                .contains("'generalise' cannot take a column of type numeric(12,2) where decimal.handling.mode=string");
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = STORE.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void policyThatDoesNotLoad_endsWithTwo_andAStackTraceIsNobodysBusiness() throws Exception {
        Path file = Files.writeString(folder.resolve("broken.yaml"), "policy: storeveil/v1\ntabels: {}\n");

        assertThat(run("policy", "check", "--policy", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("broken.yaml:2").doesNotContain("\tat ");
    }

    @Test
    void databaseThatDoesNotAnswer_endsWithOne_andNoPasswordIsShown() {
        Path file = draft();

        int exit = run(
                "policy",
                "check",
                "--policy",
                file.toString(),
                "--url",
                "jdbc:postgresql://localhost:1/shop?password=geheim",
                "--user",
                "u");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString())
                .contains("cannot connect to jdbc:postgresql://localhost:1/shop as u: nobody answers")
                .doesNotContain("geheim")
                .doesNotContain("\tat ");
    }

    @Test
    void urlOfAnotherDatabase_endsWithTwo() {
        assertThat(run("policy", "draft", "--url", "jdbc:mysql://localhost/shop"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("jdbc:postgresql://");
    }

    @Test
    void describe_saysWhatHappensToEachColumn() {
        assertThat(run("policy", "describe", "--policy", draft().toString())).isZero();
        assertThat(out.toString())
                .contains("email")
                .contains("encrypt")
                .contains("unreadable once the owner is erased");
    }

    private Path draft() {
        Path file = folder.resolve("draft.yaml");
        assertThat(run("policy", "draft", "--url", url(), "--user", "postgres", "--to", file.toString()))
                .as(err.toString())
                .isZero();
        out.getBuffer().setLength(0);
        return file;
    }

    private int run(String... arguments) {
        return Main.run(
                new Surroundings(
                        Map.of("STOREVEIL_PASSWORD", "hunter2"),
                        Clock.systemUTC(),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true)),
                arguments);
    }

    private JsonNode lastLine() {
        String[] lines = out.toString().strip().split("\n");
        return JsonMapper.shared().readTree(lines[lines.length - 1]);
    }

    private static String url() {
        return "jdbc:postgresql://localhost:" + SERVER.getPort() + "/commands";
    }
}

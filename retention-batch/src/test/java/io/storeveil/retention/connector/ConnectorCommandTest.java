package io.storeveil.retention.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.Main;
import io.storeveil.retention.command.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Without a worker. */
class ConnectorCommandTest {

    private final StringWriter err = new StringWriter();

    private int check(String url) {
        PrintWriter out = new PrintWriter(new StringWriter());
        return Main.run(
                new Surroundings(Map.of(), Clock.systemUTC(), out, new PrintWriter(err, true)),
                "connector",
                "check",
                "--connect",
                url);
    }

    @Test
    void aWorkerThatIsNotThere_endsWithOne() {
        assertThat(check("http://127.0.0.1:1")).isEqualTo(1);
        assertThat(err.toString()).contains("Kafka Connect does not answer at http://127.0.0.1:1: start the worker");
    }

    @Test
    void anAddressThatIsNone_endsWithTwo() {
        assertThat(check("localhost")).isEqualTo(2);
        assertThat(err.toString()).contains("--connect must be http://HOST:PORT");
    }
}

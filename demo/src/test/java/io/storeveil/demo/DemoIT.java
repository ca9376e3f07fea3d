package io.storeveil.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {

    @Test
    void theWholeDemo_isAsItShouldBe(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output.txt");
        Process demo = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        "target/classes" + File.pathSeparator + "target/lib/*",
                        "io.storeveil.demo.Demo",
                        "--json",
                        "--reports",
                        folder.resolve("reports").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        boolean ended = demo.waitFor(10, TimeUnit.MINUTES);
        demo.destroy();

        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(ended).as(String.join("\n", lines)).isTrue();
        JsonNode json = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        assertThat(json.path("wrong")).as(String.join("\n", lines)).isEmpty();
        assertThat(json.path("verdict").asText()).isEqualTo("clean");
        assertThat(json.path("canariesSearched").asInt()).isGreaterThan(100_000);
        assertThat(json.path("canariesFound").asInt()).isZero();
        assertThat(json.path("canariesRevealed").asInt()).isEqualTo(1);
        assertThat(json.path("erased").asInt()).isEqualTo(1);
        assertThat(json.path("expired").asInt()).isPositive();
        assertThat(json.path("held").asInt()).isPositive();
        assertThat(Path.of(json.path("report").asText())).exists().startsWith(folder);
        assertThat(json.path("phases")).isNotEmpty();
        assertThat(demo.exitValue()).isZero();
    }
}

package io.storeveil.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.storeveil.policy.PolicyLoader;
import io.storeveil.retention.command.Surroundings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the README shows can be typed, loaded and configured as it stands. The demo itself runs in module demo. */
class ReadmeTest {

    private static final Path ROOT = Path.of("..");

    @TempDir
    private Path folder;

    @Test
    void itsPolicy_loads() throws IOException {
        List<String> policies = blocks("yaml");
        assertThat(policies).hasSize(1);
        Path file = Files.writeString(folder.resolve("policy.yaml"), policies.get(0));
        assertThatCode(() -> PolicyLoader.load(file)).doesNotThrowAnyException();
    }

    static Stream<String> commands() throws IOException {
        return blocks("bash").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("./storeveil ") && !line.startsWith("./storeveil demo"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void itsCommands_areKnown(String line) {
        CommandLine main = Main.commandLine(Surroundings.ofThisProcess());
        assertThatCode(() -> main.parseArgs(words(line).stream().skip(1).toArray(String[]::new)))
                .doesNotThrowAnyException();
    }

    @Test
    void itsTestCommand_isWhatCiRuns() throws IOException {
        assertThat(blocks("bash").get(0)).contains("mvn -B verify");
        assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains("\nmvn -B verify\n");
    }

    @Test
    void itsConnectorLines_areThoseOfTheExample() throws IOException {
        Properties lines = new Properties();
        lines.load(new StringReader(blocks("properties").get(0)));
        JsonNode example = JsonMapper.shared()
                .readTree(Files.readString(ROOT.resolve("config/connectors/source.json")))
                .get("config");
        assertThat(lines).isNotEmpty();
        lines.forEach((name, value) -> assertThat(example.get((String) name).asString())
                .as((String) name)
                .isEqualTo(value));
    }

    private static List<String> blocks(String language) throws IOException {
        Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("README.md")));
        List<String> found = new ArrayList<>();
        while (block.find()) {
            found.add(block.group(1));
        }
        return found;
    }

    private static List<String> words(String line) {
        Matcher word = Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(line.replaceAll("\\s+#.*", ""));
        List<String> words = new ArrayList<>();
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2));
        }
        return words;
    }
}

package io.storeveil.retention.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {

    private static final Path SHIPPED = Path.of("../config/retention-batch/application.yaml");

    private final Path directory;

    SettingsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void theShippedFile_loadsWithoutAnyEnvironment() {
        Settings settings = Settings.load(SHIPPED, Map.of());

        assertThat(settings.store().url()).isEqualTo("jdbc:postgresql://localhost:5432/store");
        assertThat(settings.keys().copies()).hasSize(2).allMatch(copy -> Path.of(copy)
                .isAbsolute());
        assertThat(settings.warehouse()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theShippedFile_explainsEverySettingInItsOwnWords(Setting setting) throws IOException {
        List<String> lines = Files.readAllLines(SHIPPED);
        String promise = setting.byDefault == null
                ? "Required"
                : "Default: " + (setting.byDefault.isEmpty() ? "empty" : setting.byDefault);

        assertThat(lines).anyMatch(line -> line.contains("# " + setting.meaning.replaceAll("\\.$", "")));
        assertThat(String.join("\n", lines)).contains(promise);
    }

    /** After a change: {@code mvn test -pl retention-batch -am -Dtest=SettingsTest -Ddocumentation=write ...}. */
    @Test
    void theTableInTheDocumentation_isWhatTheCodeDeclares() throws IOException {
        StringBuilder table = new StringBuilder("| setting | default | meaning |\n|---|---|---|\n");
        for (Setting setting : Setting.values()) {
            String byDefault = setting.byDefault == null ? "required" : "`" + setting.byDefault + "`";
            table.append("| `").append(setting.key).append("` | ");
            table.append(byDefault.equals("``") ? "none" : byDefault).append(" | ");
            table.append(setting.meaning).append(" |\n");
        }
        Path page = Path.of("src/doc/settings.md");
        String text = Files.readString(page);
        String made = text.replaceAll(
                "(?s)(<!-- settings: [^>]*-->\n\n).*?(<!-- end of settings -->)",
                "$1" + Matcher.quoteReplacement(table.toString()) + "\n$2");
        if ("write".equals(System.getProperty("documentation"))) {
            Files.writeString(page, made);
        } else {
            assertThat(text).isEqualTo(made);
        }
    }

    @Test
    void environment_fillsPlaceholders_andADefaultWhereItIsNotSet() throws IOException {
        Path file = file("user: veil", "user: ${VEIL_USER:veil}");

        assertThat(Settings.load(file, Map.of()).store().user()).isEqualTo("veil");
        assertThat(Settings.load(file, Map.of("VEIL_USER", "$night{}")).store().user())
                .isEqualTo("$night{}");
    }

    @Test
    void aMissingEnvironmentVariable_isNamedWithItsPlace() throws IOException {
        refused(
                file("user: veil", "user: ${VEIL_USER}"),
                ":4:11: store.user: environment variable VEIL_USER is not set");
    }

    @Test
    void anUnknownSetting_isRefusedWithTheNearestOne() throws IOException {
        refused(file("user: veil", "usr: veil"), ":4:5: unknown setting 'store.usr'; did you mean 'store.user'?");
    }

    @Test
    void allProblemsComeAtOnce() throws IOException {
        Path file = file("user: veil", "user: ''\n    user: again\n    colour: red");

        assertThatThrownBy(() -> Settings.load(file, Map.of()))
                .isInstanceOfSatisfying(SettingsException.class, e -> assertThat(e.problems())
                        .hasSize(3)
                        .anyMatch(problem -> problem.endsWith(":4:11: store.user: must not be empty"))
                        .anyMatch(problem -> problem.endsWith(":5:5: store.user: stands here twice"))
                        .anyMatch(problem -> problem.contains(":6:5: unknown setting 'store.colour'")));
    }

    @Test
    void aMissingSetting_isNamedWithItsMeaning() throws IOException {
        refused(file("    user: veil\n", ""), "storeveil.store.user is missing: Who deletes");
    }

    @Test
    void brokenYaml_saysWhere() throws IOException {
        refused(file("user: veil", "user: [veil"), ":5:10: not YAML: ");
    }

    @Test
    void oneKeyCopy_isTooFew() throws IOException {
        refused(file("[one, two]", "[one, one]"), "keys.copies: at least two different places are needed");
    }

    @Test
    void aMissingFile_isNamed() {
        refused(directory.resolve("none.yaml"), "none.yaml: no such file; name the settings with --config FILE");
    }

    @Test
    void passwords_areNeverPrinted_notEvenInARefusal() throws IOException {
        Path secret = file("password: ''", "password: Tr0ub4dor");
        assertThat(Settings.load(secret, Map.of()).toString()).doesNotContain("Tr0ub4dor");

        Path misplaced = file("url: jdbc:postgresql://localhost/store", "url: Tr0ub4dor");
        assertThatThrownBy(() -> Settings.load(misplaced, Map.of()))
                .hasMessageContaining("store.url: allowed is jdbc:postgresql://HOST:PORT/DATABASE")
                .hasMessageNotContaining("Tr0ub4dor");
    }

    private static void refused(Path file, String message) {
        assertThatThrownBy(() -> Settings.load(file, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(message);
    }

    private Path file(String original, String replacement) throws IOException {
        String text =
                """
                storeveil:
                  store:
                    url: jdbc:postgresql://localhost/store
                    user: veil
                  control: { url: "jdbc:postgresql://localhost/control", user: owner, password: '' }
                  connect: { source: store-source, sink: warehouse-sink }
                  keys:
                    copies: [one, two]
                    key-encryption-keys: keks
                """;
        assertThat(text).contains(original);
        return Files.writeString(directory.resolve("application.yaml"), text.replace(original, replacement));
    }
}

package io.storeveil.connect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tables of the plugin's documentation are made from the declarations. After a change of those: {@code mvn test -pl
 * connect-plugins -am -Dtest=DocumentationTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocumentation=write}.
 */
class DocumentationTest {

    private static final Path DOCS = Path.of("src/doc");

    @Test
    void theSettingsTables_areWhatTheCodeDeclares() throws IOException {
        check("README.md", "settings", settings(ProtectSettings.DEFINITION));
        check("reveal.md", "settings", settings(RevealSettings.DEFINITION));
    }

    private static String settings(ConfigDef definition) {
        StringBuilder table = new StringBuilder("| setting | default | allowed | meaning |\n|---|---|---|---|\n");
        for (String name : definition.names()) {
            ConfigDef.ConfigKey key = requireNonNull(definition.configKeys().get(name));
            boolean empty = key.type == ConfigDef.Type.PASSWORD || "".equals(key.defaultValue);
            String otherwise = key.hasDefault() ? "`" + key.defaultValue + "`" : "required";
            table.append("| `").append(name).append("` | ");
            table.append(empty ? "none" : otherwise).append(" | ");
            table.append(key.validator == null ? "any text" : key.validator)
                    .append(" | ")
                    .append(key.documentation)
                    .append(" |\n");
        }
        return table.toString();
    }

    @Test
    void theMetricsTable_isWhatTheCodeCounts() throws IOException {
        StringBuilder table = new StringBuilder("| metric | for each | meaning |\n|---|---|---|\n");
        for (Metric metric : Metric.values()) {
            table.append("| `" + metric.word() + "` | " + String.join(", ", metric.tags()));
            table.append(" | " + metric.description() + " |\n");
        }
        check("README.md", "metrics", table.toString());
    }

    @Test
    void theTableOfRecords_isWhatTheCodeKnows() throws IOException {
        StringBuilder table = new StringBuilder("| record | known by | becomes |\n|---|---|---|\n");
        for (RecordKind kind : RecordKind.values()) {
            table.append("| ").append(kind.word()).append(" | ");
            table.append(kind.sign()).append(" | ").append(kind.becomes()).append(" |\n");
        }
        check("records.md", "kinds", table.toString());
    }

    @Test
    void theFieldsOfTheSourceBlock_areThoseThatPass() throws IOException {
        check(
                "records.md",
                "source",
                SourceBlock.HARMLESS.stream()
                        .sorted()
                        .map(name -> "`" + name + "`")
                        .collect(Collectors.joining(", ")));
    }

    @Test
    void theProtectionsPages_areWhatTheyGuarantee() throws IOException {
        check("protections.md", "protections", ProtectionPages.index());
        Path folder = DOCS.resolve("protections");
        for (Map.Entry<String, String> page : ProtectionPages.pages().entrySet()) {
            Path file = folder.resolve(page.getKey());
            if ("write".equals(System.getProperty("documentation"))) {
                Files.createDirectories(folder);
                Files.writeString(file, page.getValue());
            }
            assertThat(file).hasContent(page.getValue());
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(ProtectionPages.pages().keySet());
        }
    }

    @Test
    void everyExampleOfAProtection_isWhatAPolicyReads(@TempDir Path folder) throws IOException {
        List<Protection> examples = Protections.examples();
        StringBuilder categories = new StringBuilder("categories:\n");
        for (int i = 0; i < examples.size(); i++) {
            categories.append(ProtectionPages.example(examples.get(i)).replace("example:", "example" + i + ":"));
            categories.append('\n');
        }
        String policy = "policy: storeveil/v1\nstore: shop\ncontroller: { name: A, contact: a@example.org }\n"
                + "time-zone: UTC\n" + categories
                + "purposes:\n  contract: { basis: contract, keep: P3Y }\n"
                + "subjects:\n  customer: { table: customer, key: [id], clock: none }\n"
                + "tables:\n  customer: { key: [id], purposes: [contract], columns: { id: example0 } }\n";

        Policy read = PolicyLoader.load(Files.writeString(folder.resolve("policy.yaml"), policy));

        for (int i = 0; i < examples.size(); i++) {
            assertThat(requireNonNull(read.categories().get("example" + i)).inStream())
                    .isEqualTo(examples.get(i));
        }
    }

    /** The part of a page between two marks. */
    static void check(String page, String part, String expected) throws IOException {
        Path file = DOCS.resolve(page);
        String begin = "<!-- " + part + ": made by DocumentationTest -->\n\n";
        String end = "<!-- end of " + part + " -->";
        String text = Files.readString(file);
        assertThat(text).contains(begin, end);
        int from = text.indexOf(begin) + begin.length();
        String written = text.substring(from, text.indexOf(end));
        String made = expected.lines()
                        .map(String::stripTrailing)
                        .collect(Collectors.joining("\n"))
                        .strip() + "\n\n";
        if ("write".equals(System.getProperty("documentation"))) {
            Files.writeString(file, text.replace(begin + written + end, begin + made + end));
        } else {
            assertThat(written).as("src/doc/%s, part %s", page, part).isEqualTo(made);
        }
    }
}

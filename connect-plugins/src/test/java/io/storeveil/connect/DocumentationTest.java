package io.storeveil.connect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldProtection;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.Guarantee;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/**
 * The tables of the plugin's documentation are made from the declarations. After a change of those: {@code mvn test -pl
 * connect-plugins -am -Dtest=DocumentationTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocumentation=write}.
 */
class DocumentationTest {

    private static final Path DOCS = Path.of("src/doc");

    @Test
    void theSettingsTable_isWhatTheCodeDeclares() throws IOException {
        StringBuilder table = new StringBuilder("| setting | default | allowed | meaning |\n|---|---|---|---|\n");
        for (String name : ProtectSettings.DEFINITION.names()) {
            ConfigDef.ConfigKey key =
                    requireNonNull(ProtectSettings.DEFINITION.configKeys().get(name));
            String otherwise = key.hasDefault() ? "`" + key.defaultValue + "`" : "required";
            table.append("| `").append(name).append("` | ");
            table.append(otherwise.equals("``") ? "none" : otherwise).append(" | ");
            table.append(key.validator).append(" | ").append(key.documentation).append(" |\n");
        }
        check("README.md", "settings", table.toString());
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
    void theProtectionsPage_isWhatTheyGuarantee() throws Exception {
        StringBuilder page = new StringBuilder();
        for (Protection protection : Protections.examples()) {
            page.append("## `")
                    .append(protection)
                    .append("`\n\n")
                    .append(protection.summary())
                    .append("\n\n");
            Guarantee guarantee = protection.guarantee();
            page.append("| reversible | same in, same out | joins | unreadable once the owner is erased | leaks |\n");
            page.append("|---|---|---|---|---|\n| ");
            page.append(word(guarantee.reversible())).append(" | ");
            page.append(word(guarantee.deterministic())).append(" | ");
            page.append(word(guarantee.joinable())).append(" | ");
            page.append(word(guarantee.ownerKeyed())).append(" | ");
            page.append(guarantee.leaks()).append(" |\n\n| takes | gives |\n|---|---|\n");
            for (FieldType.Kind kind : FieldType.Kind.values()) {
                if (protection.takes().contains(kind)) {
                    page.append("| ")
                            .append(kind.word())
                            .append(" | ")
                            .append(gives(protection, kind))
                            .append(" |\n");
                }
            }
            page.append('\n');
        }
        check("protections.md", "protections", page.toString());
    }

    private static String gives(Protection protection, FieldType.Kind kind) throws Exception {
        FieldType in = kind == FieldType.Kind.TEXT ? FieldType.text(40) : FieldType.of(kind);
        FieldProtection bound = protection.bind(in, new FieldContext("", "", "", ""));
        if (bound.effect() == FieldProtection.Effect.OMIT) {
            return "nothing";
        }
        Integer length = bound.out().length();
        return bound.out().kind().word()
                + (length == null || kind != FieldType.Kind.TEXT
                        ? ""
                        : ", of up to " + length + " for up to 40 characters")
                + (bound.nullable() ? ", optional" : "");
    }

    private static String word(boolean yes) {
        return yes ? "yes" : "no";
    }

    /** The part of a page between two marks. */
    private static void check(String page, String part, String expected) throws IOException {
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

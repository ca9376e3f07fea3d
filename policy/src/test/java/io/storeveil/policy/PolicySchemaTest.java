package io.storeveil.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The schema for editors and the loader say the same of a policy's form. */
class PolicySchemaTest {

    private static final Path SCHEMA = Path.of("../config/policy.schema.json");
    private static final List<Yaml> REPLACEMENTS = List.of(
            text("x"),
            text("null"),
            text(""),
            text("P3Y"),
            scalar("5", Yaml.Kind.NUMBER),
            scalar("true", Yaml.Kind.YES_NO),
            scalar("", Yaml.Kind.NULL),
            new Yaml.Items(List.of(), Place.START),
            new Yaml.Items(List.of(text("a"), text("a")), Place.START),
            new Yaml.Items(List.of(text("encrypt"), text("keep")), Place.START),
            new Yaml.Entries(List.of(), Place.START),
            new Yaml.Entries(List.of(new Yaml.Entry("is", Place.START, text("key"))), Place.START));

    /** A prime, so that each kind of mutation comes up; {@code -Dmutations.each=1} tries all. */
    private static final int EACH = Integer.getInteger("mutations.each", 5);

    private final JsonSchema schema =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SchemaWriter.json());

    @Test
    void theSchemaFileIsWrittenFromTheLoadersDeclaration() throws IOException {
        if (Boolean.getBoolean("write.schema")) {
            Files.writeString(SCHEMA, SchemaWriter.json());
        }
        assertThat(SCHEMA)
                .as("write it anew: mvn test -pl policy -Dtest=PolicySchemaTest -Dwrite.schema=true")
                .hasContent(SchemaWriter.json());
    }

    @Test
    void theExampleIsRightForBoth() throws IOException {
        assertThat(schema.validate(json(example()))).isEmpty();
        assertThat(loaderAccepts(example())).isTrue();
    }

    @Test
    void thePolicyOfTheDemonstrationIsRightForBoth() throws IOException {
        Path demo = Path.of("../config/policy.yaml");
        Yaml yaml = new YamlFile(new Problems("policy.yaml"))
                .read(Files.readAllBytes(demo))
                .orElseThrow();
        assertThat(schema.validate(json(yaml))).isEmpty();
        assertThat(PolicyLoader.load(demo).tables()).isNotEmpty();
    }

    @Test
    void mutationsOfTheExampleAreJudgedTheSameByBoth() throws IOException {
        List<String> disagreements = new ArrayList<>();
        int[] count = {0, 0};
        int[] number = {0};
        mutate(example(), mutant -> {
            if (number[0]++ % EACH != 0) {
                return;
            }
            boolean bySchema = schema.validate(json(mutant)).isEmpty();
            boolean byLoader = loaderAccepts(mutant);
            count[byLoader ? 1 : 0]++;
            if (bySchema != byLoader) {
                disagreements.add("schema " + bySchema + ", loader " + byLoader + ": " + problems(mutant));
            }
        });
        assertThat(disagreements).isEmpty();
        assertThat(count[0]).as("refused").isGreaterThan(500);
        assertThat(count[1]).as("accepted").isGreaterThan(50);
    }

    private static Yaml example() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of("src/test/resources/policies/shop.yaml"));
        return new YamlFile(new Problems("shop.yaml")).read(bytes).orElseThrow();
    }

    private static boolean loaderAccepts(Yaml yaml) {
        return problems(yaml).isEmpty();
    }

    private static List<String> problems(Yaml yaml) {
        Problems problems = new Problems("mutant");
        Yaml unused = new ShapeCheck(problems).check(Found.root(yaml), Language.ROOT);
        assertThat(unused).isNotNull();
        try {
            problems.throwIfAny();
            return List.of();
        } catch (PolicyException e) {
            return e.problems();
        }
    }

    /** One change at a time, anywhere: replaced by something else, left out, misspelt, joined by a stranger. */
    private static void mutate(Yaml yaml, Consumer<Yaml> each) {
        for (Yaml replacement : REPLACEMENTS) {
            each.accept(replacement);
        }
        if (yaml instanceof Yaml.Entries entries) {
            each.accept(with(entries, entries.entries().size(), new Yaml.Entry("stranger", Place.START, text("x"))));
            for (int i = 0; i < entries.entries().size(); i++) {
                int at = i;
                Yaml.Entry entry = entries.entries().get(i);
                each.accept(with(entries, i, null));
                each.accept(with(entries, i, new Yaml.Entry(entry.key() + "x", entry.keyAt(), entry.value())));
                mutate(
                        entry.value(),
                        value -> each.accept(with(entries, at, new Yaml.Entry(entry.key(), entry.keyAt(), value))));
            }
        } else if (yaml instanceof Yaml.Items items) {
            for (int i = 0; i < items.items().size(); i++) {
                int at = i;
                List<Yaml> fewer = new ArrayList<>(items.items());
                fewer.remove(i);
                each.accept(new Yaml.Items(fewer, items.at()));
                mutate(items.items().get(i), value -> {
                    List<Yaml> changed = new ArrayList<>(items.items());
                    changed.set(at, value);
                    each.accept(new Yaml.Items(changed, items.at()));
                });
            }
        }
    }

    private static Yaml with(Yaml.Entries entries, int at, Yaml.@org.jspecify.annotations.Nullable Entry entry) {
        List<Yaml.Entry> changed = new ArrayList<>(entries.entries());
        if (at < changed.size()) {
            changed.remove(at);
        }
        if (entry != null) {
            changed.add(at, entry);
        }
        return new Yaml.Entries(changed, entries.at());
    }

    private static Yaml text(String text) {
        return scalar(text, Yaml.Kind.TEXT);
    }

    private static Yaml scalar(String text, Yaml.Kind kind) {
        return new Yaml.Scalar(text, kind, Place.START);
    }

    private static JsonNode json(Yaml yaml) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (yaml instanceof Yaml.Entries entries) {
            ObjectNode object = json.objectNode();
            entries.entries().forEach(entry -> object.set(entry.key(), json(entry.value())));
            return object;
        }
        if (yaml instanceof Yaml.Items items) {
            ArrayNode array = json.arrayNode();
            items.items().forEach(item -> array.add(json(item)));
            return array;
        }
        Yaml.Scalar scalar = (Yaml.Scalar) yaml;
        return switch (scalar.kind()) {
            case TEXT -> json.textNode(scalar.text());
            case NUMBER -> json.numberNode(Long.parseLong(scalar.text()));
            case YES_NO -> json.booleanNode(Boolean.parseBoolean(scalar.text()));
            case NULL -> json.nullNode();
        };
    }
}

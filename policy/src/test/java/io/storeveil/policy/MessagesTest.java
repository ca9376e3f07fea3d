package io.storeveil.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a newcomer reads. {@code messages.txt} holds the cases: {@code #} what was done to the example, {@code -} its
 * text, {@code +} what stands there instead, {@code =} every problem said. {@code -Dwrite.messages=true} writes the last
 * anew, to be read before they are committed.
 */
class MessagesTest {

    private static final Path CASES = Path.of("src/test/resources/policies/messages.txt");

    private record Case(String title, String before, String after, List<String> problems) {

        static Case read(String text) {
            List<String> lines = text.lines().toList();
            return new Case(
                    of(lines, "#").get(0),
                    String.join("\n", of(lines, "-")),
                    String.join("\n", of(lines, "+")),
                    of(lines, "="));
        }

        private static List<String> of(List<String> lines, String sign) {
            return lines.stream()
                    .filter(line -> line.startsWith(sign))
                    .map(line -> line.length() > 2 ? line.substring(2) : "")
                    .toList();
        }

        String write(List<String> said) {
            List<String> lines = new ArrayList<>(List.of("# " + title));
            before.lines().forEach(line -> lines.add("- " + line));
            after.lines().forEach(line -> lines.add("+ " + line));
            said.forEach(line -> lines.add("= " + line));
            return String.join("\n", lines) + "\n";
        }
    }

    private static List<String> said(Case one) throws IOException {
        String shop = Files.readString(Path.of("src/test/resources/policies/shop.yaml"));
        assertThat(shop).as("the example holds").contains(one.before);
        String broken = shop.replace(one.before, one.after.replace("\\t", "\t").replace("\\0", "\u0000"));
        try {
            return List.of("loads: "
                    + PolicyLoader.read(broken.getBytes(StandardCharsets.UTF_8), "shop.yaml")
                            .store());
        } catch (PolicyException e) {
            return e.problems();
        }
    }

    @TestFactory
    List<DynamicTest> everyProblemIsSaidWithItsPlaceAndWhatIsAllowed() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        List<String> written = new ArrayList<>();
        for (String text : Files.readString(CASES).split("\n\n+")) {
            Case one = Case.read(text);
            written.add(one.write(said(one)));
            tests.add(DynamicTest.dynamicTest(
                    one.title, () -> assertThat(said(one)).containsExactlyElementsOf(one.problems)));
        }
        if (Boolean.getBoolean("write.messages")) {
            Files.writeString(CASES, String.join("\n", written));
        }
        return tests;
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> PolicyLoader.load(Path.of("no/such/policy.yaml")))
                .isInstanceOf(PolicyException.class)
                .hasMessage("no/such/policy.yaml: there is no such file");
    }

    @Test
    void aDirectoryIsNoPolicy(@TempDir Path directory) {
        assertThatThrownBy(() -> PolicyLoader.load(directory))
                .isInstanceOf(PolicyException.class)
                .hasMessage(directory + ": is not a file, but a directory; give the policy file itself");
    }

    @Test
    void anEmptyFileIsNoPolicy() {
        assertThatThrownBy(() -> PolicyLoader.read(new byte[0], "empty.yaml"))
                .hasMessage("empty.yaml:1:1: the file is empty; a policy begins with 'policy: storeveil/v1'");
    }

    @Test
    void aFileInAnotherEncodingIsNamedByItsFirstWrongByte() {
        byte[] latin = "policy: storeveil/v1\nstore: K\u00e4se".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> PolicyLoader.read(latin, "latin.yaml"))
                .hasMessage("latin.yaml:2:9: byte 0xe4 is not UTF-8; save the file as UTF-8");
    }

    @Test
    void anAliasThatGrowsWithoutEndIsRefusedAtItsAnchor() {
        StringBuilder bomb = new StringBuilder("a: &a [x, x]\n");
        for (char name = 'b'; name <= 'z'; name++) {
            char before = (char) (name - 1);
            bomb.append(name)
                    .append(": &")
                    .append(name)
                    .append(" [*")
                    .append(before)
                    .append(", *");
            bomb.append(before).append("]\n");
        }
        assertThatThrownBy(() -> PolicyLoader.read(bomb.toString().getBytes(StandardCharsets.UTF_8), "bomb.yaml"))
                .hasMessageStartingWith("bomb.yaml:1:4: anchors (&name) and aliases (*name) are not allowed");
    }

    @Test
    void nestingWithoutEndIsRefused() {
        byte[] deep = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> PolicyLoader.read(deep, "deep.yaml")).hasMessageContaining("nested more than 20 deep");
    }
}

package io.storeveil.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** However a policy is broken, it loads, or says where and what is wrong; nothing else ever happens. */
class BrokenPolicyTest {

    private static final byte[] SHOP = shop();
    private static final List<String> LINES = List.of(new String(SHOP, StandardCharsets.UTF_8).split("\n"));

    private static final List<String> OTHERS = List.of("5", "[]", "{ a: b }", "~", "true", "*x", "''", "{}");

    private static byte[] shop() {
        try {
            return Files.readAllBytes(Path.of("src/test/resources/policies/shop.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void loadsOrSaysWhy(byte[] bytes) {
        try {
            assertThat(PolicyLoader.read(bytes, "policy.yaml").sha256()).hasSize(64);
        } catch (PolicyException e) {
            assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> assertThat(problem)
                    .matches("policy\\.yaml:(\\d+:\\d+: .{10,}| and \\d+ more)")
                    .doesNotContain("Exception", "java.")
                    .doesNotContainPattern("@[0-9a-f]{6,}"));
        }
    }

    private static void loadsOrSaysWhy(List<String> lines) {
        loadsOrSaysWhy((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Example
    void cutOffAnywhere() {
        for (int length = 0; length < SHOP.length; length += 29) {
            loadsOrSaysWhy(Arrays.copyOf(SHOP, length));
        }
    }

    @Example
    void anyLineLeftOutTwiceOrMoved() {
        for (int i = 0; i < LINES.size(); i++) {
            List<String> without = new ArrayList<>(LINES);
            String line = without.remove(i);
            loadsOrSaysWhy(without);
            List<String> twice = new ArrayList<>(LINES);
            twice.add(i, line);
            loadsOrSaysWhy(twice);
            for (String indentation : List.of(" ", "\t")) {
                List<String> indented = new ArrayList<>(LINES);
                indented.set(i, indentation + line);
                loadsOrSaysWhy(indented);
            }
            List<String> outdented = new ArrayList<>(LINES);
            outdented.set(i, line.stripLeading());
            loadsOrSaysWhy(outdented);
        }
    }

    @Example
    void anyWordMisspeltOrOfAnotherType() {
        String text = String.join("\n", LINES);
        java.util.regex.Matcher word =
                java.util.regex.Pattern.compile("[A-Za-z0-9_.\"-]+").matcher(text);
        while (word.find()) {
            for (String other : List.of(word.group() + "x", OTHERS.get(word.start() % OTHERS.size()))) {
                loadsOrSaysWhy((text.substring(0, word.start()) + other + text.substring(word.end()))
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Property(tries = 200)
    void anyGarbageAnywhere(@ForAll("garbage") String garbage, @ForAll @IntRange(min = 0, max = 4000) int at) {
        String text = new String(SHOP, StandardCharsets.UTF_8);
        int where = Math.min(at, text.length());
        loadsOrSaysWhy((text.substring(0, where) + garbage + text.substring(where)).getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> garbage() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMinLength(1).ofMaxLength(8),
                Arbitraries.strings()
                        .withChars(":-?[]{}#&*!|>'\"%@`,\t\n \\")
                        .ofMinLength(1)
                        .ofMaxLength(6));
    }

    @Property(tries = 200)
    void anyByteChanged(@ForAll @IntRange(min = 0, max = 4000) int at, @ForAll byte value) {
        byte[] bytes = SHOP.clone();
        bytes[Math.min(at, bytes.length - 1)] = value;
        loadsOrSaysWhy(bytes);
    }

    @Property(tries = 200)
    void anyBytesAtAll(@ForAll byte[] bytes) {
        loadsOrSaysWhy(bytes);
    }

    @Property(tries = 200)
    void anyTwoLinesExchanged(
            @ForAll @IntRange(min = 0, max = 150) int one, @ForAll @IntRange(min = 0, max = 150) int other) {
        List<String> lines = new ArrayList<>(LINES);
        java.util.Collections.swap(lines, one % lines.size(), other % lines.size());
        loadsOrSaysWhy(lines);
    }
}

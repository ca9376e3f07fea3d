package io.storeveil.demo.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.demo.canary.ByteSearch.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ByteSearchTest {

    /** Two letters only, so that patterns overlap, repeat and share their windows. */
    @Property
    void findsExactlyWhatTheTextContains(
            @ForAll @Size(min = 1, max = 20)
                    List<@StringLength(min = 8, max = 12) @CharRange(from = 'a', to = 'b') String> patterns,
            @ForAll @StringLength(max = 300) @CharRange(from = 'a', to = 'b') String text) {
        Set<Integer> expected = new TreeSet<>();
        for (int i = 0; i < patterns.size(); i++) {
            if (text.contains(patterns.get(i))) {
                expected.add(i);
            }
        }

        List<Pattern> searched =
                patterns.stream().map(p -> Pattern.anywhere(bytes(p))).toList();

        assertThat(new TreeSet<>(found(searched, text))).isEqualTo(expected);
    }

    @Test
    void findsEveryOccurrence_alsoAtBothEnds() {
        assertThat(found(List.of(Pattern.anywhere(bytes("canaries"))), "canaries, canaries and canaries"))
                .containsExactly(0, 0, 0);
    }

    @Test
    void aNumberInALongerNumber_isNotFound() {
        List<Pattern> number = List.of(Pattern.whole(bytes("8400000001")));

        assertThat(found(number, "{\"id\":8400000001}")).containsExactly(0);
        assertThat(found(number, "84000000012, 18400000001, x8400000001")).isEmpty();
    }

    @Test
    void aShortPattern_isRefused() {
        assertThatThrownBy(() -> new ByteSearch(List.of(Pattern.anywhere(bytes("short")))))
                .hasMessage("a pattern has at least 8 bytes, not 5");
    }

    private static List<Integer> found(List<Pattern> patterns, String text) {
        List<Integer> found = new ArrayList<>();
        new ByteSearch(patterns).search(bytes(text), text.length(), found::add);
        return found;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.storeveil.protect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TokeniseTest {

    private static final FieldContext CONTEXT =
            new FieldContext("shop", "public.customer", "phone", "public.customer.phone");

    private final FixedKeyring keys = new FixedKeyring();

    @Property(tries = 300)
    void aToken_hasTheValuesLengthAlphabetAndKeptCharacters(@ForAll("phones") String phone) throws Exception {
        String token = token(phone("+ -/()"), phone);

        assertThat(token.replaceAll("[0-9]", "0")).isEqualTo(phone.replaceAll("[0-9]", "0"));
    }

    @Property(tries = 300)
    void anyOtherValue_isNotInTheClearAndStillComesBack(@ForAll String value) throws Exception {
        Protection tokenise = phone("+ -/()");

        String text = token(tokenise, value);

        assertThat(value.matches(tokenise.form().orElseThrow())).isEqualTo(text.charAt(0) != '~');
        if (text.charAt(0) == '~') {
            assertThat(text).matches("~[a-z2-7]+");
        }
        assertThat(tokenise.opening(CONTEXT).orElseThrow().open(keys, text))
                .isEqualTo(new Opened.Value(FieldType.Kind.TEXT, value));
    }

    @Property(tries = 300)
    void theForm_isWhatCanBeMadeAToken(@ForAll("nearlyPhones") String value) throws Exception {
        Protection tokenise = phone("+ -/()");

        assertThat(value.matches(tokenise.form().orElseThrow()))
                .isEqualTo(token(tokenise, value).charAt(0) != '~');
    }

    @Example
    void noTwoNumbers_haveOneToken() throws Exception {
        Set<String> tokens = new HashSet<>();
        for (int number = 0; number < 5_000; number++) {
            tokens.add(token(phone(""), String.format("%06d", number)));
        }
        assertThat(tokens).hasSize(5_000).allMatch(token -> token.matches("[0-9]{6}"));
    }

    @Example
    void aCharacterOutsideTheAlphabet_isNeverPassedOnUnlessThePolicyKeepsIt() throws Exception {
        assertThat(token(phone("+ "), "+49 30 123456 Ada")).startsWith("~").doesNotContain("Ada", "+", " ");
        assertThat(token(phone(""), "+49301234567")).startsWith("~");
        assertThat(token(phone("+"), "+49301234567")).matches("\\+[0-9]{11}");
    }

    @Example
    void shortestValues_areThoseOfAMillion() {
        assertThat(Ff1.shortest(10)).isEqualTo(6);
        assertThat(Ff1.shortest(2)).isEqualTo(20);
        assertThat(Ff1.shortest(26)).isEqualTo(5);
        assertThat(Ff1.shortest(36)).isEqualTo(4);
        assertThat(Ff1.shortest(62)).isEqualTo(4);
        assertThat(Ff1.shortest(256)).isEqualTo(3);
    }

    @Example
    void anAlphabetOf256Characters_comesBack() throws Exception {
        StringBuilder characters = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            characters.appendCodePoint(0x4e00 + i);
        }
        Protection tokenise = Protections.of("tokenise", Map.of("alphabet", characters.toString()));
        String value = characters.substring(250);

        String token = token(tokenise, value);

        assertThat(token).hasSize(6).isNotEqualTo(value);
        assertThat(tokenise.opening(CONTEXT).orElseThrow().open(keys, token))
                .isEqualTo(new Opened.Value(FieldType.Kind.TEXT, value));
    }

    @Example
    void aColumnTooNarrowForFf1_isRefused() {
        assertThatThrownBy(() -> phone("").bind(FieldType.text(5), CONTEXT))
                .isInstanceOf(CannotProtect.class)
                .hasMessage(
                        "'tokenise: {alphabet: digits}' cannot take texts of at most 5 characters; it takes 6 or more"
                                + " of its alphabet of 10");
    }

    @Example
    void anAlphabetOrKeptCharactersThatLeak_areRefused() {
        String allowed = "alphabet is '%s'; digits, upper-letters, lower-letters, letters, upper-alphanumeric,"
                + " lower-alphanumeric, alphanumeric, or 2 to 256 different characters are allowed; no spaces, no ~";
        for (String alphabet : new String[] {"a", "aba", "digit s", "ab~", "numbers and letters"}) {
            assertThatThrownBy(() -> Protections.of("tokenise", Map.of("alphabet", alphabet)))
                    .hasMessage("tokenise: " + allowed, alphabet);
        }
        for (String keep : new String[] {"a", "0", "~", "\n", "é"}) {
            assertThatThrownBy(() -> phone(keep)).hasMessageContaining("no letters, no digits, no ~");
        }
        assertThatThrownBy(() -> Protections.of("tokenise", Map.of("keep", "-")))
                .hasMessageStartingWith("tokenise: alphabet is missing; allowed: {alphabet: digits}");
    }

    @Example
    void whatIsNoToken_isRefusedWithoutQuotingIt() {
        FieldOpening opening = phone("").opening(CONTEXT).orElseThrow();

        assertThatThrownBy(() -> opening.open(keys, "Ada")).hasMessage("it is not a token of this alphabet");
        assertThatThrownBy(() -> opening.open(keys, "~ada"))
                .hasMessage("it is not a deterministic ciphertext of version 1");
    }

    private static Protection phone(String keep) {
        return Protections.of(
                "tokenise", keep.isEmpty() ? Map.of("alphabet", "digits") : Map.of("alphabet", "digits", "keep", keep));
    }

    private String token(Protection tokenise, String value) throws CannotProtect {
        return (String)
                requireNonNull(tokenise.bind(FieldType.text(null), CONTEXT).apply(value, keys, null));
    }

    @Provide
    Arbitrary<String> phones() {
        Arbitrary<String> rest =
                Arbitraries.strings().withChars("0123456789+ -/()").ofMaxLength(20);
        return Combinators.combine(Arbitraries.strings().numeric().ofLength(6), rest)
                .as((digits, more) -> digits + more);
    }

    @Provide
    Arbitrary<String> nearlyPhones() {
        return Arbitraries.strings().withChars("0123456789+ -/()x").ofMaxLength(140);
    }
}

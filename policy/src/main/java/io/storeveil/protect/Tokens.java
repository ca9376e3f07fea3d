package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.protect.FieldType.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Values and tokens of one alphabet and domain. A token is {@link Ff1} of the alphabet's characters, with the other
 * characters put back where they stood; key: the domain's for the purpose {@code storeveil/v1/tokenise}, tweak: the
 * alphabet in UTF-8. A value that is none to make a token of is {@code ~} and its {@link SivText}. Frozen by golden
 * files.
 */
final class Tokens {

    private final int[] alphabet;
    private final Map<Integer, Integer> places;
    private final String keep;
    private final int shortest;
    private final DomainSecret<Ff1> tokens;
    private final DomainSecret<SivText> others;

    Tokens(Alphabet alphabet, String keep, String domain) {
        this.alphabet = alphabet.codePoints();
        this.places = alphabet.places();
        this.keep = keep;
        int radix = alphabet.radix();
        this.shortest = Ff1.shortest(radix);
        byte[] tweak = alphabet.characters().getBytes(StandardCharsets.UTF_8);
        this.tokens = new DomainSecret<>(domain, key -> new Ff1(subkey(key), radix, tweak));
        this.others = SivText.ofDomain(domain);
    }

    private static byte[] subkey(SecretKey domainKey) {
        return DomainSecret.subkey(domainKey, "storeveil/v1/tokenise");
    }

    String of(Keyring keys, String value) {
        byte[] numerals = numerals(value);
        return numerals == null
                ? Tokenise.NO_TOKEN + others.of(keys).seal(ValueBytes.of(Kind.TEXT, value, 0, 0))
                : put(tokens.of(keys).encrypt(numerals), value);
    }

    Opened.Value open(Keyring keys, String text) throws CannotOpen {
        if (!text.isEmpty() && text.charAt(0) == Tokenise.NO_TOKEN) {
            return others.of(keys).open(text.substring(1));
        }
        byte[] numerals = numerals(text);
        if (numerals == null) {
            throw new CannotOpen("it is not a token of this alphabet");
        }
        return new Opened.Value(Kind.TEXT, put(tokens.of(keys).decrypt(numerals), text));
    }

    /** The places in the alphabet of its characters; null if there are too few or too many, or others than may stay. */
    private byte @Nullable [] numerals(String text) {
        byte[] numerals = new byte[Math.min(text.length(), Ff1.LONGEST)];
        int count = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int character = text.codePointAt(at);
            Integer place = places.get(character);
            if (place == null && keep.indexOf(character) >= 0) {
                continue;
            }
            if (place == null || count == numerals.length) {
                return null;
            }
            numerals[count++] = place.byteValue();
        }
        return count < shortest ? null : Arrays.copyOf(numerals, count);
    }

    /** These numerals in place of the text's own. */
    private String put(byte[] numerals, String text) {
        StringBuilder out = new StringBuilder(text.length());
        int count = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int character = text.codePointAt(at);
            boolean ours = places.containsKey(character);
            out.appendCodePoint(ours ? alphabet[numerals[count++] & 0xff] : character);
        }
        return out.toString();
    }
}

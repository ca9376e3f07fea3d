package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the characters of an alphabet by others of it, as many, by FF1 under the domain's key.
 *
 * @param keep characters beside the alphabet that stay where they are; neither letters nor digits
 */
record Tokenise(Alphabet alphabet, String keep) implements Protection {

    static final List<String> FORMS = List.of(
            "tokenise: {alphabet: digits}",
            "tokenise: {alphabet: digits, keep: \"+ -\"}",
            "tokenise: {alphabet: upper-alphanumeric}",
            "tokenise: {alphabet: letters}",
            "tokenise: {alphabet: \"0123456789abcdef\"}");

    /** Begins what could not be made a token, and is in no token. */
    static final char NO_TOKEN = '~';

    static Tokenise of(Options options) {
        options.only("alphabet", "keep");
        Alphabet alphabet = Alphabet.of(options);
        String keep = options.has("keep") ? options.text("keep") : "";
        boolean mayPass = keep.codePoints()
                .allMatch(each -> each > 31 && each < 127 && each != NO_TOKEN && !Character.isLetterOrDigit(each));
        if (!mayPass || keep.codePoints().anyMatch(each -> alphabet.characters().indexOf(each) >= 0)) {
            throw options.wrong(
                    "keep",
                    "spaces and signs of ASCII that are not in the alphabet are allowed; no letters, no digits, no "
                            + NO_TOKEN);
        }
        return new Tokenise(alphabet, keep);
    }

    @Override
    public String name() {
        return "tokenise";
    }

    @Override
    public String summary() {
        return "Replaces the value by another one of the same length and alphabet (FF1 of NIST SP 800-38G with AES-256"
                + " under the key of its domain). Named alphabets: " + String.join(", ", Alphabet.names())
                + "; or the characters themselves, 2 to 256 of them. Upper and lower case are different characters: for"
                + " a warehouse that compares without case, choose an alphabet of one case. What stands in keep stays where it"
                + " is.";
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(
                true,
                true,
                true,
                Guarantee.Key.DOMAIN,
                "which rows have the same value and how often, and its length"
                        + (keep.isEmpty() ? "" : ", and where the kept characters stand")
                        + "; it outlives an erasure, and who holds the domain's key reads it. A token says nothing of"
                        + " whether it was altered");
    }

    @Override
    public String malformed() {
        return "A value with any other character, with fewer than " + shortest() + " of the alphabet (FF1 needs "
                + "1,000,000 possible values) or with more than " + Ff1.LONGEST + " becomes " + NO_TOKEN
                + " and its encrypt-deterministic text, which no token begins with: it joins and comes back too, but is"
                + " longer. policy check counts the rows that hold such values.";
    }

    @Override
    public Optional<String> form() {
        String kept = keep.isEmpty() ? "" : "[" + Alphabet.escaped(keep) + "]*";
        String one = kept + "[" + Alphabet.escaped(alphabet.characters()) + "]";
        return Optional.of("^(" + one + "){" + shortest() + "," + Ff1.LONGEST + "}" + kept + "$");
    }

    @Override
    public Set<Kind> takes() {
        return Set.of(Kind.TEXT);
    }

    @Override
    public FieldProtection bind(FieldType in, FieldContext context) throws CannotProtect {
        CannotProtect.unlessTaken(this, in);
        Integer length = in.length();
        if (length != null && length < shortest()) {
            throw new CannotProtect("'" + this + "' cannot take texts of at most " + length + " characters; it takes "
                    + shortest() + " or more of its alphabet of " + alphabet.radix());
        }
        Integer longest = length == null ? null : Math.max(length, 1 + SivText.length(ValueBytes.longest(in)));
        return new Bound(tokens(context), FieldType.text(longest));
    }

    @Override
    public Optional<FieldOpening> opening(FieldContext context) {
        return Optional.of(tokens(context)::open);
    }

    private Tokens tokens(FieldContext context) {
        return new Tokens(alphabet, keep, context.domain());
    }

    private int shortest() {
        return Ff1.shortest(alphabet.radix());
    }

    @Override
    public String toString() {
        boolean named = Alphabet.names().contains(alphabet.word());
        return "tokenise: {alphabet: " + (named ? alphabet.word() : quoted(alphabet.word()))
                + (keep.isEmpty() ? "" : ", keep: " + quoted(keep)) + "}";
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private record Bound(Tokens tokens, FieldType out) implements FieldProtection {

        @Override
        public Effect effect() {
            return Effect.REPLACE;
        }

        @Override
        public boolean nullable() {
            return false;
        }

        @Override
        public @Nullable Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner) {
            return value == null ? null : tokens.of(keys, (String) value);
        }
    }
}

package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a part of a text.
 *
 * @param keepLast how many characters stay at the end; 0: an e-mail address's domain stays instead
 */
record Partial(int keepLast) implements Protection {

    private static final String MASK = "***";

    static Partial of(Options options) {
        if (options.isWord("email-domain")) {
            return new Partial(0);
        }
        options.only("keep-last");
        return new Partial(options.number("keep-last", 1, 1000));
    }

    @Override
    public String name() {
        return "partial";
    }

    @Override
    public String summary() {
        return keepLast == 0
                ? "Keeps an e-mail address's domain: ***@example.org."
                : "Keeps the last characters and puts * for the others.";
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(
                false,
                true,
                false,
                Guarantee.Key.NONE,
                keepLast == 0
                        ? "the domain of the address, which can be one person's"
                        : "the kept characters and the length of the text; few people may share them");
    }

    @Override
    public String malformed() {
        return keepLast == 0
                ? "A text without @ becomes " + MASK + "."
                : "A text that is not longer than what is kept becomes * altogether.";
    }

    @Override
    public Set<Kind> takes() {
        return Set.of(Kind.TEXT);
    }

    @Override
    public FieldProtection bind(FieldType in, FieldContext context) throws CannotProtect {
        CannotProtect.unlessTaken(this, in);
        Integer length = in.length();
        if (keepLast == 0 && length != null) {
            return new Bound(keepLast, FieldType.text(length + MASK.length()));
        }
        return new Bound(keepLast, in);
    }

    @Override
    public String toString() {
        return keepLast == 0 ? "partial: email-domain" : "partial: {keep-last: " + keepLast + "}";
    }

    private record Bound(int keepLast, FieldType out) implements FieldProtection {

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
            if (value == null) {
                return null;
            }
            String text = (String) value;
            return keepLast == 0 ? domain(text) : last(text);
        }

        private static String domain(String text) {
            int at = text.lastIndexOf('@');
            return at < 0 ? MASK : MASK + text.substring(at);
        }

        private String last(String text) {
            int characters = text.codePointCount(0, text.length());
            if (characters <= keepLast) {
                return "*".repeat(characters);
            }
            return "*".repeat(characters - keepLast)
                    + text.substring(text.offsetByCodePoints(0, characters - keepLast));
        }
    }
}

package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a value coarser and leaves its type as it is: a date becomes the first day of its month, year or decade. */
record Generalise(Coarser rule) implements Protection {

    static final List<String> FORMS = List.of(
            "generalise: hour",
            "generalise: part-of-day",
            "generalise: day",
            "generalise: month",
            "generalise: quarter",
            "generalise: year",
            "generalise: decade",
            "generalise: {bucket: 10}",
            "generalise: {bucket: 2.5}",
            "generalise: {grid: 0.1}",
            "generalise: {prefix: 3}",
            "generalise: {postcode: 2}",
            "generalise: {ip-prefix: 24}",
            "generalise: {ip-prefix: 24, ipv6-prefix: 56}");

    private static final int LONGEST_PREFIX = 1000;

    static Generalise of(Options options) {
        return new Generalise(rule(options));
    }

    private static Coarser rule(Options options) {
        for (String unit : List.of(Bucket.BUCKET, Bucket.GRID)) {
            if (options.has(unit)) {
                options.only(unit);
                return new Bucket(unit, options.size(unit));
            }
        }
        for (String unit : List.of(Prefix.PREFIX, Prefix.POSTCODE)) {
            if (options.has(unit)) {
                options.only(unit);
                return new Prefix(unit, options.number(unit, 1, LONGEST_PREFIX));
            }
        }
        if (options.has("ip-prefix")) {
            options.only("ip-prefix", "ipv6-prefix");
            return Network.of(options);
        }
        String word = options.word();
        for (Calendar unit : Calendar.values()) {
            if (unit.toString().equals(word)) {
                return unit;
            }
        }
        throw options.wrong();
    }

    @Override
    public String name() {
        return "generalise";
    }

    @Override
    public String summary() {
        return rule.summary();
    }

    @Override
    public Guarantee guarantee() {
        return new Guarantee(
                false,
                true,
                false,
                Guarantee.Key.NONE,
                "the coarser value; rare ones (a very old year) can be one person's");
    }

    @Override
    public String malformed() {
        return rule.malformed();
    }

    @Override
    public Optional<BigDecimal> width() {
        return rule instanceof Bucket bucket ? Optional.of(bucket.size()) : Optional.empty();
    }

    @Override
    public Set<Kind> takes() {
        return rule.takes();
    }

    @Override
    public FieldProtection bind(FieldType in, FieldContext context) throws CannotProtect {
        CannotProtect.unlessTaken(this, in);
        return new Bound(rule, rule.out(in));
    }

    @Override
    public String toString() {
        return "generalise: " + rule;
    }

    private record Bound(Coarser rule, FieldType out) implements FieldProtection {

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
            return value == null ? null : rule.of(value);
        }
    }
}

package io.storeveil.protect;

import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.protect.FieldType.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a value coarser and leaves its type as it is: a date becomes the first day of its month, year or decade.
 *
 * @param size of a bucket or prefix; 0 where the unit has none
 */
record Generalise(Unit unit, int size) implements Protection {

    static final List<String> FORMS = List.of(
            "generalise: day",
            "generalise: month",
            "generalise: year",
            "generalise: decade",
            "generalise: {bucket: 10}",
            "generalise: {prefix: 3}",
            "generalise: {ip-prefix: 24}");

    enum Unit {
        DAY,
        MONTH,
        YEAR,
        DECADE,
        BUCKET,
        PREFIX,
        IP_PREFIX;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static Generalise of(Options options) {
        if (options.has("bucket")) {
            return new Generalise(Unit.BUCKET, options.number("bucket", 2, Integer.MAX_VALUE));
        }
        if (options.has("prefix")) {
            return new Generalise(Unit.PREFIX, options.number("prefix", 1, 1000));
        }
        if (options.has("ip-prefix")) {
            return new Generalise(Unit.IP_PREFIX, options.number("ip-prefix", 1, 31));
        }
        return switch (options.word()) {
            case "day" -> new Generalise(Unit.DAY, 0);
            case "month" -> new Generalise(Unit.MONTH, 0);
            case "year" -> new Generalise(Unit.YEAR, 0);
            case "decade" -> new Generalise(Unit.DECADE, 0);
            default -> throw options.wrong();
        };
    }

    @Override
    public String name() {
        return "generalise";
    }

    @Override
    public String summary() {
        return switch (unit) {
            case DAY -> "A moment becomes the start of its day (UTC where it has a zone).";
            case MONTH -> "A date or moment becomes the start of its month (UTC where it has a zone).";
            case YEAR -> "A date or moment becomes the start of its year (UTC where it has a zone).";
            case DECADE -> "A date or moment becomes the start of its decade (UTC where it has a zone).";
            case BUCKET -> "A number becomes the lower end of its bucket: with 10, 47 becomes 40 and -1 becomes -10.";
            case PREFIX -> "A text keeps its first characters (a postcode's region); a shorter one becomes empty.";
            case IP_PREFIX ->
                "An IP address becomes its network, 192.0.2.0/24; what is not an IP address becomes"
                        + " 0.0.0.0/0. IPv6 keeps twice as many bits.";
        };
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
    public Set<Kind> takes() {
        return switch (unit) {
            case DAY -> EnumSet.of(Kind.TIMESTAMP, Kind.INSTANT);
            case MONTH, YEAR, DECADE -> EnumSet.of(Kind.DATE, Kind.TIMESTAMP, Kind.INSTANT);
            case BUCKET -> EnumSet.of(Kind.INTEGER, Kind.FLOAT, Kind.DECIMAL);
            case PREFIX, IP_PREFIX -> EnumSet.of(Kind.TEXT);
        };
    }

    @Override
    public FieldProtection bind(FieldType in, FieldContext context) throws CannotProtect {
        CannotProtect.unlessTaken(this, in);
        return switch (unit) {
            case PREFIX -> new Bound(this, FieldType.text(size));
            case IP_PREFIX -> new Bound(this, FieldType.text(Coarser.LONGEST_NETWORK));
            default -> new Bound(this, in);
        };
    }

    @Override
    public String toString() {
        return size == 0 ? "generalise: " + unit.word() : "generalise: {" + unit.word() + ": " + size + "}";
    }

    private record Bound(Generalise rule, FieldType out) implements FieldProtection {

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
            return switch (rule.unit) {
                case DAY, MONTH, YEAR, DECADE -> Coarser.time(value, rule.unit);
                case BUCKET -> Coarser.number(value, rule.size);
                case PREFIX -> Coarser.prefix((String) value, rule.size);
                case IP_PREFIX -> Coarser.network((String) value, rule.size);
            };
        }
    }
}

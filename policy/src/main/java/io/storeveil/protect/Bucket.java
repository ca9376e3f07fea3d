package io.storeveil.protect;

import io.storeveil.protect.FieldType.Kind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumSet;
import java.util.Set;

/**
 * A number becomes the lower end of its bucket, of the same Java type as it came in. A bucket that would begin below the
 * type's range begins at its end.
 *
 * @param unit {@code bucket}, or {@code grid} for a latitude or longitude in degrees
 */
record Bucket(String unit, BigDecimal size) implements Coarser {

    static final String BUCKET = "bucket";
    static final String GRID = "grid";

    @Override
    public String summary() {
        return unit.equals(GRID)
                ? "A latitude or longitude in degrees becomes the south or west edge of its cell in a grid. A degree of"
                        + " latitude is 111 km, and of longitude as much at the equator and half of it at 60 degrees."
                        + " Protect both columns alike."
                : "A number becomes the lower end of its bucket: with 10, 47 becomes 40 and -1 becomes -10.";
    }

    @Override
    public String malformed() {
        return "A number at the lower end of its " + (unit.equals(GRID) ? "cell" : "bucket")
                + " stays what it is, and so do NaN and infinity. A column whose last digit is no finer than that"
                + " holds nothing else, and policy check refuses it.";
    }

    /** Not a whole number where the bucket would leave it as it is, or is none itself. */
    @Override
    public Set<Kind> takes() {
        boolean whole = size.stripTrailingZeros().scale() <= 0 && size.compareTo(BigDecimal.ONE) > 0;
        return whole && unit.equals(BUCKET)
                ? EnumSet.of(Kind.INTEGER, Kind.FLOAT, Kind.DECIMAL)
                : EnumSet.of(Kind.FLOAT, Kind.DECIMAL);
    }

    @Override
    public FieldType out(FieldType in) {
        return in;
    }

    @Override
    public Object of(Object value) {
        if (value instanceof BigDecimal decimal) {
            // the lowest number of the bucket that has no more digits than the column
            return start(decimal).setScale(decimal.scale(), RoundingMode.CEILING);
        }
        if (value instanceof Double number) {
            return Double.isFinite(number)
                    ? (Object) start(new BigDecimal(number.toString())).doubleValue()
                    : number;
        }
        if (value instanceof Float number) {
            return Float.isFinite(number)
                    ? (Object) start(new BigDecimal(number.toString())).floatValue()
                    : number;
        }
        return whole((Number) value);
    }

    private BigDecimal start(BigDecimal number) {
        return number.divide(size, 0, RoundingMode.FLOOR).multiply(size);
    }

    private Object whole(Number value) {
        long number = value.longValue();
        long low = number - Math.floorMod(number, size.longValueExact());
        if (low > number) {
            low = Long.MIN_VALUE;
        }
        if (value instanceof Byte) {
            return (byte) Math.max(low, Byte.MIN_VALUE);
        }
        if (value instanceof Short) {
            return (short) Math.max(low, Short.MIN_VALUE);
        }
        return value instanceof Integer ? (Object) (int) Math.max(low, Integer.MIN_VALUE) : (Object) low;
    }

    @Override
    public String toString() {
        return "{" + unit + ": " + size.toPlainString() + "}";
    }
}

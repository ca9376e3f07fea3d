package io.storeveil.protect;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/** The arithmetic of {@link Generalise}. */
final class Coarser {

    /** An IPv6 network written out. */
    static final int LONGEST_NETWORK = 43;

    private static final String NO_NETWORK = "0.0.0.0/0";
    /** Digits, dots, colons and hex only: {@link InetAddress} would look any other text up as a host's name. */
    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private Coarser() {}

    static Object time(Object value, Generalise.Unit unit) {
        if (value instanceof LocalDate date) {
            return start(date, unit);
        }
        if (value instanceof LocalDateTime moment) {
            return LocalDateTime.of(start(moment.toLocalDate(), unit), LocalTime.MIDNIGHT);
        }
        LocalDate date = LocalDate.ofInstant((Instant) value, ZoneOffset.UTC);
        return start(date, unit).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static LocalDate start(LocalDate date, Generalise.Unit unit) {
        return switch (unit) {
            case DAY -> date;
            case MONTH -> date.withDayOfMonth(1);
            case YEAR -> date.withDayOfYear(1);
            default -> LocalDate.of(Math.floorDiv(date.getYear(), 10) * 10, 1, 1);
        };
    }

    /** Of the same Java type as it came in; a bucket that would begin below the type's range begins at its end. */
    static Object number(Object value, int bucket) {
        if (value instanceof BigDecimal decimal) {
            BigDecimal size = BigDecimal.valueOf(bucket);
            return decimal.divide(size, 0, RoundingMode.FLOOR).multiply(size).setScale(decimal.scale());
        }
        if (value instanceof Double number) {
            return Math.floor(number / bucket) * bucket;
        }
        if (value instanceof Float number) {
            return (float) (Math.floor(number / (double) bucket) * bucket);
        }
        long number = ((Number) value).longValue();
        long low = number - Math.floorMod(number, (long) bucket);
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

    /** A text that is not longer than the prefix would pass whole: it becomes empty. */
    static String prefix(String text, int size) {
        return text.codePointCount(0, text.length()) <= size ? "" : text.substring(0, text.offsetByCodePoints(0, size));
    }

    static String network(String text, int bits) {
        String address = text.contains("/") ? text.substring(0, text.indexOf('/')) : text;
        if (!V4.matcher(address).matches() && !V6.matcher(address).matches()) {
            return NO_NETWORK;
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            int kept = bytes.length == 4 ? Math.min(bits, 32) : Math.min(bits * 2, 128);
            for (int bit = kept; bit < bytes.length * 8; bit++) {
                bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
            }
            return InetAddress.getByAddress(bytes).getHostAddress() + "/" + kept;
        } catch (UnknownHostException e) {
            return NO_NETWORK;
        }
    }
}

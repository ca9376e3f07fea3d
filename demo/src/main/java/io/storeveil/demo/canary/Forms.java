package io.storeveil.demo.canary;

import io.storeveil.demo.canary.ByteSearch.Pattern;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postgresql.util.PGInterval;

/**
 * Every form that a value can take in Kafka, in a log line, in a report or in another database, by name. Forms shorter
 * than eight bytes cannot be told from chance and are left out; a date of birth as a number of days is looked for next
 * to its column's name, and, by {@link Decoded}, as the value of any number in a record.
 */
final class Forms {

    /** Of long values, their beginning is looked for. */
    private static final int BEGINNING = 48;

    private final Map<String, Pattern> patterns = new LinkedHashMap<>();

    private Forms() {}

    static Map<String, Pattern> ofText(String value) {
        Forms forms = new Forms();
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        forms.add("text", value);
        forms.add("JSON text", value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
        forms.add("Base64", base64(bytes));
        return forms.patterns;
    }

    /** @param value an integer or a fraction, in its usual spelling */
    static Map<String, Pattern> ofNumber(String value) {
        Forms forms = new Forms();
        forms.add("number", whole(value));
        if (value.contains(".")) {
            // from ten millions on, with an exponent
            forms.add("Java's number", whole(Double.toString(Double.parseDouble(value))));
        }
        return forms.patterns;
    }

    /** A numeric besides: Connect's Decimal is the Base64 of its unscaled bytes. */
    static Map<String, Pattern> ofDecimal(BigDecimal value) {
        Forms forms = new Forms();
        forms.add("number", whole(value.toPlainString()));
        forms.add(
                "Base64",
                '"' + Base64.getEncoder().encodeToString(value.unscaledValue().toByteArray()) + '"');
        return forms.patterns;
    }

    static Map<String, Pattern> ofBytes(byte[] value) {
        Forms forms = new Forms();
        byte[] beginning = Arrays.copyOf(value, Math.min(value.length, BEGINNING));
        forms.add("bytes", Pattern.anywhere(beginning));
        forms.add("Base64", base64(beginning));
        forms.add("hex", HexFormat.of().formatHex(beginning));
        forms.add("HEX", HexFormat.of().withUpperCase().formatHex(beginning));
        return forms.patterns;
    }

    /** Debezium gives the bits' bytes, the last first. */
    static Map<String, Pattern> ofBits(String zerosAndOnes) {
        byte[] bytes = new byte[(zerosAndOnes.length() + 7) / 8];
        for (int i = 0; i < zerosAndOnes.length(); i++) {
            if (zerosAndOnes.charAt(zerosAndOnes.length() - 1 - i) == '1') {
                bytes[i / 8] |= (byte) (1 << i % 8);
            }
        }
        Map<String, Pattern> patterns = ofBytes(bytes);
        patterns.put("text", whole(zerosAndOnes));
        return patterns;
    }

    /** @param value of hours or less: Debezium counts months and days as so many microseconds too */
    static Map<String, Pattern> ofInterval(PGInterval value) {
        Forms forms = new Forms();
        long micros = (value.getHours() * 3_600L + value.getMinutes() * 60L) * 1_000_000
                + Math.round(value.getSeconds() * 1_000_000);
        forms.add("microseconds", whole(String.valueOf(micros)));
        return forms.patterns;
    }

    static Map<String, Pattern> ofDate(String column, LocalDate value) {
        Forms forms = new Forms();
        forms.add("date", value.toString());
        forms.add("days", whole("\"" + column + "\":" + value.toEpochDay()));
        forms.add("days", whole(column + "=" + value.toEpochDay()));
        return forms.patterns;
    }

    static Map<String, Pattern> ofTime(String column, LocalTime value) {
        Forms forms = new Forms();
        long micros = value.getLong(ChronoField.MICRO_OF_DAY);
        forms.add("time", seconds(value.toString()));
        forms.add("microseconds", whole(String.valueOf(micros)));
        forms.add("milliseconds", whole("\"" + column + "\":" + micros / 1000));
        return forms.patterns;
    }

    /** @param value at UTC */
    static Map<String, Pattern> ofMoment(LocalDateTime value) {
        Forms forms = new Forms();
        String text = seconds(value.toString());
        forms.add("timestamp", text.replace('T', ' '));
        forms.add("ISO timestamp", text);
        long micros = value.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + value.getLong(ChronoField.MICRO_OF_SECOND);
        forms.add("microseconds", whole(String.valueOf(micros)));
        forms.add("milliseconds", whole(String.valueOf(micros / 1000)));
        forms.add("nanoseconds", whole(micros + "000"));
        return forms.patterns;
    }

    /** Java writes fractions in threes, PostgreSQL without zeros at the end: what both begin with. */
    private static String seconds(String iso) {
        return iso.contains(".") ? iso.replaceAll("0+$", "") : iso;
    }

    /** Whole groups only: what follows the value in a longer text changes the last one. */
    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, bytes.length / 3 * 3));
    }

    private static Pattern whole(String text) {
        return Pattern.whole(text.getBytes(StandardCharsets.UTF_8));
    }

    private void add(String name, String pattern) {
        add(name, Pattern.anywhere(pattern.getBytes(StandardCharsets.UTF_8)));
    }

    private void add(String name, Pattern pattern) {
        boolean known = patterns.values().stream().anyMatch(p -> Arrays.equals(p.bytes(), pattern.bytes()));
        if (pattern.bytes().length >= ByteSearch.WINDOW && !known) {
            patterns.put(patterns.containsKey(name) ? name + " in words" : name, pattern);
        }
    }
}

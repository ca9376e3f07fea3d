package io.storeveil.protect;

import io.storeveil.protect.FieldType.Kind;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * A value as PostgreSQL writes it ({@code column::text}), in the form in which the stream hands it to a protection: so that
 * whoever reads the store can say what the stream calls the same row. Holds for Debezium's default modes of decimals and
 * binary values, and for PostgreSQL's defaults of {@code DateStyle} and {@code bytea_output}.
 */
public final class StoredText {

    /** A time of day with 24 hours, as the stream has it. */
    private static final LocalTime END_OF_DAY = LocalTime.MAX;

    private static final DateTimeFormatter MOMENT = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffset("+HH:mm:ss", "+00")
            .toFormatter(Locale.ROOT);

    private StoredText() {}

    /**
     * What the stream has for values of this type.
     *
     * @param type PostgreSQL's own name of it, such as {@code int8} and {@code bpchar}; of a domain its base type's
     * @return empty where the stream spells a value otherwise than the store does
     */
    public static Optional<Kind> kind(String type) {
        return Optional.ofNullable(
                switch (type) {
                    case "bool" -> Kind.BOOLEAN;
                    case "int2", "int4", "int8" -> Kind.INTEGER;
                    case "numeric" -> Kind.DECIMAL;
                    case "bytea" -> Kind.BYTES;
                    case "date" -> Kind.DATE;
                    case "time" -> Kind.TIME;
                    case "timestamp" -> Kind.TIMESTAMP;
                    case "timestamptz" -> Kind.INSTANT;
                    case "uuid" -> Kind.UUID;
                    case "text", "varchar", "name", "citext", "cidr", "macaddr", "macaddr8", "ltree" -> Kind.TEXT;
                    default -> null;
                });
    }

    /**
     * @param kind of {@link #kind}; {@link Kind#TEXT} for the labels of an enum
     * @return the text itself where it is no value of the kind that Java has, such as an infinite date
     */
    public static Object value(Kind kind, String text) {
        try {
            return switch (kind) {
                case BOOLEAN -> text.startsWith("t");
                case INTEGER -> Long.valueOf(text);
                case DECIMAL -> new BigDecimal(text);
                case BYTES -> HexFormat.of().parseHex(text.replaceFirst("^\\\\x", ""));
                case DATE -> LocalDate.parse(text);
                case TIME -> text.startsWith("24:") ? END_OF_DAY : LocalTime.parse(text);
                case TIMESTAMP -> LocalDateTime.parse(text.replace(' ', 'T'));
                case INSTANT -> MOMENT.parse(text, OffsetDateTime::from).toInstant();
                case UUID -> text.toLowerCase(Locale.ROOT);
                case TEXT, FLOAT, JSON, OTHER -> text;
            };
        } catch (DateTimeException | IllegalArgumentException itHasNoOther) {
            return text;
        }
    }
}

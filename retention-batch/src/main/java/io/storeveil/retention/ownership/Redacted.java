package io.storeveil.retention.ownership;

import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code redact} makes of a column at rest: a constant of its type, unique where the column must be. */
public final class Redacted {
    static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "citext", "name");

    private static final Set<String> DIGESTS = Set.of("uuid", "bytea");

    private static final String UNIQUE = "redacted-";
    private static final int UNLIMITED = 1_000_000;

    private Redacted() {}

    /** As text, to be cast to the column's type; null for a type that has no such constant. */
    public static @Nullable String text(CatalogColumn column) {
        if (TEXTS.contains(column.baseType())) {
            Integer length = column.length();
            return length != null && length < "redacted".length() ? "redacted".substring(0, length) : "redacted";
        }
        if (column.category() == 'A') {
            return "{}";
        }
        return switch (column.baseType()) {
            case "int2", "int4", "int8", "float4", "float8", "numeric", "money", "oid" -> "0";
            case "date", "timestamp" -> "1970-01-01";
            case "timestamptz" -> "1970-01-01 00:00:00+00";
            case "time", "timetz" -> "00:00";
            case "interval" -> "0";
            case "json", "jsonb" -> "{}";
            case "xml" -> "<redacted/>";
            case "bytea" -> "";
            case "bool" -> "false";
            case "uuid" -> "00000000-0000-0000-0000-000000000000";
            case "inet" -> "0.0.0.0";
            case "cidr" -> "0.0.0.0/0";
            default ->
                column.enumLabels().isEmpty() ? null : column.enumLabels().get(0);
        };
    }

    /** True if each row's can be made different by the row's key behind or in it. */
    public static boolean variable(CatalogTable table, CatalogColumn column) {
        return (TEXTS.contains(column.baseType()) || DIGESTS.contains(column.baseType()))
                && !table.primaryKey().isEmpty();
    }

    /** A different one for each row, as SQL of the column's type; only for a {@link #variable} one. */
    static String distinct(CatalogTable table, CatalogColumn column, String alias) {
        String text = "'" + UNIQUE + "' || "
                + table.primaryKey().stream()
                        .map(key -> Sql.of(alias, key) + "::text")
                        .collect(Collectors.joining(" || '-' || "));
        Integer length = column.length();
        String value =
                switch (column.baseType()) {
                    case "uuid" -> "md5(" + text + ")";
                    case "bytea" -> "decode(md5(" + text + "), 'hex')";
                    // A short column keeps the key's end.
                    default ->
                        length == null || UNIQUE.length() + longestKey(table) <= length
                                ? text
                                : "right(" + text + ", " + length + ")";
                };
        return "cast(" + value + " as " + column.type() + ")";
    }

    /** True if two rows with the same value would break a constraint. */
    static boolean unique(CatalogTable table, CatalogColumn column) {
        return table.uniqueKeys().stream().anyMatch(key -> key.columns().contains(column.name()));
    }

    /** True if the column surely holds the longest key that the key's types can spell. */
    public static boolean roomForKey(CatalogTable table, CatalogColumn column) {
        if (DIGESTS.contains(column.baseType())) {
            return true;
        }
        Integer length = column.length();
        return length == null || longestKey(table) <= length;
    }

    private static int longestKey(CatalogTable table) {
        int longest = table.primaryKey().size() - 1;
        for (String key : table.primaryKey()) {
            longest += table.column(key).map(Redacted::longest).orElse(UNLIMITED);
        }
        return longest;
    }

    private static int longest(CatalogColumn key) {
        Integer length = key.length();
        return switch (key.baseType()) {
            case "int2" -> 6;
            case "int4" -> 11;
            case "int8" -> 20;
            case "uuid" -> 36;
            default -> length == null ? UNLIMITED : length;
        };
    }
}

package io.storeveil.retention.check;

import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code redact} makes of a column at rest: a constant of its type, unique where the column must be. */
final class Redacted {
    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "citext", "name");

    private static final int UNLIMITED = 1_000_000;

    private Redacted() {}

    /** As text, to be cast to the column's type; null for a type that has no such constant. */
    static @Nullable String text(CatalogColumn column) {
        if (TEXTS.contains(column.baseType())) {
            Integer length = column.length();
            return length != null && length < "redacted".length() ? "redacted".substring(0, length) : "redacted";
        }
        if (column.category() == 'A') {
            return "{}";
        }
        return switch (column.baseType()) {
            case "int2", "int4", "int8", "float4", "float8", "numeric", "money", "oid" -> "0";
            case "date", "timestamp", "timestamptz" -> "1970-01-01";
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

    /** True if each row's can be made different by the row's key behind it. */
    static boolean variable(CatalogTable table, CatalogColumn column) {
        return TEXTS.contains(column.baseType()) && !table.primaryKey().isEmpty();
    }

    /** True if the column surely holds the longest key that the key's types can spell. */
    static boolean roomForKey(CatalogTable table, CatalogColumn column) {
        Integer length = column.length();
        int needed = table.primaryKey().size() - 1;
        for (String key : table.primaryKey()) {
            needed += table.column(key).map(Redacted::longest).orElse(UNLIMITED);
        }
        return length == null || needed <= length;
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

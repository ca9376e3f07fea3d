package io.storeveil.retention.check;

import io.storeveil.retention.catalog.CatalogColumn;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code redact} makes of a column at rest: a constant of its type, unique where the column must be. */
final class Redacted {
    /** {@code redacted-} and the longest integer key. */
    static final int UNIQUE_LENGTH = 29;

    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "citext", "name");

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
            default -> null;
        };
    }

    /** True if every row's redacted text can hold the row's key. */
    static boolean roomForKey(CatalogColumn column) {
        Integer length = column.length();
        return TEXTS.contains(column.baseType()) && (length == null || length >= UNIQUE_LENGTH);
    }
}

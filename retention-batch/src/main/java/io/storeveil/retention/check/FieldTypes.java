package io.storeveil.retention.check;

import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.retention.catalog.CatalogColumn;

/** What a column's values are once Debezium has read them. */
final class FieldTypes {
    private FieldTypes() {}

    /** True for what Debezium gives as a JSON text, an array or a map, and for texts that may hold JSON. */
    static boolean hasInside(CatalogColumn column) {
        return switch (column.baseType()) {
            case "json", "jsonb", "text", "varchar", "bpchar", "hstore" -> true;
            default -> column.category() == 'A';
        };
    }

    static FieldType of(CatalogColumn column) {
        Kind kind =
                switch (column.baseType()) {
                    case "bool" -> Kind.BOOLEAN;
                    case "int2", "int4", "int8", "oid" -> Kind.INTEGER;
                    case "float4", "float8" -> Kind.FLOAT;
                    case "numeric", "money" -> Kind.DECIMAL;
                    case "bytea" -> Kind.BYTES;
                    case "date" -> Kind.DATE;
                    case "time", "timetz" -> Kind.TIME;
                    case "timestamp" -> Kind.TIMESTAMP;
                    case "timestamptz" -> Kind.INSTANT;
                    case "text",
                            "varchar",
                            "bpchar",
                            "name",
                            "citext",
                            "uuid",
                            "json",
                            "jsonb",
                            "xml",
                            "inet",
                            "cidr",
                            "macaddr",
                            "macaddr8",
                            "ltree" -> Kind.TEXT;
                    default -> column.enumLabels().isEmpty() ? Kind.OTHER : Kind.TEXT;
                };
        return new FieldType(kind, column.length());
    }
}

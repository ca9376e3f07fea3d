package io.storeveil.retention.check;

import static io.storeveil.retention.check.CaptureSetting.BINARY;
import static io.storeveil.retention.check.CaptureSetting.DECIMALS;
import static io.storeveil.retention.check.CaptureSetting.HSTORE;
import static io.storeveil.retention.check.CaptureSetting.INTERVALS;
import static io.storeveil.retention.check.CaptureSetting.UNKNOWN_TYPES;

import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.retention.catalog.CatalogColumn;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a column's values are once Debezium has read them: the page {@code types.md} of the plugin, in code. */
final class FieldTypes {

    /** Arrays of these it leaves out, whatever its settings. */
    private static final Set<String> NO_ARRAYS = Set.of("interval", "money", "xml", "point", "name", "varbit");

    /** Arrays of composite types and of domains, of which it knows no more than of a composite type. */
    static final String OWN_ARRAYS = "_record";

    private FieldTypes() {}

    /**
     * @param type    null if Debezium leaves the column out
     * @param because the setting that decided; null if none does
     */
    record Arrival(@Nullable FieldType type, @Nullable CaptureSetting because) {

        private Arrival(Kind kind) {
            this(FieldType.of(kind), null);
        }

        private Arrival(Kind kind, CaptureSetting because) {
            this(FieldType.of(kind), because);
        }

        private static Arrival text(@Nullable Integer length) {
            return new Arrival(FieldType.text(length), null);
        }

        private static Arrival none(@Nullable CaptureSetting because) {
            return new Arrival((@Nullable FieldType) null, because);
        }
    }

    /** True for what Debezium gives as a JSON text, an array or a map, and for texts that may hold JSON. */
    static boolean hasInside(CatalogColumn column) {
        return switch (column.baseType()) {
            case "json", "jsonb", "text", "varchar", "bpchar", "hstore" -> true;
            default -> column.category() == 'A' && !column.baseType().equals(OWN_ARRAYS);
        };
    }

    static Arrival of(CatalogColumn column, CaptureModes modes) {
        String type = column.baseType();
        return switch (type) {
            case "bool" -> new Arrival(Kind.BOOLEAN);
            case "bit", "varbit", "_bit" ->
                new Arrival(Integer.valueOf(1).equals(column.length()) ? Kind.BOOLEAN : Kind.BYTES);
            case "int2", "int4", "int8", "oid" -> new Arrival(Kind.INTEGER);
            case "float4", "float8" -> new Arrival(Kind.FLOAT);
            case "numeric", "money" -> decimal(modes);
            case "bytea" -> bytes(modes, BINARY);
            case "date" -> new Arrival(Kind.DATE);
            case "time", "timetz" -> new Arrival(Kind.TIME);
            case "timestamp" -> new Arrival(Kind.TIMESTAMP);
            case "timestamptz" -> new Arrival(Kind.INSTANT);
            case "interval" -> new Arrival(modes.is(INTERVALS, "numeric") ? Kind.INTEGER : Kind.TEXT, INTERVALS);
            case "uuid" -> new Arrival(Kind.UUID);
            case "json", "jsonb" -> new Arrival(Kind.JSON);
            case "hstore" -> new Arrival(modes.is(HSTORE, "json") ? Kind.JSON : Kind.OTHER, HSTORE);
            case "point", "geometry", "geography", "vector", "halfvec", "sparsevec", "int2vector", "oidvector" ->
                new Arrival(Kind.OTHER);
            case "varchar", "bpchar" -> Arrival.text(column.domain() == null ? column.length() : null);
            case "char" -> Arrival.text(1);
            case "text",
                    "name",
                    "citext",
                    "xml",
                    "ltree",
                    "isbn",
                    "inet",
                    "cidr",
                    "macaddr",
                    "macaddr8",
                    "tsvector",
                    "int4range",
                    "int8range",
                    "numrange",
                    "daterange",
                    "tsrange",
                    "tstzrange" -> new Arrival(Kind.TEXT);
            default -> other(column, modes);
        };
    }

    private static Arrival decimal(CaptureModes modes) {
        return switch (modes.of(DECIMALS)) {
            case "double" -> new Arrival(Kind.FLOAT, DECIMALS);
            case "string" -> new Arrival(Kind.TEXT, DECIMALS);
            default -> new Arrival(Kind.DECIMAL, DECIMALS);
        };
    }

    private static Arrival bytes(CaptureModes modes, CaptureSetting because) {
        return new Arrival(modes.is(BINARY, "bytes") ? Kind.BYTES : Kind.TEXT, because);
    }

    private static Arrival other(CatalogColumn column, CaptureModes modes) {
        if (!column.enumLabels().isEmpty()) {
            return new Arrival(Kind.TEXT);
        }
        boolean known = !column.baseType().equals(OWN_ARRAYS);
        if (column.category() == 'A' && (known || modes.is(UNKNOWN_TYPES, "true"))) {
            boolean never = NO_ARRAYS.contains(column.baseType().substring(1));
            return never ? Arrival.none(null) : new Arrival(Kind.OTHER);
        }
        return modes.is(UNKNOWN_TYPES, "true") ? bytes(modes, BINARY) : Arrival.none(UNKNOWN_TYPES);
    }
}

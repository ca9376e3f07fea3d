package io.storeveil.retention.check;

import static io.storeveil.retention.check.CaptureSetting.BINARY;
import static io.storeveil.retention.check.CaptureSetting.DECIMALS;
import static io.storeveil.retention.check.CaptureSetting.HSTORE;
import static io.storeveil.retention.check.CaptureSetting.TIMES;

import io.storeveil.protect.FieldProtection;
import io.storeveil.protect.FieldProtection.Effect;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.protect.Protection;
import io.storeveil.retention.catalog.CatalogColumn;

/** What Debezium's JDBC sink 3.5 cannot write to PostgreSQL, with or without Protect before it. */
final class SinkLimits {

    private SinkLimits() {}

    /** How much of a column the sink cannot write. */
    private enum Beyond {
        NOTHING,
        /** The store's own values. */
        VALUES,
        /** Any value of the type it arrives as. */
        TYPE,
        /** Not even null. */
        COLUMN
    }

    static boolean stores(
            CatalogColumn column, CaptureModes modes, Protection protection, FieldProtection bound, FieldType in) {
        boolean text = bound.effect() == Effect.REPLACE
                && (bound.out().kind() != in.kind() || bound.out().kind() == Kind.TEXT);
        if (bound.effect() == Effect.OMIT || text) {
            return true;
        }
        return switch (beyond(column, modes)) {
            case NOTHING -> true;
            case VALUES ->
                bound.effect() == Effect.REPLACE && !protection.name().equals("truncate");
            case TYPE -> protection.name().equals("null");
            case COLUMN -> false;
        };
    }

    private static Beyond beyond(CatalogColumn column, CaptureModes modes) {
        return switch (column.baseType()) {
            case "point" -> Beyond.COLUMN;
            case "numeric" ->
                modes.is(DECIMALS, "precise") && column.type().contains(",-") ? Beyond.COLUMN : Beyond.NOTHING;
            case "money" ->
                switch (modes.of(DECIMALS)) {
                    case "double" -> Beyond.TYPE;
                    case "string" -> Beyond.VALUES;
                    default -> Beyond.NOTHING;
                };
            case "varbit" -> column.length() == null ? Beyond.VALUES : Beyond.NOTHING;
            case "_timetz", "_timestamptz" -> Beyond.VALUES;
            case "_time", "_timestamp" -> modes.is(TIMES, "isostring") ? Beyond.NOTHING : Beyond.VALUES;
            case "_date" -> modes.is(TIMES, "connect") || modes.is(TIMES, "isostring") ? Beyond.NOTHING : Beyond.VALUES;
            case "_numeric" -> modes.is(DECIMALS, "precise") ? Beyond.VALUES : Beyond.NOTHING;
            case "_bytea", FieldTypes.OWN_ARRAYS -> modes.is(BINARY, "bytes") ? Beyond.VALUES : Beyond.NOTHING;
            case "_hstore" -> modes.is(HSTORE, "map") ? Beyond.VALUES : Beyond.NOTHING;
            default -> Beyond.NOTHING;
        };
    }
}

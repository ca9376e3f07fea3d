package io.storeveil.retention.ownership;

import io.storeveil.policy.AtRest;
import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a column becomes in a stub, as SQL. */
public final class AtRestValue {

    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "citext", "name");
    /** Types without an equality operator. */
    private static final Set<String> COMPARED_AS_TEXT = Set.of("json", "xml", "point", "box", "path", "polygon");

    private final Ownership ownership;

    public AtRestValue(Ownership ownership) {
        this.ownership = ownership;
    }

    /** The columns that do not keep their value. */
    public List<Column> columns(TableName table) {
        List<Column> columns = new ArrayList<>();
        for (Column column : ownership.table(table).columns().values()) {
            if (ownership.described(table).column(column.name()).isPresent()
                    && of(table, column, "a").isPresent()) {
                columns.add(column);
            }
        }
        return columns;
    }

    /** Empty where the value stays. */
    public Optional<String> of(TableName table, Column column, String alias) {
        CatalogColumn type = ownership.column(table, column.name());
        boolean links = ownership.linking(table).contains(column.name());
        AtRest.Action action = column.atRest().action();
        if (type.generated() || action == AtRest.Action.KEEP || (links && !type.nullable())) {
            return Optional.empty();
        }
        if (action == AtRest.Action.NULL || links) {
            return type.nullable() ? Optional.of("null::" + type.type()) : redacted(table, type, alias);
        }
        return action == AtRest.Action.CONSTANT && column.atRest().value() != null
                ? Optional.of(cast(column.atRest().value(), type))
                : redacted(table, type, alias);
    }

    /** True while the column is not yet at rest. */
    public String differs(TableName table, Column column, String alias) {
        CatalogColumn type = ownership.column(table, column.name());
        String cast = COMPARED_AS_TEXT.contains(type.baseType()) ? "::text" : "";
        return of(table, column, alias)
                .map(value -> Sql.of(alias, column.name()) + cast + " is distinct from (" + value + ")" + cast)
                .orElse("false");
    }

    private Optional<String> redacted(TableName table, CatalogColumn type, String alias) {
        if (TEXTS.contains(type.baseType())) {
            return Optional.of(
                    unique(table, type.name()) ? distinct(table, type, alias) : cast(cut("redacted", type), type));
        }
        String constant = constant(type);
        if (constant == null) {
            return type.nullable() ? Optional.of("null::" + type.type()) : Optional.empty();
        }
        return Optional.of(cast(constant, type));
    }

    /** The row's key behind it keeps two stubs apart; a short column keeps the key's end. */
    private String distinct(TableName table, CatalogColumn type, String alias) {
        String text = "'redacted-' || "
                + ownership.described(table).primaryKey().stream()
                        .map(column -> Sql.of(alias, column) + "::text")
                        .collect(Collectors.joining(" || '-' || "));
        Integer length = type.length();
        return "cast(" + (length == null ? text : "right(" + text + ", " + length + ")") + " as " + type.type() + ")";
    }

    private boolean unique(TableName table, String column) {
        CatalogTable described = ownership.described(table);
        return !described.primaryKey().isEmpty()
                && described.uniqueKeys().stream().anyMatch(key -> key.columns().contains(column));
    }

    private static String cut(String text, CatalogColumn type) {
        Integer length = type.length();
        return length != null && length < text.length() ? text.substring(0, length) : text;
    }

    private static String cast(String text, CatalogColumn type) {
        return "cast(" + Sql.literal(text) + " as " + type.type() + ")";
    }

    private static @Nullable String constant(CatalogColumn type) {
        if (type.category() == 'A') {
            return "{}";
        }
        return switch (type.baseType()) {
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
            default -> type.enumLabels().isEmpty() ? null : type.enumLabels().get(0);
        };
    }
}

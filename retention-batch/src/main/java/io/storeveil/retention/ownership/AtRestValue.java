package io.storeveil.retention.ownership;

import io.storeveil.policy.AtRest;
import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a column becomes in a stub, as SQL. Where a policy says what is inside of a column of JSON, each path comes to rest by
 * itself, and the column stands for all that no path names: it goes.
 */
public final class AtRestValue {

    /** Types without an equality operator. */
    private static final Set<String> COMPARED_AS_TEXT = Set.of("json", "xml", "point", "box", "path", "polygon");

    private final Ownership ownership;

    public AtRestValue(Ownership ownership) {
        this.ownership = ownership;
    }

    /** The columns, and paths inside of columns, that do not keep their value. */
    public List<Column> columns(TableName table) {
        List<Column> columns = new ArrayList<>();
        for (Column column : ownership.table(table).columns().values()) {
            if (ownership.described(table).column(column.name()).isPresent()) {
                if (byPath(table, column)) {
                    columns.addAll(column.inside().values());
                }
                columns.add(column);
            }
        }
        columns.removeIf(column -> of(table, column, "a").isEmpty());
        return columns;
    }

    /** True for a column that stands for what no path in it names: nothing keeps that, once a row is a stub. */
    public boolean isUnnamed(TableName table, Column column) {
        return byPath(table, whole(table, column)) && column.equals(whole(table, column));
    }

    /** For an update of rows that bring these to rest; each column is written once. */
    public String assignments(TableName table, List<Column> columns, String alias) {
        Map<Column, List<Column>> parts = new LinkedHashMap<>();
        columns.forEach(column -> parts.computeIfAbsent(whole(table, column), any -> new ArrayList<>())
                .add(column));
        return parts.entrySet().stream()
                .map(each -> Sql.name(each.getKey().name()) + " = "
                        + of(table, each.getKey(), each.getValue(), alias)
                                .orElse(Sql.of(alias, each.getKey().name())))
                .collect(Collectors.joining(", "));
    }

    /** Empty where the value stays. */
    public Optional<String> of(TableName table, Column column, String alias) {
        return of(table, whole(table, column), List.of(column), alias);
    }

    private Optional<String> of(TableName table, Column whole, List<Column> parts, String alias) {
        CatalogColumn type = ownership.column(table, whole.name());
        if (!type.generated() && byPath(table, whole)) {
            return JsonAtRest.of(whole, parts, type, Sql.of(alias, whole.name()));
        }
        return value(table, whole, type, alias);
    }

    private Optional<String> value(TableName table, Column column, CatalogColumn type, String alias) {
        boolean links = ownership.linking(table).contains(column.name());
        AtRest.Action action = column.atRest().action();
        if (type.generated() || action == AtRest.Action.KEEP) {
            return Optional.empty();
        }
        if (action == AtRest.Action.CONSTANT && column.atRest().value() != null) {
            return links && !ownership.mayNameAnother(table, column.name())
                    ? Optional.empty()
                    : Optional.of(cast(column.atRest().value(), type));
        }
        if (links && !type.takesNull()) {
            return Optional.empty();
        }
        if (action == AtRest.Action.NULL || links) {
            return type.takesNull() ? Optional.of("null::" + type.type()) : redacted(table, type, alias);
        }
        return redacted(table, type, alias);
    }

    /** True while it is not yet at rest. */
    public String differs(TableName table, Column column, String alias) {
        Column whole = whole(table, column);
        CatalogColumn type = ownership.column(table, whole.name());
        String name = Sql.of(alias, whole.name());
        if (byPath(table, whole)) {
            return of(table, column, alias)
                    .map(value -> JsonAtRest.parsed(name) + " is distinct from " + JsonAtRest.parsed("(" + value + ")"))
                    .orElse("false");
        }
        String cast = COMPARED_AS_TEXT.contains(type.baseType()) ? "::text" : "";
        return of(table, column, alias)
                .map(value -> name + cast + " is distinct from (" + value + ")" + cast)
                .orElse("false");
    }

    private Column whole(TableName table, Column part) {
        Column named = ownership.table(table).columns().get(part.name());
        return named != null
                ? named
                : ownership.table(table).columns().values().stream()
                        .filter(column -> column.inside().containsValue(part))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(table + " has no " + part.name()));
    }

    private boolean byPath(TableName table, Column column) {
        return !column.inside().isEmpty() && JsonAtRest.reads(ownership.column(table, column.name()));
    }

    private Optional<String> redacted(TableName name, CatalogColumn type, String alias) {
        CatalogTable table = ownership.described(name);
        if (Redacted.unique(table, type)) {
            if (Redacted.variable(table, type)) {
                return Optional.of(Redacted.distinct(table, type, alias));
            }
            if (type.takesNull()) {
                return Optional.of("null::" + type.type());
            }
        }
        String constant = Redacted.text(type);
        if (constant == null) {
            return type.takesNull() ? Optional.of("null::" + type.type()) : Optional.empty();
        }
        return Optional.of(cast(constant, type));
    }

    private static String cast(String text, CatalogColumn type) {
        return "cast(" + Sql.literal(text) + " as " + type.type() + ")";
    }
}

package io.storeveil.policy;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The names that a policy declares, and finding what a text refers to among them. */
final class Declared {

    final Set<String> categories = new LinkedHashSet<>();
    final Set<String> purposes = new LinkedHashSet<>();
    final Map<TableName, Set<String>> tables = new LinkedHashMap<>();
    private final Problems problems;

    Declared(Problems problems, Found<Yaml> root) {
        this.problems = problems;
        Fields.entries(root, "categories").forEach(entry -> categories.add(entry.key()));
        Fields.entries(root, "purposes").forEach(entry -> purposes.add(entry.key()));
        for (Yaml.Entry entry : Fields.entries(root, "tables")) {
            Set<String> columns = new LinkedHashSet<>();
            Found<Yaml> body = new Found<>(entry.value(), entry.keyAt(), entry.key());
            Fields.entries(body, "columns").forEach(column -> columns.add(column.key()));
            tableName(body.with(entry.key())).ifPresent(name -> {
                if (tables.putIfAbsent(name, columns) != null) {
                    problems.add(body, "the table " + name + " is declared a second time; remove one");
                }
            });
        }
    }

    Optional<TableName> tableName(Found<String> text) {
        try {
            return Optional.of(TableName.of(text.value()));
        } catch (IllegalArgumentException e) {
            problems.add(text, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    Optional<TableName> table(Found<String> text) {
        Optional<TableName> name = tableName(text);
        if (name.isPresent() && !tables.containsKey(name.get())) {
            problems.unknown(
                    text,
                    "table",
                    text.value(),
                    tables.keySet().stream().map(TableName::toString).toList());
            return Optional.empty();
        }
        return name;
    }

    /** A table without columns has been reported as such, or is not captured. */
    Optional<String> column(TableName table, Found<String> text) {
        Set<String> columns = tables.getOrDefault(table, Set.of());
        if (!columns.contains(text.value())) {
            if (columns.isEmpty()) {
                problems.add(text, table + " declares no columns; allowed: a column of a table that does");
            } else {
                problems.unknown(text, "column of " + table, text.value(), columns);
            }
            return Optional.empty();
        }
        return Optional.of(text.value());
    }

    /** {@code placed_at} (of the table given), {@code orders.placed_at} or {@code public.orders.placed_at}. */
    Optional<ColumnRef> columnOf(TableName otherwise, Found<String> text) {
        Set<String> own = tables.getOrDefault(otherwise, Set.of());
        if (own.contains(text.value())) {
            return Optional.of(new ColumnRef(otherwise, text.value()));
        }
        var parts = DottedName.parts(text.value());
        int last = parts.size() - 1;
        if (last == 0) {
            return column(otherwise, text.with(parts.get(0))).map(column -> new ColumnRef(otherwise, column));
        }
        TableName table = last == 1 ? new TableName("public", parts.get(0)) : new TableName(parts.get(0), parts.get(1));
        if (!tables.containsKey(table)) {
            problems.unknown(
                    text,
                    "table",
                    table.toString(),
                    tables.keySet().stream().map(TableName::toString).toList());
            return Optional.empty();
        }
        return column(table, text.with(parts.get(last))).map(column -> new ColumnRef(table, column));
    }

    Optional<String> known(String what, Found<String> text, Collection<String> allowed) {
        if (!allowed.contains(text.value())) {
            problems.unknown(text, what, text.value(), allowed);
            return Optional.empty();
        }
        return Optional.of(text.value());
    }
}

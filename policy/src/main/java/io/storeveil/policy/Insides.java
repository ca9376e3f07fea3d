package io.storeveil.policy;

import io.storeveil.policy.TableDraft.ColumnDraft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is inside of columns, path by path: as they declare it, and as the tables do that they are like. */
final class Insides {

    private final Problems problems;
    private final Map<TableName, TableDraft> tables;
    private final Domains domains;

    Insides(Problems problems, Map<TableName, TableDraft> tables, Domains domains) {
        this.problems = problems;
        this.tables = tables;
        this.domains = domains;
    }

    /** @param purposes of the column: what a path without purposes of its own serves */
    Map<JsonPath, Column> of(TableDraft table, ColumnDraft column, List<String> purposes) {
        Map<JsonPath, Column> inside = new LinkedHashMap<>();
        String name = column.name().value();
        declared(table, column, new LinkedHashSet<>()).forEach((path, part) -> {
            List<String> own = part.draft.purposes();
            inside.put(
                    path,
                    new Column(
                            name + "." + path,
                            part.draft.category(),
                            part.draft.inStream(),
                            part.draft.atRest(),
                            own.isEmpty() ? purposes : own,
                            domains.of(part.home, part.draft),
                            part.home == table && part.draft.references() != null
                                    ? part.draft.references().value()
                                    : null));
        });
        return inside;
    }

    /** @param home the table that says it: the one with the column, or one that the column is like */
    private record Part(TableDraft home, ColumnDraft draft) {}

    private Map<JsonPath, Part> declared(TableDraft table, ColumnDraft column, Set<TableName> asking) {
        Map<JsonPath, Part> parts = new LinkedHashMap<>();
        Found<TableName> like = column.like();
        if (like != null) {
            parts.putAll(like(like, asking));
        }
        column.inside().forEach((path, draft) -> {
            clash(path, parts.keySet()).ifPresent(other -> problems.add(draft.name(), other));
            parts.put(path, new Part(table, draft));
        });
        return parts;
    }

    private Map<JsonPath, Part> like(Found<TableName> like, Set<TableName> asking) {
        TableDraft table = tables.get(like.value());
        if (table == null) {
            return Map.of();
        }
        if (!asking.add(like.value())) {
            problems.add(
                    like,
                    "goes round in a circle (" + String.join(", ", names(asking))
                            + "); give one of these columns its paths with 'json:'");
            return Map.of();
        }
        Map<JsonPath, Part> parts = new LinkedHashMap<>();
        for (ColumnDraft column : table.columns.values()) {
            JsonPath member = JsonPath.member(column.name().value());
            if (column.isByPath()) {
                declared(table, column, asking).forEach((path, part) -> parts.put(member.then(path), part));
            } else {
                parts.put(member, new Part(table, column));
            }
        }
        asking.remove(like.value());
        return parts;
    }

    private static Optional<String> clash(JsonPath path, Set<JsonPath> others) {
        for (JsonPath other : others) {
            if (other.equals(path)) {
                return Optional.of("is the same place as another path, or as a column of the table in"
                        + " 'json-like:'; remove one");
            }
            if (path.isInside(other) || other.isInside(path)) {
                return Optional.of((path.isInside(other) ? "lies inside of " : "holds ") + other
                        + ", which has a category of its own; allowed: paths to single values, none inside of another");
            }
        }
        return Optional.empty();
    }

    private static List<String> names(Set<TableName> tables) {
        List<String> names = new ArrayList<>();
        tables.forEach(table -> names.add(table.toString()));
        return names;
    }
}

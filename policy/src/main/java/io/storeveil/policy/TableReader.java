package io.storeveil.policy;

import io.storeveil.policy.TableDraft.ColumnDraft;
import io.storeveil.policy.TableDraft.OwnerDraft;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the tables: each name is looked up, nothing is derived yet. */
final class TableReader {

    private static final List<String> BY_PATH_NOT = List.of("is", "in-stream", "at-rest", "domain", "references");

    private final Problems problems;
    private final Declared declared;
    private final CategoryReader protections;
    private final Map<String, Category> categories;

    TableReader(Problems problems, Declared declared, CategoryReader protections, Map<String, Category> categories) {
        this.problems = problems;
        this.declared = declared;
        this.protections = protections;
        this.categories = categories;
    }

    Map<TableName, TableDraft> read(Found<Yaml> root) {
        Map<TableName, TableDraft> tables = new LinkedHashMap<>();
        for (Yaml.Entry entry : Fields.entries(root, "tables")) {
            Found<Yaml> body = new Found<>(entry.value(), entry.keyAt(), entry.key());
            if (body.value() instanceof Yaml.Entries) {
                declared.tableName(body.with(entry.key()))
                        .ifPresent(name -> tables.putIfAbsent(name, table(body, name)));
            }
        }
        return tables;
    }

    private TableDraft table(Found<Yaml> body, TableName name) {
        TableDraft table = new TableDraft(body.with(name));
        table.shared = Fields.isTrue(body, "shared", false);
        table.dropsPartitions = Fields.text(body, "partitions")
                .filter(found -> found.value().equals(Language.DROP))
                .isPresent();
        table.captured = Fields.isTrue(body, "captured", true);
        for (Yaml.Entry entry : Fields.entries(body, "columns")) {
            Found<Yaml> column = new Found<>(entry.value(), entry.keyAt(), body.where() + "." + entry.key());
            column(table, column, entry.key()).ifPresent(draft -> table.columns.put(entry.key(), draft));
            table.places.put(entry.key(), entry.keyAt());
        }
        if (table.captured
                && Fields.entries(body).stream().noneMatch(entry -> entry.key().equals("columns"))) {
            problems.add(
                    body,
                    "'columns:' is missing; allowed: a mapping of columns to categories"
                            + " (only a table with 'captured: false' needs none)");
        }
        for (Found<String> column : Fields.texts(body, "key")) {
            declared.column(name, column).ifPresent(table.key::add);
        }
        for (Found<String> purpose : Fields.texts(body, "purposes")) {
            declared.known("purpose", purpose, declared.purposes).ifPresent(table.purposes::add);
        }
        table.clock.addAll(clock(name, body));
        table.clockless = Fields.text(body, "clock").isPresent();
        Fields.field(body, "owner").ifPresent(owner -> {
            for (Found<Yaml> link : owner.value() instanceof Yaml.Items ? Fields.items(owner) : List.of(owner)) {
                owner(table, link).ifPresent(table.owners::add);
            }
        });
        return table;
    }

    List<Found<ColumnRef>> clock(TableName table, Found<Yaml> body) {
        return Fields.texts(body, "clock").stream()
                .flatMap(text -> declared.columnOf(table, text).map(text::with).stream())
                .toList();
    }

    private Optional<ColumnDraft> column(TableDraft table, Found<Yaml> column, String name) {
        List<String> keys = Fields.entries(column).stream().map(Yaml.Entry::key).toList();
        boolean byPath = keys.contains("json") || keys.contains("json-like");
        if (!keys.isEmpty() && !byPath && !keys.contains("is")) {
            problems.add(column, "none of 'is:', 'json:' and 'json-like:' stands here; one of them is needed");
        }
        return byPath ? byPath(table, column, name) : value(table, column, name);
    }

    private Optional<ColumnDraft> byPath(TableDraft table, Found<Yaml> column, String name) {
        for (String key : BY_PATH_NOT) {
            Fields.field(column, key)
                    .ifPresent(found -> problems.add(
                            found, "stands beside 'json:' or 'json-like:', where each path has its own; remove one"));
        }
        Map<JsonPath, ColumnDraft> inside = new LinkedHashMap<>();
        for (Yaml.Entry entry : Fields.entries(column, "json")) {
            JsonPath path = JsonPath.of(entry.key());
            String inner = name + "." + path;
            table.places.put(inner, entry.keyAt());
            Found<Yaml> found = new Found<>(entry.value(), entry.keyAt(), column.where() + "." + path);
            value(table, found, inner).ifPresent(draft -> {
                if (inside.putIfAbsent(path, draft) != null) {
                    problems.add(found, "is the same place as another path; remove one");
                }
            });
        }
        Optional<Found<TableName>> like = Fields.text(column, "json-like")
                .flatMap(text -> declared.table(text).map(text::with));
        if (problems.concern(column.where()) || (inside.isEmpty() && like.isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(new ColumnDraft(
                column.with(name),
                Column.BY_PATH,
                Protections.of("drop", Map.of()),
                new AtRest(AtRest.Action.KEEP, null),
                purposes(column),
                null,
                null,
                inside,
                like.orElse(null)));
    }

    private List<String> purposes(Found<Yaml> column) {
        return Fields.texts(column, "for").stream()
                .flatMap(purpose -> declared.known("purpose", purpose, declared.purposes).stream())
                .toList();
    }

    private Optional<ColumnDraft> value(TableDraft table, Found<Yaml> column, String name) {
        Optional<Found<String>> is = column.value() instanceof Yaml.Scalar scalar
                ? Optional.of(new Found<>(scalar.text(), scalar.at(), column.where()))
                : Fields.text(column, "is").map(text -> new Found<>(text.value(), text.at(), column.where()));
        Optional<String> category = is.flatMap(text -> declared.known("category", text, declared.categories));
        Optional<Protection> inStream = Fields.field(column, "in-stream").flatMap(protections::protection);
        Optional<AtRest> atRest = Fields.field(column, "at-rest").flatMap(protections::atRest);
        List<String> purposes = purposes(column);
        Optional<Found<ColumnRef>> references = Fields.text(column, "references")
                .flatMap(text -> declared.columnOf(table.table(), text).map(text::with));
        Optional<Found<String>> domain = Fields.text(column, "domain");
        if (domain.isPresent() && references.isPresent()) {
            problems.add(domain.get(), "stands beside 'references:', which gives the domain; remove one");
        }
        Category known = category.map(categories::get).orElse(null);
        if (known == null || problems.concern(column.where())) {
            return Optional.empty();
        }
        return Optional.of(new ColumnDraft(
                column.with(name),
                known.name(),
                inStream.orElse(known.inStream()),
                atRest.orElse(known.atRest()),
                purposes,
                domain.orElse(null),
                references.orElse(null),
                Map.of(),
                null));
    }

    private Optional<OwnerDraft> owner(TableDraft table, Found<Yaml> link) {
        Optional<Found<TableName>> to =
                Fields.text(link, "to").flatMap(text -> declared.table(text).map(text::with));
        Map<String, String> on = new LinkedHashMap<>();
        for (Yaml.Entry entry : Fields.entries(link, "on")) {
            Found<String> own = new Found<>(entry.key(), entry.keyAt(), link.where() + ".on");
            Optional<String> column = declared.column(table.table(), own);
            if (to.isPresent() && entry.value() instanceof Yaml.Scalar scalar) {
                declared.column(to.get().value(), new Found<>(scalar.text(), scalar.at(), own.where()))
                        .ifPresent(theirs -> column.ifPresent(ours -> on.put(ours, theirs)));
            }
        }
        Map<String, String> when = new LinkedHashMap<>();
        for (Yaml.Entry entry : Fields.entries(link, "when")) {
            Found<String> own = new Found<>(entry.key(), entry.keyAt(), link.where() + ".when");
            if (entry.value() instanceof Yaml.Scalar scalar) {
                declared.column(table.table(), own).ifPresent(column -> when.put(column, scalar.text()));
            }
        }
        String cast = Fields.text(link, "cast").map(Found::value).orElse(null);
        return to.map(target -> new OwnerDraft(target, on, when, cast, link.at()));
    }
}

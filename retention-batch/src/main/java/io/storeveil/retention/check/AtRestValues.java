package io.storeveil.retention.check;

import io.storeveil.policy.AtRest;
import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.CheckConstraint;
import io.storeveil.retention.catalog.UniqueKey;
import io.storeveil.retention.ownership.Redacted;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Can the columns of a stub take their at-rest values, or would a constraint stop the sweep at night? */
final class AtRestValues {
    private static final int SAMPLE = 1000;

    private final Policy policy;
    private final Catalog catalog;
    private final Findings findings;
    private final Probe probe;
    /** Most columns of a store share a few types. */
    private final Map<String, Optional<String>> refusals = new LinkedHashMap<>();

    AtRestValues(Policy policy, Catalog catalog, Findings findings, Probe probe) {
        this.policy = policy;
        this.catalog = catalog;
        this.findings = findings;
        this.probe = probe;
    }

    void find() throws SQLException {
        for (Table table : policy.tables().values()) {
            Optional<CatalogTable> found = catalog.table(table.name());
            if (found.isPresent() && PolicyCheck.swept(policy, table)) {
                table(table, found.get());
            }
        }
    }

    private void table(Table table, CatalogTable found) throws SQLException {
        Map<String, String> values = new LinkedHashMap<>();
        for (Column column : table.columns().values()) {
            CatalogColumn type = found.column(column.name()).orElse(null);
            if (type != null && column.atRest().action() != AtRest.Action.KEEP) {
                Optional<String> value = value(table, column, type);
                value.ifPresent(sql -> values.put(column.name(), sql));
            }
        }
        found.uniqueKeys().forEach(unique -> unique(table, found, unique));
        for (CheckConstraint check : found.checks()) {
            check(table, found, check, values);
        }
    }

    /** The at-rest value as SQL of the column's own type, if the column can take it. */
    private Optional<String> value(Table table, Column column, CatalogColumn type) throws SQLException {
        if (type.generated()) {
            findings.error(
                    table.name(),
                    column.name(),
                    "a generated column cannot be written",
                    "at-rest: keep here, and an at-rest value for the columns it is made of");
            return Optional.empty();
        }
        AtRest atRest = column.atRest();
        if (atRest.action() == AtRest.Action.NULL) {
            if (!type.takesNull()) {
                findings.error(
                        table.name(),
                        column.name(),
                        "at rest it becomes null, and the column is NOT NULL",
                        "at-rest: redact, or { constant: ... }");
                return Optional.empty();
            }
            return Optional.of("cast(null as " + type.type() + ")");
        }
        String text = atRest.action() == AtRest.Action.CONSTANT ? atRest.value() : Redacted.text(type);
        if (text == null && type.takesNull()) {
            return Optional.of("cast(null as " + type.type() + ")");
        }
        if (text == null) {
            findings.error(
                    table.name(),
                    column.name(),
                    "there is no redacted value of type " + type.type() + ", and the column is NOT NULL",
                    "at-rest: { constant: ... } with a value of the type");
            return Optional.empty();
        }
        Integer length = type.length();
        if (length != null && text.length() > length) {
            findings.error(
                    table.name(),
                    column.name(),
                    "the at-rest constant has " + text.length() + " characters, the column holds " + length,
                    "at-rest: { constant: ... } with a shorter text");
            return Optional.empty();
        }
        String sql = "cast(" + Sql.literal(text) + " as " + type.type() + ")";
        Optional<String> refusal = refusal(sql);
        if (refusal.isPresent()) {
            findings.error(
                    table.name(),
                    column.name(),
                    "the at-rest value is none of type " + type.type() + " (" + refusal.get() + ")",
                    type.enumLabels().isEmpty()
                            ? "at-rest: { constant: ... } with a value of the type"
                            : "at-rest: { constant: ... } with one of " + String.join(", ", type.enumLabels()));
            return Optional.empty();
        }
        return Optional.of(sql);
    }

    private Optional<String> refusal(String sql) throws SQLException {
        Optional<String> known = refusals.get(sql);
        if (known == null) {
            known = probe.refusal("select " + sql);
            refusals.put(sql, known);
        }
        return known;
    }

    /** Two stubs must not collide: one column has to stay different, or be null, in each of them. */
    private void unique(Table table, CatalogTable found, UniqueKey unique) {
        if (unique.columns().isEmpty()) {
            return;
        }
        boolean crowded = false;
        for (String name : unique.columns()) {
            Column column = table.columns().get(name);
            CatalogColumn type = found.column(name).orElse(null);
            if (column == null || type == null || stays(column)) {
                return;
            }
            if (column.atRest().action() == AtRest.Action.REDACT && Redacted.variable(found, type)) {
                if (Redacted.roomForKey(found, type)) {
                    return;
                }
                crowded = true;
            } else if (column.atRest().action() == AtRest.Action.REDACT && type.takesNull()) {
                return;
            }
        }
        String columns = String.join(", ", unique.columns());
        if (crowded) {
            findings.warning(
                    table.name(),
                    columns,
                    "unique by " + unique.name()
                            + ", and too short to hold the longest key that could tell two redacted" + " values apart",
                    "at-rest: \"null\", or a longer column, unless the keys are short");
        } else {
            findings.error(
                    table.name(),
                    columns,
                    "unique by " + unique.name() + ": a second row with the same at-rest value would break it",
                    "at-rest: \"null\" or keep; redact is different in each row only for a text, uuid or bytea in a table"
                            + " with a primary key");
        }
    }

    private static boolean stays(Column column) {
        return column.atRest().action() == AtRest.Action.KEEP || column.atRest().action() == AtRest.Action.NULL;
    }

    /**
     * The condition over the at-rest values; columns that keep theirs are taken from rows of the table. Only the
     * number of rows that would break it leaves the database.
     */
    private void check(Table table, CatalogTable found, CheckConstraint check, Map<String, String> values)
            throws SQLException {
        if (check.columns().stream().noneMatch(values::containsKey)) {
            return;
        }
        boolean alone = values.keySet().containsAll(check.columns());
        String columns = found.columns().stream()
                .filter(column -> check.columns().contains(column.name()))
                .map(column ->
                        values.getOrDefault(column.name(), Sql.name(column.name())) + " as " + Sql.name(column.name()))
                .collect(Collectors.joining(", "));
        String rows = "select " + columns + (alone ? "" : " from " + Sql.name(table.name()) + " limit " + SAMPLE);
        String query = "select count(*) || ' ' || count(*) filter (where (" + check.expression() + ") is false) from ("
                + rows + ") " + Sql.name(table.name().name());
        String where = String.join(", ", check.columns());
        String says = "check " + check.name();
        String[] counts;
        try {
            counts = probe.answer(query).orElse("0 0").split(" ");
        } catch (SQLException e) {
            findings.warning(
                    table.name(),
                    where,
                    says + " could not be tried with the at-rest values (" + Probe.meaning(e) + ")",
                    "make sure that a stub satisfies it");
            return;
        }
        if (!counts[1].equals("0")) {
            findings.error(
                    table.name(),
                    where,
                    says + " does not allow the at-rest values",
                    "at-rest: { constant: ... } with values that satisfy it, or keep");
        } else if (counts[0].equals("0")) {
            findings.warning(
                    table.name(),
                    where,
                    says + " could not be tried with the at-rest values: the table has no rows",
                    "make sure that a stub satisfies it");
        }
    }
}

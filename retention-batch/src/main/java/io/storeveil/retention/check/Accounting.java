package io.storeveil.retention.check;

import io.storeveil.policy.Column;
import io.storeveil.policy.ColumnRef;
import io.storeveil.policy.Owner;
import io.storeveil.policy.Policy;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.ForeignKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Is every table, column and foreign key of the database in the policy, and the other way round? */
final class Accounting {
    private final Policy policy;
    private final Catalog catalog;
    private final Findings findings;

    Accounting(Policy policy, Catalog catalog, Findings findings) {
        this.policy = policy;
        this.catalog = catalog;
        this.findings = findings;
    }

    void find() {
        for (CatalogTable table : catalog.tables().values()) {
            if (policy.table(table.name()).isEmpty()) {
                findings.error(
                        table.name(),
                        "the policy does not mention this table",
                        "declare it under tables:, or with captured: false if it is neither streamed nor swept");
            }
        }
        for (TableName view : catalog.materializedViews()) {
            findings.warning(
                    view,
                    "a materialized view keeps its own copy of rows that the sweep deletes",
                    "REFRESH MATERIALIZED VIEW " + Sql.name(view) + " after each sweep");
        }
        policy.tables().values().forEach(this::table);
        PolicyCheck.eachKnown(policy, catalog, this::columns);
        catalog.foreignKeys().forEach(this::foreignKey);
        policy.subjects().values().forEach(this::subject);
    }

    private void table(Table table) {
        if (catalog.table(table.name()).isEmpty()) {
            boolean partition = catalog.tables().values().stream()
                    .flatMap(found -> found.partitions().stream())
                    .anyMatch(found -> found.name().equals(table.name()));
            findings.error(
                    table.name(),
                    partition ? "this is a partition of another table" : "the database has no such table",
                    partition
                            ? "declare the partitioned table instead"
                            : nearest(
                                    table.name().toString(),
                                    catalog.tables().keySet().stream()
                                            .map(TableName::toString)
                                            .toList()));
        }
    }

    private void columns(Table table, CatalogTable found) {
        List<String> existing = found.columns().stream().map(c -> c.name()).toList();
        for (String column : existing) {
            if (!table.columns().containsKey(column)) {
                findings.error(
                        table.name(),
                        column,
                        "the policy does not mention this column",
                        "declare it under columns: of " + table.name());
            }
        }
        for (String column : table.columns().keySet()) {
            exists(table.name(), column, "columns", existing);
        }
        for (Owner owner : table.owners()) {
            owner.on().keySet().forEach(column -> exists(table.name(), column, "owner: on", existing));
            owner.when().keySet().forEach(column -> exists(table.name(), column, "owner: when", existing));
            owner.on().values().forEach(column -> exists(owner.to(), column, "owner: on of " + table.name()));
        }
        table.key().forEach(column -> exists(table.name(), column, "key", existing));
        table.clock().forEach(clock -> exists(clock.table(), clock.column(), "clock of " + table.name()));
    }

    private void subject(SubjectKind kind) {
        kind.key().forEach(column -> exists(kind.table(), column, "key of subject " + kind.name()));
        kind.identifiers()
                .values()
                .forEach(column -> exists(kind.table(), column, "identifiers of subject " + kind.name()));
        if (kind.created() != null) {
            exists(kind.table(), kind.created(), "created of subject " + kind.name());
        }
        kind.clock().forEach(clock -> exists(clock.table(), clock.column(), "clock of subject " + kind.name()));
    }

    private void exists(TableName table, String column, String place) {
        catalog.table(table)
                .ifPresent(found -> exists(
                        table,
                        column,
                        place,
                        found.columns().stream().map(c -> c.name()).toList()));
    }

    private void exists(TableName table, String column, String place, Collection<String> existing) {
        if (!existing.contains(column)) {
            findings.error(
                    table, column, "the table has no such column (named in " + place + ")", nearest(column, existing));
        }
    }

    private void foreignKey(ForeignKey key) {
        Table table = policy.tables().get(key.table());
        if (table == null || policy.table(key.references()).isEmpty()) {
            return; // said already
        }
        boolean intoSwept = PolicyCheck.swept(policy, key.references());
        String says =
                "foreign key " + key.name() + " to " + key.references() + " (" + String.join(", ", key.columns()) + ")";
        if (!table.captured()) {
            if (intoSwept) {
                findings.warning(
                        key.table(),
                        says + " comes from a table that is not swept: its rows keep the rows they refer to",
                        "capture the table and give it an owner, or delete its rows by other means first");
            }
            return;
        }
        if (accountedFor(table, key)) {
            return;
        }
        String remedy = "say owner: { to: " + key.references() + ", on: " + pairs(key)
                + " } if these rows are a part of that one, or references: " + key.references() + "."
                + String.join(", ", key.referencedColumns()) + " on the column if not";
        if (intoSwept) {
            findings.error(key.table(), says + " is neither an owner link nor a reference", remedy);
        } else {
            findings.warning(key.table(), says + " is not in the policy", remedy);
        }
    }

    private static boolean accountedFor(Table table, ForeignKey key) {
        for (Map.Entry<String, String> pair : key.pairs().entrySet()) {
            boolean owned = table.owners().stream()
                    .anyMatch(owner -> owner.to().equals(key.references())
                            && pair.getValue().equals(owner.on().get(pair.getKey())));
            Column column = table.columns().get(pair.getKey());
            boolean referenced =
                    column != null && new ColumnRef(key.references(), pair.getValue()).equals(column.references());
            boolean itself =
                    key.table().equals(key.references()) && pair.getKey().equals(pair.getValue());
            if (!owned && !referenced && !itself) {
                return false;
            }
        }
        return true;
    }

    private static String pairs(ForeignKey key) {
        return "{ "
                + String.join(
                        ", ",
                        key.pairs().entrySet().stream()
                                .map(pair -> pair.getKey() + ": " + pair.getValue())
                                .toList())
                + " }";
    }

    private static String nearest(String name, Collection<String> candidates) {
        return candidates.stream()
                .filter(candidate -> distance(name, candidate) <= Math.max(2, name.length() / 3))
                .min(java.util.Comparator.comparingInt(candidate -> distance(name, candidate)))
                .map(candidate -> "did you mean " + candidate + "?")
                .orElse("remove it from the policy, or check that this is the right database");
    }

    /** Levenshtein, without case. */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                row[j] = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + (same ? 0 : 1));
            }
            above = row;
        }
        return above[b.length()];
    }
}

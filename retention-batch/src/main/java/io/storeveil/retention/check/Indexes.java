package io.storeveil.retention.check;

import io.storeveil.policy.ColumnRef;
import io.storeveil.policy.Owner;
import io.storeveil.policy.Policy;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.ForeignKey;
import io.storeveil.retention.catalog.Partition;
import java.util.ArrayList;
import java.util.List;

/** Would the sweep find its rows, or read whole tables for each of them? */
final class Indexes {
    private final Policy policy;
    private final Catalog catalog;
    private final Findings findings;

    Indexes(Policy policy, Catalog catalog, Findings findings) {
        this.policy = policy;
        this.catalog = catalog;
        this.findings = findings;
    }

    void find() {
        PolicyCheck.eachKnown(policy, catalog, (table, found) -> {
            for (Owner owner : table.owners()) {
                link(found, owner);
                need(owner.to(), List.copyOf(owner.on().values()), "the rows that own those of " + table.name());
            }
            if (PolicyCheck.swept(policy, table)) {
                table.clock().stream()
                        .filter(clock -> clock.table().equals(table.name()))
                        .map(ColumnRef::column)
                        .forEach(column -> need(table.name(), List.of(column), "expired rows (clock)"));
            }
        });
        catalog.foreignKeys()
                .filter(key -> PolicyCheck.swept(policy, key.references()))
                .forEach(this::foreignKey);
        for (SubjectKind kind : policy.subjects().values()) {
            kind.identifiers()
                    .values()
                    .forEach(column -> need(kind.table(), List.of(column), "a person by this identifier"));
            kind.open().forEach((contracts, condition) -> open(kind, contracts, condition));
        }
    }

    /** Each person of a batch is asked for: by an index on all contracts, the closed ones are all read. */
    private void open(SubjectKind kind, TableName contracts, String condition) {
        for (Owner owner : policy.table(contracts).map(Table::owners).orElse(List.of())) {
            List<String> on = List.copyOf(owner.on().keySet());
            catalog.table(contracts)
                    .filter(table -> owner.to().equals(kind.table()))
                    .filter(table -> on.stream().allMatch(c -> table.column(c).isPresent()))
                    .filter(table -> table.indexes().stream().noneMatch(index -> index.findsSome(on)))
                    .ifPresent(table -> findings.warning(
                            contracts,
                            String.join(", ", on),
                            "no index finds a " + kind.name() + "'s open contracts alone",
                            createIndex(table, on, " WHERE " + condition)));
        }
    }

    /** A polymorphic link is as well served by an index that begins with the type. */
    private void link(CatalogTable table, Owner owner) {
        List<String> on = List.copyOf(owner.on().keySet());
        List<String> whole = new ArrayList<>(owner.when().keySet());
        whole.addAll(on);
        if (table.indexOn(whole).isEmpty()) {
            need(table.name(), owner.when().isEmpty() ? on : whole, on, "the rows that belong to one of " + owner.to());
        }
    }

    private void foreignKey(ForeignKey key) {
        need(
                key.table(),
                key.columns(),
                "rows that still refer to one of " + key.references() + " (foreign key " + key.name() + ")");
    }

    private void need(TableName table, List<String> columns, String finds) {
        need(table, columns, columns, finds);
    }

    private void need(TableName name, List<String> best, List<String> enough, String finds) {
        catalog.table(name)
                .filter(table -> enough.stream().allMatch(c -> table.column(c).isPresent()))
                .filter(table -> table.indexOn(enough).isEmpty())
                .ifPresent(table -> findings.warning(
                        name, String.join(", ", best), "no index finds " + finds, createIndex(table, best, "")));
    }

    /** PostgreSQL takes a concurrently built index only on a leaf; the root's then adopts those of its leaves. */
    private static String createIndex(CatalogTable table, List<String> columns, String where) {
        String on = " (" + Sql.names(columns) + ")" + where;
        if (!table.partitioned()) {
            return "CREATE INDEX CONCURRENTLY ON " + Sql.name(table.name()) + on;
        }
        List<String> statements = new ArrayList<>();
        table.partitions().stream()
                .filter(Partition::leaf)
                .forEach(leaf -> statements.add("CREATE INDEX CONCURRENTLY ON " + Sql.name(leaf.name()) + on));
        statements.add("CREATE INDEX ON " + Sql.name(table.name()) + on);
        return String.join("; ", statements);
    }
}

package io.storeveil.retention.ownership;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.ForeignKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What refers to a row: rows that must go before it, and rows that only let go of it. */
public final class Dependents {

    private final Ownership ownership;

    public Dependents(Ownership ownership) {
        this.ownership = ownership;
    }

    /** Foreign keys that are no ownership and can be null: the rows stay, and let go. */
    public List<ForeignKey> lettingGo(TableName table) {
        return ownership.catalog().foreignKeysInto(table).stream()
                .filter(this::letsGo)
                .toList();
    }

    /** Foreign keys whose rows must be gone first, or keep the referenced row. */
    public List<ForeignKey> holdingOn(TableName table) {
        return ownership.catalog().foreignKeysInto(table).stream()
                .filter(key -> !letsGo(key))
                .toList();
    }

    /** Owner links that no foreign key stands behind. */
    public List<Link> undeclared(TableName table) {
        return ownership.linksInto(table).stream()
                .filter(link -> holdingOn(table).stream()
                        .noneMatch(key -> key.table().equals(link.from())
                                && link.owner().on().equals(key.pairs())
                                && link.owner().when().isEmpty()))
                .toList();
    }

    /** True for a row to which nothing holds on any more. */
    public String none(TableName table, String alias) {
        return "not " + some(table, alias);
    }

    public String some(TableName table, String alias) {
        return some(table, alias, Set.of());
    }

    /** @param but tables whose rows do not count */
    public String some(TableName table, String alias, Set<TableName> but) {
        List<String> found = new ArrayList<>();
        String child = alias + "_k";
        for (ForeignKey key : holdingOn(table)) {
            if (!but.contains(key.table())) {
                found.add(exists(key.table(), child, refers(key, child, alias), table, alias));
            }
        }
        for (Link link : undeclared(table)) {
            if (!but.contains(link.from())) {
                found.add(exists(
                        link.from(),
                        child,
                        link.joinsTo(child, alias) + " and " + link.appliesTo(child),
                        table,
                        alias));
            }
        }
        return Sql.any(found);
    }

    public static String refers(ForeignKey key, String child, String parent) {
        List<String> conditions = new ArrayList<>();
        key.pairs()
                .forEach((column, referenced) ->
                        conditions.add(Sql.of(child, column) + " = " + Sql.of(parent, referenced)));
        return Sql.all(conditions);
    }

    private static String exists(TableName from, String child, String condition, TableName table, String alias) {
        String other = from.equals(table) ? " and " + child + ".ctid <> " + alias + ".ctid" : "";
        return "exists (select 1 from " + Sql.name(from) + " " + child + " where " + condition + other + ")";
    }

    private boolean letsGo(ForeignKey key) {
        return !ownership.isOwnership(key)
                && key.columns().stream()
                        .map(column -> ownership.column(key.table(), column))
                        .allMatch(CatalogColumn::nullable);
    }
}

package io.storeveil.retention.ownership;

import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is encrypted under a row's key, in its own table and in others. */
public final class EncryptedUnder {

    private final Ownership ownership;
    private final Thresholds thresholds;
    private final AtRestValue atRest;

    public EncryptedUnder(Ownership ownership, Thresholds thresholds) {
        this.ownership = ownership;
        this.thresholds = thresholds;
        this.atRest = new AtRestValue(ownership);
    }

    /** The tables whose columns are under keys of this table's rows. */
    public Set<TableName> tables(TableName owner) {
        Set<TableName> tables = new LinkedHashSet<>();
        for (TableName table : ownership.childrenFirst()) {
            if (!columns(table).isEmpty()
                    && ownership.policy().ownerKeySources(ownership.table(table)).stream()
                            .anyMatch(source -> source.kind().equals(owner))) {
                tables.add(table);
            }
        }
        return tables;
    }

    /** What a row's key is for has ended for rows dated before this day; empty where no purpose ends. */
    public Optional<LocalDate> over(TableName owner) {
        Set<String> purposes = new LinkedHashSet<>();
        tables(owner).forEach(table -> columns(table)
                .forEach(column -> purposes.addAll(ownership.columnPurposes(table, column))));
        return thresholds.over(purposes);
    }

    /**
     * True for a row of whose values under its key none is left in the store.
     *
     * @param resting columns of the row that have just been brought to rest, and need not be looked at
     */
    public String nothing(TableName owner, String alias, List<Column> resting) {
        List<String> conditions = new ArrayList<>();
        for (TableName table : tables(owner)) {
            if (table.equals(owner)) {
                conditions.add("not " + living(table, alias, resting));
            }
            linksTo(owner, table).forEach(link -> conditions.add(below(link, alias)));
        }
        return Sql.all(conditions);
    }

    /** True if nothing but a row's own columns is ever under its key. */
    public boolean ownAlone(TableName owner) {
        return tables(owner).equals(Set.of(owner)) && linksTo(owner, owner).isEmpty();
    }

    /** True if what is under a row's key is found without reading whole tables. */
    public boolean indexed(TableName owner) {
        return tables(owner).stream()
                .flatMap(table -> linksTo(owner, table).stream())
                .allMatch(ownership::indexed);
    }

    private List<Link> linksTo(TableName owner, TableName table) {
        return ownership.linksOf(table).stream()
                .filter(link -> link.to().equals(owner))
                .toList();
    }

    private String below(Link link, String alias) {
        String child = alias + "_e";
        return "not exists (select 1 from " + Sql.name(link.from()) + " " + child + " where "
                + link.joinsTo(child, alias) + " and " + link.appliesTo(child)
                + (link.toItself() ? " and " + Sql.anotherRow(child, alias) : "") + " and "
                + living(link.from(), child, List.of()) + ")";
    }

    private List<Column> columns(TableName table) {
        return ownership.table(table).columns().values().stream()
                .filter(column -> column.ownerKeyed()
                        && ownership.described(table).column(column.name()).isPresent())
                .toList();
    }

    /** A value that has not come to rest, or never will. */
    private String living(TableName table, String alias, List<Column> resting) {
        return Sql.any(columns(table).stream()
                .filter(column -> !(resting.contains(column) && column.inside().isEmpty()))
                .map(column -> atRest.of(table, column, alias).isPresent()
                        ? atRest.differs(table, column, alias)
                        : Sql.of(alias, column.name()) + " is not null")
                .toList());
    }
}

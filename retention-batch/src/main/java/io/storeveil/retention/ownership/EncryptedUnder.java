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
    private final Clocks clocks;

    public EncryptedUnder(Ownership ownership, Thresholds thresholds) {
        this.ownership = ownership;
        this.thresholds = thresholds;
        this.atRest = new AtRestValue(ownership);
        this.clocks = new Clocks(ownership);
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

    /**
     * True for a row that is past all periods of what its key is for, and of whose values under that key none is left in
     * the store; empty where nothing dates the rows, or no purpose ends.
     */
    public Optional<String> nothing(TableName owner, String alias) {
        Set<String> purposes = new LinkedHashSet<>();
        List<String> conditions = new ArrayList<>();
        for (TableName table : tables(owner)) {
            columns(table).forEach(column -> purposes.addAll(ownership.columnPurposes(table, column)));
            if (table.equals(owner)) {
                conditions.add("not " + living(table, alias));
            }
            for (Link link : ownership.linksOf(table)) {
                if (link.to().equals(owner)) {
                    conditions.add(below(link, alias));
                }
            }
        }
        Optional<LocalDate> day = thresholds.over(purposes);
        return day.flatMap(over -> clocks.before(owner, alias, over))
                .map(over -> "(" + over + ") and " + Sql.all(conditions));
    }

    private String below(Link link, String alias) {
        String child = alias + "_e";
        return "not exists (select 1 from " + Sql.name(link.from()) + " " + child + " where "
                + link.joinsTo(child, alias) + " and " + link.appliesTo(child)
                + (link.toItself() ? " and " + Sql.anotherRow(child, alias) : "") + " and "
                + living(link.from(), child) + ")";
    }

    private List<Column> columns(TableName table) {
        return ownership.table(table).columns().values().stream()
                .filter(column -> column.ownerKeyed()
                        && ownership.described(table).column(column.name()).isPresent())
                .toList();
    }

    /** A value that has not come to rest, or never will. */
    private String living(TableName table, String alias) {
        return "("
                + String.join(
                        " or ",
                        columns(table).stream()
                                .map(column -> atRest.of(table, column, alias).isPresent()
                                        ? atRest.differs(table, column, alias)
                                        : Sql.of(alias, column.name()) + " is not null")
                                .toList())
                + ")";
    }
}

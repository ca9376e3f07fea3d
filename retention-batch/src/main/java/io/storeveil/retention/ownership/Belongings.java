package io.storeveil.retention.ownership;

import io.storeveil.policy.Purpose;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is a person's, as SQL that walks down from their own row, over each row once. By links to a key alone: whoever's row
 * is at rest is no longer found by an identifier.
 */
public final class Belongings {

    private final Ownership ownership;
    private final List<TableName> tables;
    private final TableName person;
    private final AtRestValue atRest;
    private final Dependents dependents;
    private final Clocks clocks;

    public Belongings(Ownership ownership, SubjectKind kind) {
        this.ownership = ownership;
        this.person = kind.table();
        this.tables = ownership.childrenFirst().stream()
                .filter(table -> ownership.leadsTo(table, kind) && !ownership.shared(table))
                .toList();
        this.atRest = new AtRestValue(ownership);
        this.dependents = new Dependents(ownership);
        this.clocks = new Clocks(ownership);
    }

    /**
     * True for a person of whom an erasure would take something: a row that can go, or one that is not at rest. Rows that a
     * law may still want, and rows at rest that others need, are left after an erasure as well.
     *
     * @param over laws want nothing that is older than this day
     */
    public String some(String alias, LocalDate over) {
        String found = alias + "_d";
        String rows = tables.stream()
                .map(table -> "select 1 from " + found + " join " + Sql.name(table) + " r on " + at(found, table, "r")
                        + " where " + taken(table, over))
                .collect(Collectors.joining(" union all "));
        return "exists (with recursive " + found + " (t, part, place) as (select " + tables.indexOf(person) + ", "
                + alias + ".tableoid, " + alias + ".ctid::text union select n.t, n.part, n.place from " + found
                + " cross join lateral (" + String.join(" union all ", steps(found)) + ") n) " + rows + ")";
    }

    private String taken(TableName table, LocalDate over) {
        List<String> some = new ArrayList<>(List.of(dependents.none(table, "r")));
        atRest.columns(table).forEach(column -> some.add(atRest.differs(table, column, "r")));
        boolean legal = ownership.policy().purposes().values().stream()
                .filter(purpose -> purpose.basis() == Purpose.Basis.LEGAL_OBLIGATION)
                .anyMatch(law -> ownership.rowPurposes(table).contains(law.name()));
        return Sql.any(some)
                + (legal ? " and (" + clocks.before(table, "r", over).orElse("null::boolean") + ") is true" : "");
    }

    private List<String> steps(String found) {
        List<String> steps = new ArrayList<>();
        for (TableName table : tables) {
            for (Link link : ownership.linksOf(table)) {
                if (tables.contains(link.to()) && ownership.unique(link)) {
                    steps.add("select " + tables.indexOf(table)
                            + " as t, c.tableoid as part, c.ctid::text as place from " + Sql.name(link.to())
                            + " p join " + Sql.name(table) + " c on " + link.joinsTo("c", "p") + " and "
                            + link.appliesTo("c") + " where " + at(found, link.to(), "p"));
                }
            }
        }
        return steps.isEmpty() ? List.of("select 0 as t, 0::oid as part, '' as place where false") : steps;
    }

    private String at(String found, TableName table, String alias) {
        return found + ".t = " + tables.indexOf(table) + " and " + alias + ".tableoid = " + found + ".part and " + alias
                + ".ctid = " + found + ".place::tid";
    }
}

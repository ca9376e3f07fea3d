package io.storeveil.retention.ownership;

import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose row a row is where a chain of single owners does not say it: rows under rows of their own table, tables that own
 * each other in a circle, identifiers that several people may have, several rows that are one person. As SQL that walks up
 * from the row, over each row once.
 */
final class Ancestry {

    private final Ownership ownership;
    private final SubjectKind kind;
    private final List<TableName> tables;
    private final boolean winding;

    Ancestry(Ownership ownership, SubjectKind kind, TableName table) {
        this.ownership = ownership;
        this.kind = kind;
        Set<TableName> above = new LinkedHashSet<>();
        this.winding = gather(table, above, new ArrayList<>());
        this.tables = List.copyOf(above);
    }

    /** False where each row has one chain of owners, which ends. */
    boolean winding() {
        return winding;
    }

    private boolean gather(TableName table, Set<TableName> above, List<TableName> path) {
        above.add(table);
        boolean winds = false;
        path.add(table);
        for (Link link : links(table)) {
            winds |= path.contains(link.to()) || !ownership.unique(link);
            if (!path.contains(link.to())) {
                winds |= gather(link.to(), above, path);
            }
        }
        path.remove(path.size() - 1);
        return winds;
    }

    private List<Link> links(TableName table) {
        return ownership.linksOf(table).stream()
                .filter(link -> ownership.leadsTo(link.to(), kind))
                .toList();
    }

    /** A query for the keys of all people whose the row is, each as text in a column {@code k}. */
    String people(String alias) {
        String person = alias + "_w";
        String found = alias + "_up";
        return "(with recursive " + found + " (t, part, place) as (select 0, " + alias + ".tableoid, " + alias
                + ".ctid::text union select n.t, n.part, n.place from " + found + " cross join lateral ("
                + steps(found).stream().collect(Collectors.joining(" union all ")) + ") n) select "
                + kind.key().stream()
                        .map(column -> Sql.of(person, column) + "::text")
                        .collect(Collectors.joining(" || ',' || "))
                + " as k from " + found + " join " + Sql.name(kind.table()) + " " + person + " on "
                + at(found, tables.indexOf(kind.table()), person) + ")";
    }

    /** The one whose the row is; null where it is nobody's, or nobody can tell. */
    Optional<String> person(String alias) {
        String least = "min(k)";
        boolean oneEach = links(kind.table()).isEmpty();
        return Optional.of("(select " + (oneEach ? "case when count(distinct k) = 1 then " + least + " end" : least)
                + " from " + people(alias) + " " + alias + "_k)");
    }

    private List<String> steps(String found) {
        List<String> steps = new ArrayList<>();
        for (TableName table : tables) {
            for (Link link : links(table)) {
                steps.add(step(found, link, "p", "c"));
                if (table.equals(kind.table()) && link.to().equals(table)) {
                    steps.add(step(found, link, "c", "p"));
                }
            }
        }
        return steps;
    }

    private String step(String found, Link link, String to, String from) {
        int here = tables.indexOf(from.equals("c") ? link.from() : link.to());
        int there = tables.indexOf(from.equals("c") ? link.to() : link.from());
        return "select " + there + " as t, " + to + ".tableoid as part, " + to + ".ctid::text as place from "
                + Sql.name(link.from()) + " c join " + Sql.name(link.to()) + " p on " + link.joinsTo("c", "p") + " and "
                + link.appliesTo("c") + " where " + at(found, here, from);
    }

    private static String at(String found, int table, String alias) {
        return found + ".t = " + table + " and " + alias + ".tableoid = " + found + ".part and " + alias + ".ctid = "
                + found + ".place::tid";
    }
}

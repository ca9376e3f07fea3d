package io.storeveil.policy;

import io.storeveil.policy.TableDraft.ColumnDraft;
import io.storeveil.policy.TableDraft.OwnerDraft;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Pseudonym domains. A column that repeats another table's key has that key's domain, through any number of tables;
 * equal values then have equal pseudonyms wherever they stand. Any other column is a domain of its own.
 */
final class Domains {

    private final Problems problems;
    private final Map<TableName, TableDraft> tables;
    private final Map<ColumnRef, String> resolved = new HashMap<>();

    Domains(Problems problems, Map<TableName, TableDraft> tables) {
        this.problems = problems;
        this.tables = tables;
    }

    String of(ColumnRef column) {
        return of(column, new LinkedHashSet<>());
    }

    /** Of a path inside a column, which nothing refers to. */
    String of(TableDraft table, ColumnDraft draft) {
        String name = draft.name().value();
        return draft.equals(table.columns.get(name))
                ? of(new ColumnRef(table.table(), name))
                : of(new ColumnRef(table.table(), name), table, draft, new LinkedHashSet<>());
    }

    private String of(ColumnRef column, Set<ColumnRef> asking) {
        String known = resolved.get(column);
        if (known != null) {
            return known;
        }
        TableDraft table = tables.get(column.table());
        ColumnDraft draft = table == null ? null : table.columns.get(column.column());
        if (table == null || draft == null) {
            return column.toString();
        }
        return of(column, table, draft, asking);
    }

    private String of(ColumnRef column, TableDraft table, ColumnDraft draft, Set<ColumnRef> asking) {
        if (!asking.add(column)) {
            problems.add(
                    draft.name(),
                    "refers to itself through "
                            + String.join(
                                    ", ",
                                    asking.stream().map(ColumnRef::toString).toList())
                            + "; one of them must refer to no other");
            return column.toString();
        }
        Map<String, ColumnRef> referred = new LinkedHashMap<>();
        for (ColumnRef target : targets(table, draft)) {
            referred.putIfAbsent(of(target, asking), target);
        }
        asking.remove(column);
        String domain = choose(column, draft, referred);
        resolved.put(column, domain);
        return domain;
    }

    private static Set<ColumnRef> targets(TableDraft table, ColumnDraft draft) {
        Set<ColumnRef> targets = new LinkedHashSet<>();
        if (draft.references() != null) {
            targets.add(draft.references().value());
        }
        for (OwnerDraft owner : table.owners) {
            String theirs = owner.on().get(draft.name().value());
            if (theirs != null) {
                targets.add(new ColumnRef(owner.to().value(), theirs));
            }
        }
        return targets;
    }

    private String choose(ColumnRef column, ColumnDraft draft, Map<String, ColumnRef> referred) {
        if (referred.size() == 1) {
            Map.Entry<String, ColumnRef> only = referred.entrySet().iterator().next();
            if (draft.domain() != null && !draft.domain().value().equals(only.getKey())) {
                problems.add(
                        draft.domain(),
                        Words.quote(draft.domain().value()) + " is not the domain of " + only.getValue()
                                + ", to which the column refers (" + only.getKey()
                                + "); remove 'domain:' here, or give "
                                + only.getValue() + " the domain");
            }
            return only.getKey();
        }
        if (draft.domain() != null) {
            return draft.domain().value();
        }
        if (referred.size() > 1 && draft.inStream().guarantee().domainKeyed()) {
            problems.add(
                    draft.name(),
                    "refers to "
                            + String.join(
                                    " and to ",
                                    referred.values().stream()
                                            .map(ColumnRef::toString)
                                            .toList())
                            + ", which are different domains; give those columns one 'domain:', or this one its own");
        }
        return column.toString();
    }
}

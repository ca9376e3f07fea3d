package io.storeveil.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whose rows are whose, and what follows from it: clocks, purposes, keys. Computed from a policy's owner links. */
public final class Ownership {

    private static final int MOST_PATHS = 1_000;

    private final Map<String, SubjectKind> subjects;
    private final Map<TableName, Table> tables;

    Ownership(Map<String, SubjectKind> subjects, Map<TableName, Table> tables) {
        this.subjects = subjects;
        this.tables = tables;
    }

    public static Ownership of(Policy policy) {
        return new Ownership(policy.subjects(), policy.tables());
    }

    /** The kind of person whose own rows this table holds. */
    public Optional<SubjectKind> subjectOf(TableName table) {
        return subjects.values().stream()
                .filter(kind -> kind.table().equals(table))
                .findFirst();
    }

    /** The columns that name one row of this table as an owner: the subject's key, otherwise the table's. */
    public List<String> keyOf(TableName table) {
        return subjectOf(table)
                .map(SubjectKind::key)
                .orElseGet(() -> tables.containsKey(table) ? tables.get(table).key() : List.of());
    }

    /** True if the link names the owner's whole key, so that the owner's key can be told from the row alone. */
    public boolean isByKey(Owner owner) {
        List<String> key = keyOf(owner.to());
        return !key.isEmpty() && key.equals(List.copyOf(owner.on().values()));
    }

    /**
     * Whose key the encrypted columns of a row of this table are under, first match wins: a subject's own row is its
     * own; otherwise the owner named by a link on the row; a row whose links are all null is its own owner.
     */
    public List<OwnerKeySource> keySources(Table table) {
        if (subjectOf(table.name()).isPresent()) {
            return List.of(new OwnerKeySource(table.name(), keyOf(table.name()), Map.of()));
        }
        List<OwnerKeySource> sources = new ArrayList<>();
        for (Owner owner : table.owners()) {
            if (isByKey(owner)) {
                sources.add(
                        new OwnerKeySource(owner.to(), List.copyOf(owner.on().keySet()), owner.when()));
            }
        }
        if (!table.key().isEmpty()) {
            sources.add(new OwnerKeySource(table.name(), table.key(), Map.of()));
        }
        return List.copyOf(sources);
    }

    /** The tables whose rows' keys some column is encrypted under. */
    public Set<TableName> keyOwners() {
        Set<TableName> kinds = new LinkedHashSet<>();
        for (Table table : tables.values()) {
            if (table.captured() && table.columns().values().stream().anyMatch(Column::ownerKeyed)) {
                keySources(table).forEach(source -> kinds.add(source.kind()));
            }
        }
        return kinds;
    }

    /** What retention of this table's rows runs from: its own clock, else the nearest owner's; empty: never. */
    public List<ColumnRef> clock(TableName name) {
        Set<TableName> seen = new LinkedHashSet<>();
        Deque<TableName> next = new ArrayDeque<>(List.of(name));
        while (!next.isEmpty()) {
            TableName current = next.remove();
            Table table = tables.get(current);
            if (table == null || !seen.add(current)) {
                continue;
            }
            List<ColumnRef> clock = ownClock(table);
            if (!clock.isEmpty()) {
                return clock;
            }
            table.owners().forEach(owner -> next.add(owner.to()));
        }
        return List.of();
    }

    private List<ColumnRef> ownClock(Table table) {
        return !table.clock().isEmpty()
                ? table.clock()
                : subjectOf(table.name()).map(SubjectKind::clock).orElse(List.of());
    }

    /** Every purpose that a row of this table serves: the table's and each column's. */
    public Set<String> rowPurposes(TableName name) {
        Set<String> purposes = new LinkedHashSet<>();
        Table table = tables.get(name);
        if (table != null) {
            purposes.addAll(table.purposes());
            table.columns().values().forEach(column -> purposes.addAll(column.purposes()));
        }
        return purposes;
    }

    /** The tables whose rows can belong to a person of this kind, the person's own table first. */
    public Set<TableName> reachable(SubjectKind kind) {
        return withDescendants(kind.table());
    }

    /** The tables with a link to this one. */
    public List<Table> children(TableName owner) {
        return tables.values().stream()
                .filter(table ->
                        table.owners().stream().anyMatch(link -> link.to().equals(owner)))
                .toList();
    }

    Set<TableName> withDescendants(TableName name) {
        Set<TableName> found = new LinkedHashSet<>();
        Deque<TableName> next = new ArrayDeque<>(List.of(name));
        while (!next.isEmpty()) {
            TableName current = next.remove();
            if (found.add(current)) {
                children(current).forEach(child -> next.add(child.name()));
            }
        }
        return found;
    }

    Set<TableName> withAncestors(TableName name) {
        Set<TableName> found = new LinkedHashSet<>();
        Deque<TableName> next = new ArrayDeque<>(List.of(name));
        while (!next.isEmpty()) {
            Table table = tables.get(next.remove());
            if (table != null && found.add(table.name())) {
                table.owners().forEach(owner -> next.add(owner.to()));
            }
        }
        return found;
    }

    /** Every way from this table to a person that passes no table twice; shorter ones first. */
    public List<OwnerPath> paths(TableName from) {
        List<OwnerPath> paths = new ArrayList<>();
        Deque<List<OwnerPath.Link>> next = new ArrayDeque<>();
        next.add(List.of());
        while (!next.isEmpty() && paths.size() < MOST_PATHS) {
            List<OwnerPath.Link> links = next.remove();
            TableName end =
                    links.isEmpty() ? from : links.get(links.size() - 1).owner().to();
            Optional<SubjectKind> subject = subjectOf(end);
            if (subject.isPresent()) {
                paths.add(new OwnerPath(from, links, subject.get()));
                continue;
            }
            Table table = tables.get(end);
            for (Owner owner : table == null ? List.<Owner>of() : table.owners()) {
                if (!owner.to().equals(from)
                        && links.stream().noneMatch(link -> link.owner().to().equals(owner.to()))) {
                    List<OwnerPath.Link> longer = new ArrayList<>(links);
                    longer.add(new OwnerPath.Link(end, owner));
                    next.add(List.copyOf(longer));
                }
            }
        }
        return List.copyOf(paths);
    }

    /** The pseudonym domain of any declared column. */
    public Optional<String> domain(ColumnRef column) {
        return Optional.ofNullable(tables.get(column.table()))
                .map(table -> table.columns().get(column.column()))
                .map(Column::domain);
    }
}

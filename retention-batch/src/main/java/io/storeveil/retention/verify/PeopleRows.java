package io.storeveil.retention.verify;

import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.ownership.Link;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Reference;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * The rows of people, for all of them at once, one statement for each link and level: from the rows that are the person,
 * and from those that are remembered to have been theirs, whether they are still there or not.
 */
final class PeopleRows {

    private final Lookup lookup;
    private final Ownership ownership;

    PeopleRows(Lookup lookup, Ownership ownership) {
        this.lookup = lookup;
        this.ownership = ownership;
    }

    private record Found(Family family, Row row) {}

    /**
     * Each person's rows, in the order of the people.
     *
     * @param remembered by request
     */
    List<Family> of(List<Erasure> people, Map<String, Remembered> remembered) throws SQLException {
        List<Family> families = people.stream().map(Family::new).toList();
        Map<SubjectKind, List<Family>> byKind = new LinkedHashMap<>();
        families.forEach(family -> byKind.computeIfAbsent(family.person().kind(), any -> new ArrayList<>())
                .add(family));
        for (Map.Entry<SubjectKind, List<Family>> each : byKind.entrySet()) {
            descend(themselves(each.getKey(), each.getValue(), remembered));
        }
        // Owners before what they own: whose a row is by now can be said only then.
        List<TableName> tables = new ArrayList<>(ownership.childrenFirst());
        Collections.reverse(tables);
        for (TableName table : tables) {
            descend(remembered(table, families, remembered));
        }
        return families;
    }

    private void descend(List<Found> rows) throws SQLException {
        Deque<List<Found>> next = new ArrayDeque<>(List.of(rows));
        while (!next.isEmpty()) {
            List<Found> owners = next.remove();
            TableName table = owners.isEmpty() ? null : owners.get(0).row.table();
            // What is under rows that others may need is not the person's.
            if (table != null && !ownership.shared(table)) {
                for (Link link : ownership.linksInto(table)) {
                    next.add(below(link, owners));
                }
            }
        }
    }

    /** The rows that are the person: by each key that one of them is known to have had, and confirmed to be the same. */
    private List<Found> themselves(SubjectKind kind, List<Family> families, Map<String, Remembered> remembered)
            throws SQLException {
        List<Family> whose = new ArrayList<>();
        List<List<String>> keys = new ArrayList<>();
        for (Family family : families) {
            Set<List<String>> known = new HashSet<>(Set.of(family.person().key()));
            Remembered before = remembered.get(family.person().request());
            if (before != null) {
                before.rows().getOrDefault(kind.table(), List.of()).stream()
                        .map(values -> Row.gone(kind.table(), values).texts(kind.key()))
                        .filter(key -> !key.isEmpty())
                        .forEach(known::add);
            }
            known.forEach(key -> {
                whose.add(family);
                keys.add(key);
            });
        }
        List<Found> all = new ArrayList<>();
        List<Found> fresh = added(kind.table(), whose, lookup.by(kind.table(), kind.key(), keys));
        List<Link> same = ownership.linksOf(kind.table()).stream()
                .filter(link -> link.to().equals(kind.table()))
                .toList();
        while (!fresh.isEmpty()) {
            all.addAll(fresh);
            List<Found> more = new ArrayList<>();
            for (Link link : same) {
                more.addAll(below(link, fresh));
                more.addAll(above(link, fresh));
            }
            fresh = more;
        }
        return all;
    }

    private List<Found> added(TableName table, List<Family> whose, List<Lookup.Match> matches) {
        List<Found> fresh = new ArrayList<>();
        for (Lookup.Match match : matches) {
            Family family = whose.get(match.number());
            Row row = Row.present(table, match.values());
            if (family.add(key(row), row) == row) {
                fresh.add(new Found(family, row));
            }
        }
        return fresh;
    }

    /** What was theirs in one table: as it is now, and as it was where it has changed or gone. */
    private List<Found> remembered(TableName table, List<Family> families, Map<String, Remembered> remembered)
            throws SQLException {
        List<Found> former = new ArrayList<>();
        for (Family family : families) {
            Remembered before = remembered.get(family.person().request());
            if (before != null) {
                before.rows()
                        .getOrDefault(table, List.of())
                        .forEach(values -> former.add(new Found(family, Row.gone(table, values))));
            }
        }
        List<Found> next = new ArrayList<>();
        if (!ownership.described(table).primaryKey().isEmpty()) {
            for (Lookup.Match match :
                    byKey(table, former.stream().map(Found::row).toList())) {
                Family family = former.get(match.number()).family;
                Row row = Row.present(table, match.values());
                if (family.get(table, key(row)) == null && stillTheirs(family, row)) {
                    family.add(key(row), row);
                    next.add(new Found(family, row));
                }
            }
        }
        for (Found was : former) {
            Row now = was.family.add(key(was.row), was.row);
            if (now == was.row || !now.texts(below(table)).equals(was.row.texts(below(table)))) {
                next.add(was);
            }
        }
        return next;
    }

    /** False where it is somebody else's by now: its number, or its owner, was given to another. */
    private boolean stillTheirs(Family family, Row row) throws SQLException {
        Optional<Link> link =
                ownership.linksOf(row.table()).stream().filter(row::follows).findFirst();
        row.drifts();
        if (link.isEmpty()) {
            return true;
        }
        List<String> values = row.texts(List.copyOf(link.get().owner().on().keySet()));
        List<String> named = List.copyOf(link.get().owner().on().values());
        for (Row owner : family.rows(link.get().to())) {
            if (owner.texts(named).equals(values)) {
                row.ownedBy(owner, byKey(link.get()));
                return true;
            }
        }
        return lookup.owners(link.get(), List.of(values)).isEmpty();
    }

    /** The rows that still have the primary keys of these, by their places. */
    List<Lookup.Match> byKey(TableName table, List<Row> rows) throws SQLException {
        List<String> primary = ownership.described(table).primaryKey();
        return lookup.by(
                table, primary, rows.stream().map(row -> row.texts(primary)).toList());
    }

    private List<Found> below(Link link, List<Found> owners) throws SQLException {
        List<Found> asking = new ArrayList<>();
        List<List<String>> values = new ArrayList<>();
        filled(owners, List.copyOf(link.owner().on().values()), asking, values);
        Set<Integer> others = alsoOfOthers(link, asking, values);
        List<Found> fresh = new ArrayList<>();
        for (Lookup.Match match : lookup.ownedBy(link, values)) {
            if (!others.contains(match.number())) {
                Found owner = asking.get(match.number());
                Row row = Row.present(link.from(), match.values());
                Row known = owner.family.add(key(row), row);
                if (known != owner.row) {
                    known.ownedBy(owner.row, byKey(link));
                }
                if (known == row) {
                    fresh.add(new Found(owner.family, row));
                }
            }
        }
        return fresh;
    }

    /** An identifier, or the key of a row that is gone, may be others' as well: whose the rows under it are nobody can say. */
    private Set<Integer> alsoOfOthers(Link link, List<Found> asking, List<List<String>> values) throws SQLException {
        Set<Integer> others = new HashSet<>();
        if (ownership.unique(link) && asking.stream().noneMatch(found -> found.row.gone())) {
            return others;
        }
        for (Lookup.Match match : lookup.owners(link, values)) {
            Row owner = Row.present(link.to(), match.values());
            Row known = asking.get(match.number()).family.get(link.to(), key(owner));
            if (known == null) {
                others.add(match.number());
            }
        }
        return others;
    }

    /** An owner that is named by its key cannot go before what it owns. */
    private boolean byKey(Link link) {
        return Set.copyOf(link.owner().on().values()).equals(Set.copyOf(ownership.ownerKey(link.to())));
    }

    private List<Found> above(Link link, List<Found> rows) throws SQLException {
        List<Found> asking = new ArrayList<>();
        List<List<String>> values = new ArrayList<>();
        filled(rows, List.copyOf(link.owner().on().keySet()), asking, values);
        return added(
                link.to(),
                asking.stream().map(Found::family).toList(),
                lookup.by(link.to(), List.copyOf(link.owner().on().values()), values));
    }

    private static void filled(List<Found> rows, List<String> columns, List<Found> asking, List<List<String>> values) {
        for (Found found : rows) {
            List<String> texts = found.row.texts(columns);
            if (!texts.isEmpty()) {
                asking.add(found);
                values.add(texts);
            }
        }
    }

    /** Rows that several people use, behind each person's own, however far. */
    Map<Family, List<Row>> shared(List<Family> families) throws SQLException {
        Map<Family, List<Row>> shared = new LinkedHashMap<>();
        Set<Object> known = new HashSet<>();
        List<Found> next = new ArrayList<>();
        families.forEach(family -> family.present().forEach(row -> next.add(new Found(family, row))));
        while (!next.isEmpty()) {
            Map<TableName, List<Found>> byTable = new TreeMap<>();
            next.forEach(found -> byTable.computeIfAbsent(found.row.table(), any -> new ArrayList<>())
                    .add(found));
            next.clear();
            for (Map.Entry<TableName, List<Found>> each : byTable.entrySet()) {
                for (Reference reference : ownership.toShared(each.getKey())) {
                    for (Found found : behind(reference, each.getValue())) {
                        if (known.add(List.of(found.family, found.row.table(), key(found.row)))) {
                            shared.computeIfAbsent(found.family, any -> new ArrayList<>())
                                    .add(found.row);
                            next.add(found);
                        }
                    }
                }
            }
        }
        return shared;
    }

    private List<Found> behind(Reference reference, List<Found> rows) throws SQLException {
        List<Found> asking = new ArrayList<>();
        List<List<String>> values = new ArrayList<>();
        filled(rows, List.copyOf(reference.on().keySet()), asking, values);
        return lookup.behind(reference, values).stream()
                .map(match -> new Found(asking.get(match.number()).family, Row.present(reference.to(), match.values())))
                .toList();
    }

    /** The primary key as text; the whole row where there is none. */
    List<String> key(Row row) {
        List<String> primary = ownership.described(row.table()).primaryKey();
        return primary.isEmpty() ? List.of(row.whole()) : row.texts(primary);
    }

    /** The columns that rows below name a row by. */
    private List<String> below(TableName table) {
        Set<String> columns = new TreeSet<>();
        ownership
                .linksInto(table)
                .forEach(link -> columns.addAll(link.owner().on().values()));
        return List.copyOf(columns);
    }

    /** What is to be remembered of a row: what finds it, and what finds rows below it. */
    Map<String, JsonNode> lasting(Row row) {
        Set<String> columns = new TreeSet<>(below(row.table()));
        columns.addAll(ownership.described(row.table()).primaryKey());
        ownership.policy().subjectOf(row.table()).ifPresent(kind -> columns.addAll(kind.key()));
        Map<String, JsonNode> lasting = new TreeMap<>();
        columns.forEach(column -> lasting.put(column, row.value(column)));
        return lasting;
    }
}

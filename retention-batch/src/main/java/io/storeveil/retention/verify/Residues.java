package io.storeveil.retention.verify;

import io.storeveil.policy.TableName;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** By identity: what is left of erased people where the policy says that it should be gone, or at rest. */
final class Residues {

    static final String LEFT = "a row of an erased person is left";
    static final String ORPHAN = "a row of an erased person is left behind, without the row that owned it";
    static final String OPEN = "not at rest in a row of an erased person";

    private final Connection connection;
    private final Ownership ownership;
    private final Thresholds thresholds;
    private final Lookup lookup;
    private final PeopleRows rows;
    private final Rest rest;
    private final Dependents dependents;
    private final Told told;
    /** By place and what is wrong there: the requests, once for each row. */
    private final Map<String, Map<String, List<String>>> found = new TreeMap<>();

    private final Map<TableName, Long> stubs = new TreeMap<>();
    private long seen;

    /** @param told gets what need not be searched any more */
    Residues(Connection connection, Ownership ownership, Thresholds thresholds, Told told) {
        this.connection = connection;
        this.ownership = ownership;
        this.thresholds = thresholds;
        this.lookup = new Lookup(connection, ownership);
        this.rows = new PeopleRows(lookup, ownership);
        this.rest = new Rest(connection, ownership);
        this.dependents = new Dependents(ownership);
        this.told = told;
    }

    private record Kept(Family family, Row row) {}

    /** Looks for some of the people. */
    void look(List<Erasure> people, Map<String, Remembered> remembered) throws SQLException {
        Judge judge = new Judge(ownership, thresholds);
        Map<TableName, List<Kept>> unneeded = new TreeMap<>();
        List<Family> families = rows.of(people, remembered);
        for (Family family : families) {
            for (Row row : family.present()) {
                seen++;
                Set<String> living = judge.living(row);
                boolean shared = ownership.shared(row.table());
                if (row.adrift() && !shared) {
                    add(family, row, ORPHAN);
                } else if (living.isEmpty() || shared) {
                    unneeded.computeIfAbsent(row.table(), any -> new ArrayList<>())
                            .add(new Kept(family, row));
                } else {
                    judge(family, row, living);
                }
            }
        }
        for (Map.Entry<TableName, List<Kept>> each : unneeded.entrySet()) {
            referred(each.getKey(), each.getValue());
        }
        shared(families, remembered);
    }

    /** Rows looked at. */
    long seen() {
        return seen;
    }

    /** One sentence for each table with stubs that nothing needs any more: they say nothing, and go with retention. */
    List<String> stubs() {
        List<String> sentences = new ArrayList<>();
        stubs.forEach((table, rows) -> sentences.add(table + ": " + rows + (rows == 1 ? " row" : " rows")
                + " of erased people, at rest, that nothing refers to any more; retention takes them"));
        return sentences;
    }

    /** One sentence for each place, without a value; the request numbers say whose it is. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        found.forEach((place, problems) -> problems.forEach((problem, requests) -> {
            Set<String> whose = new LinkedHashSet<>(requests);
            sentences.add(place + ": " + problem + " (" + requests.size() + (requests.size() == 1 ? " row" : " rows")
                    + ", of " + whose.stream().limit(5).collect(Collectors.joining(", "))
                    + (whose.size() > 5 ? " and " + (whose.size() - 5) + " more" : "") + ")");
        }));
        return sentences;
    }

    private void judge(Family family, Row row, Set<String> living) throws SQLException {
        Rest.Judged judged = rest.look(row, living);
        judged.open().forEach(place -> add(family, row.table() + "." + place, OPEN));
        told.add(row.table(), rows.key(row), judged.told());
    }

    /** The row as a whole should not be there. */
    private void add(Family family, Row row, String problem) {
        add(family, row.table().toString(), problem);
        told.add(
                row.table(),
                rows.key(row),
                ownership.table(row.table()).columns().keySet());
    }

    /** Rows that need it are a reason to stay; those that could let go of it are not. */
    private void referred(TableName table, List<Kept> kept) throws SQLException {
        boolean shared = ownership.shared(table);
        Set<Integer> held = lookup.held(
                kept.stream().map(Kept::row).toList(), shared ? dependents.naming(table) : dependents.holdingOn(table));
        for (int i = 0; i < kept.size(); i++) {
            if (!held.contains(i) && !shared && stub(kept.get(i))) {
                stubs.merge(table, 1L, Long::sum);
            } else if (!held.contains(i)) {
                add(kept.get(i).family, kept.get(i).row, LEFT);
            } else if (!shared) {
                judge(kept.get(i).family, kept.get(i).row, Set.of());
            }
        }
    }

    /** The erasure brought it to rest, for rows that needed it then and have gone since. */
    private boolean stub(Kept kept) throws SQLException {
        TableName table = kept.row.table();
        Map<String, Long> made = made(kept.family.person().request());
        long present = kept.family.present().stream()
                .filter(row -> row.table().equals(table))
                .count();
        return present <= made.getOrDefault(table.toString(), 0L)
                && rest.look(kept.row, Set.of()).open().isEmpty();
    }

    /** Rows that the request brought to rest, by table. */
    private Map<String, Long> made(String request) throws SQLException {
        Map<String, Long> made = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement(
                """
                select table_name, sum(rows)::bigint from storeveil.journal
                where request = ? and action = 'anonymise' group by table_name""")) {
            query.setString(1, request);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    made.put(row.getString(1), row.getLong(2));
                }
            }
        }
        return made;
    }

    /** What others might have needed as well is gone once nobody does. */
    private void shared(List<Family> families, Map<String, Remembered> remembered) throws SQLException {
        Map<TableName, List<Kept>> byTable = new TreeMap<>();
        for (Family family : families) {
            Remembered before = remembered.get(family.person().request());
            if (before != null) {
                before.shared().forEach((table, values) -> {
                    for (JsonNode each : ownership.shared(table) ? values : List.<JsonNode>of()) {
                        byTable.computeIfAbsent(table, any -> new ArrayList<>())
                                .add(new Kept(family, Row.gone(table, each)));
                    }
                });
            }
        }
        for (Map.Entry<TableName, List<Kept>> each : byTable.entrySet()) {
            List<Kept> present = new ArrayList<>();
            for (Lookup.Match match : rows.byKey(
                    each.getKey(), each.getValue().stream().map(Kept::row).toList())) {
                Row row = Row.present(each.getKey(), match.values());
                Family family = each.getValue().get(match.number()).family;
                if (family.get(row.table(), rows.key(row)) == null) {
                    present.add(new Kept(family, row));
                }
            }
            seen += present.size();
            referred(each.getKey(), present);
        }
    }

    private void add(Family family, String place, String problem) {
        found.computeIfAbsent(place, any -> new TreeMap<>())
                .computeIfAbsent(problem, any -> new ArrayList<>())
                .add(family.person().request());
    }
}

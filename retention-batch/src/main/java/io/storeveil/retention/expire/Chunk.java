package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.AtRestValue;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Release;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.SharedRows;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.plan.Pages;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Stretches;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.JournalEntry.Action;
import io.storeveil.retention.store.SilentTriggers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One transaction's worth of one rule, row by row: found, locked, changed and journalled together, under the fences. Rows
 * that others have locked are left out, or waited for.
 */
final class Chunk implements Turn {

    private static final String AT = ".ctid = any(cast(cast(? as text[]) as tid[]))";

    private final Rule rule;
    private final boolean waiting;
    private final Ownership ownership;
    private final RuleSql sql;
    private final Pages pages;
    private final OwnerKeys keys;
    private final Journal journal;
    private final Optional<String> stub;

    Chunk(Rule rule, boolean waiting, Ownership ownership, OwnerKeys keys, Journal journal, Stubs stubs, String run) {
        this.rule = rule;
        this.waiting = waiting;
        this.ownership = ownership;
        this.keys = keys;
        this.journal = journal;
        this.stub = stubs.atOnce(rule, "a");
        this.sql = RuleSql.decided(rule, ownership, run);
        this.pages = sql.pages();
    }

    @Override
    public String opening() {
        return Fences.SHARE_ALL + "; " + sql.settled();
    }

    @Override
    public Outcome take(Connection connection, Stretches.Part part, @Nullable List<String> after, int rows)
            throws SQLException {
        Pages.Page page = pages.lock(connection, after, rows, waiting);
        if (page.places().isEmpty()) {
            return new Outcome(0, false, null, true);
        }
        long changed = change(connection, page);
        return new Outcome(
                changed,
                false,
                page.last(),
                page.last() != null && page.places().size() < rows);
    }

    @Override
    public boolean worthAnother() {
        return !waiting;
    }

    private long change(Connection connection, Pages.Page page) throws SQLException {
        List<JournalEntry> entries = new ArrayList<>();
        Map<Long, List<String>> places = new TreeMap<>();
        page.places().forEach(place -> places.computeIfAbsent(place.table(), any -> new ArrayList<>())
                .add(place.at()));
        for (Map.Entry<Long, List<String>> rows : places.entrySet()) {
            String from = pages.only(connection, rows.getKey());
            if (rule.kind() == Rule.Kind.DELETE) {
                delete(connection, from, rows.getValue(), entries);
            } else {
                anonymise(connection, from, rows.getValue(), entries);
            }
        }
        journal.write(connection, entries);
        return page.places().size();
    }

    /** @param from the one table or partition in which the places are */
    private void delete(Connection connection, String from, List<String> places, List<JournalEntry> entries)
            throws SQLException {
        TableName table = rule.table();
        List<String> going = places;
        SharedRows shared = new SharedRows(ownership);
        List<Release> lettingGo = new Dependents(ownership).lettingGo(table);
        if (!lettingGo.isEmpty() || !ownership.toShared(table).isEmpty()) {
            RowKey key = RowKey.of(ownership, table);
            List<List<String>> rows = keys(connection, key, from, places);
            shared.behind(connection, table, key, rows);
            for (Release release : lettingGo) {
                detach(connection, release, key, rows, entries);
            }
            // Rows that let go of each other lie elsewhere now.
            going = lettingGo.isEmpty() ? places : places(connection, key, from, rows);
        }
        try (PreparedStatement statement =
                connection.prepareStatement("delete from " + from + " a where a" + AT + returning(table))) {
            statement.setArray(1, connection.createArrayOf("text", going.toArray()));
            entries.add(gone(statement, table, rule.name()));
        }
        for (TableName each : shared.tables()) {
            orphans(connection, shared, each, entries);
        }
    }

    private String returning(TableName table) {
        return ownership.ownsKeys(table)
                ? " returning "
                        + ownership.ownerKey(table).stream()
                                .map(column -> Sql.of("a", column) + "::text")
                                .collect(Collectors.joining(", "))
                : "";
    }

    private JournalEntry gone(PreparedStatement delete, TableName table, String name) throws SQLException {
        if (!ownership.ownsKeys(table)) {
            int gone = delete.executeUpdate();
            return JournalEntry.chunk(Action.DELETE, table.toString(), name, List.of(), List.of(), gone);
        }
        List<KeyReference> references = read(delete, ownership.ownerKey(table).size()).stream()
                .map(row -> keys.reference(table, row))
                .toList();
        return JournalEntry.chunk(Action.DELETE, table.toString(), name, references, List.of(), references.size());
    }

    private void orphans(Connection connection, SharedRows shared, TableName table, List<JournalEntry> entries)
            throws SQLException {
        List<List<String>> orphans = shared.orphans(connection, table);
        if (orphans.isEmpty()) {
            return;
        }
        RowKey key = RowKey.of(ownership, table);
        try (PreparedStatement statement = connection.prepareStatement(
                "delete from " + Sql.name(table) + " a where " + key.among("a") + returning(table))) {
            key.bind(statement, 1, orphans);
            entries.add(gone(statement, table, ExpireStep.LAST_REFERRER));
        }
    }

    private static List<List<String>> keys(Connection connection, RowKey key, String from, List<String> places)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select " + key.texts("a") + " from " + from + " a where a" + AT)) {
            statement.setArray(1, connection.createArrayOf("text", places.toArray()));
            return read(statement, key.size());
        }
    }

    private static List<String> places(Connection connection, RowKey key, String from, List<List<String>> rows)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select a.ctid::text from " + from + " a where " + key.among("a"))) {
            key.bind(statement, 1, rows);
            return read(statement, 1).stream().map(row -> row.get(0)).toList();
        }
    }

    private void detach(
            Connection connection, Release release, RowKey key, List<List<String>> rows, List<JournalEntry> entries)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("update " + Sql.name(release.from()) + " c set "
                + release.assignments() + " from " + Sql.name(rule.table()) + " a where " + release.letsGo("c", "a")
                + " and " + key.among("a"))) {
            key.bind(statement, 1, rows);
            int detached = release.byNull()
                    ? SilentTriggers.around(connection, ownership.described(release.from()), statement::executeUpdate)
                    : statement.executeUpdate();
            if (detached > 0) {
                entries.add(JournalEntry.chunk(
                        Action.DETACH, release.from().toString(), rule.name(), List.of(), release.columns(), detached));
            }
        }
    }

    private void anonymise(Connection connection, String from, List<String> places, List<JournalEntry> entries)
            throws SQLException {
        AtRestValue atRest = new AtRestValue(ownership);
        String values = atRest.assignments(rule.table(), rule.columns(), "a");
        List<String> key = stub.isPresent() ? ownership.ownerKey(rule.table()) : List.of();
        String returning = " returning " + stub.orElse("false")
                + key.stream()
                        .map(column -> ", " + Sql.of("a", column) + "::text")
                        .collect(Collectors.joining());
        try (PreparedStatement statement =
                connection.prepareStatement("update " + from + " a set " + values + " where a" + AT + returning)) {
            statement.setArray(1, connection.createArrayOf("text", places.toArray()));
            List<List<String>> rows = new ArrayList<>();
            int changed = SilentTriggers.around(connection, ownership.described(rule.table()), () -> {
                rows.addAll(read(statement, 1 + key.size()));
                return rows.size();
            });
            entries.add(JournalEntry.chunk(
                    Action.ANONYMISE,
                    rule.table().toString(),
                    rule.name(),
                    List.of(),
                    rule.columns().stream().map(Column::name).toList(),
                    changed));
            entries.addAll(Stubs.entries(
                    rule.table(),
                    rows.stream()
                            .filter(row -> "t".equals(row.get(0)))
                            .map(row -> keys.reference(rule.table(), row.subList(1, row.size())))
                            .toList()));
        }
    }

    private static List<List<String>> read(PreparedStatement query, int columns) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    values.add(row.getString(i));
                }
                rows.add(values);
            }
        }
        return rows;
    }
}

package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.ForeignKey;
import io.storeveil.retention.ownership.AtRestValue;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.SharedRows;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.JournalEntry.Action;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One transaction's worth of one rule: found, locked, changed and journalled together, under the fences. */
final class Chunk {

    private final Rule rule;
    private final Ownership ownership;
    private final RuleSql sql;
    private final RowKey key;
    private final OwnerKeys keys;
    private final Journal journal;
    private final String run;

    Chunk(Rule rule, Ownership ownership, OwnerKeys keys, Journal journal, String run) {
        this.rule = rule;
        this.ownership = ownership;
        this.sql = new RuleSql(rule, ownership);
        this.key = sql.key();
        this.keys = keys;
        this.journal = journal;
        this.run = run;
    }

    /** @return the keys of the rows that were changed, in order; none when nothing is left to do behind {@code after} */
    List<List<String>> next(Connection connection, @Nullable List<String> after, int limit, boolean waiting)
            throws SQLException {
        Fences.shareAll(connection);
        List<List<String>> rows = lock(connection, after, limit, waiting);
        if (rows.isEmpty()) {
            return rows;
        }
        List<JournalEntry> entries = new ArrayList<>();
        if (rule.kind() == Rule.Kind.DELETE) {
            delete(connection, rows, entries);
        } else {
            anonymise(connection, rows, entries);
        }
        journal.write(connection, entries);
        return rows;
    }

    private List<List<String>> lock(Connection connection, @Nullable List<String> after, int limit, boolean waiting)
            throws SQLException {
        String query = "select " + key.texts("a") + " from " + sql.from() + " where " + sql.eligible(run) + " and not "
                + sql.held() + " and not " + sql.open() + " and not (" + sql.neededByOthers() + ")"
                + (after == null || !key.lasting() ? "" : " and " + key.after("a"))
                + (key.lasting() ? " order by " + key.order("a") : "") + " limit " + limit + " for update of a"
                + (waiting ? "" : " skip locked");
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            if (after != null && key.lasting()) {
                for (int i = 0; i < after.size(); i++) {
                    statement.setString(i + 1, after.get(i));
                }
            }
            return read(statement, key.size());
        }
    }

    private void delete(Connection connection, List<List<String>> rows, List<JournalEntry> entries)
            throws SQLException {
        TableName table = rule.table();
        for (ForeignKey foreign : new Dependents(ownership).lettingGo(table)) {
            detach(connection, foreign, rows, entries);
        }
        SharedRows shared = new SharedRows(ownership);
        shared.behind(connection, table, key, rows);
        List<String> ownerKey = ownership.ownsKeys(table) ? ownership.ownerKey(table) : List.of();
        String returning = ownerKey.isEmpty()
                ? "1"
                : ownerKey.stream()
                        .map(column -> Sql.of("a", column) + "::text")
                        .collect(Collectors.joining(", "));
        try (PreparedStatement statement = connection.prepareStatement(
                "delete from " + sql.from() + " where " + key.among("a") + " returning " + returning)) {
            key.bind(statement, 1, rows);
            List<List<String>> gone = read(statement, Math.max(1, ownerKey.size()));
            List<KeyReference> references = ownerKey.isEmpty()
                    ? List.of()
                    : gone.stream().map(row -> keys.reference(table, row)).toList();
            entries.add(JournalEntry.chunk(
                    Action.DELETE, table.toString(), rule.name(), references, List.of(), gone.size()));
        }
        for (TableName each : shared.tables()) {
            orphans(connection, shared, each, entries);
        }
    }

    private void orphans(Connection connection, SharedRows shared, TableName table, List<JournalEntry> entries)
            throws SQLException {
        List<List<String>> orphans = shared.orphans(connection, table);
        if (orphans.isEmpty()) {
            return;
        }
        RowKey sharedKey = RowKey.of(ownership, table);
        List<String> ownerKey = ownership.ownsKeys(table) ? ownership.ownerKey(table) : List.of();
        String returning = ownerKey.isEmpty()
                ? "1"
                : ownerKey.stream()
                        .map(column -> Sql.of("a", column) + "::text")
                        .collect(Collectors.joining(", "));
        try (PreparedStatement statement = connection.prepareStatement(
                "delete from " + Sql.name(table) + " a where " + sharedKey.among("a") + " returning " + returning)) {
            sharedKey.bind(statement, 1, orphans);
            List<List<String>> gone = read(statement, Math.max(1, ownerKey.size()));
            List<KeyReference> references = ownerKey.isEmpty()
                    ? List.of()
                    : gone.stream().map(row -> keys.reference(table, row)).toList();
            entries.add(JournalEntry.chunk(
                    Action.DELETE, table.toString(), ExpireStep.LAST_REFERRER, references, List.of(), gone.size()));
        }
    }

    private void detach(Connection connection, ForeignKey foreign, List<List<String>> rows, List<JournalEntry> entries)
            throws SQLException {
        String nulls = foreign.columns().stream()
                .map(column -> Sql.name(column) + " = null")
                .collect(Collectors.joining(", "));
        try (PreparedStatement statement = connection.prepareStatement("update " + Sql.name(foreign.table()) + " c set "
                + nulls + " from " + sql.from() + " where " + Dependents.refers(foreign, "c", "a") + " and "
                + key.among("a"))) {
            key.bind(statement, 1, rows);
            int detached = statement.executeUpdate();
            if (detached > 0) {
                entries.add(JournalEntry.chunk(
                        Action.DETACH,
                        foreign.table().toString(),
                        rule.name(),
                        List.of(),
                        foreign.columns(),
                        detached));
            }
        }
    }

    private void anonymise(Connection connection, List<List<String>> rows, List<JournalEntry> entries)
            throws SQLException {
        AtRestValue atRest = new AtRestValue(ownership);
        String values = rule.columns().stream()
                .map(column -> Sql.name(column.name()) + " = "
                        + atRest.of(rule.table(), column, "a").orElse(Sql.of("a", column.name())))
                .collect(Collectors.joining(", "));
        try (PreparedStatement statement =
                connection.prepareStatement("update " + sql.from() + " set " + values + " where " + key.among("a"))) {
            key.bind(statement, 1, rows);
            int changed = statement.executeUpdate();
            entries.add(JournalEntry.chunk(
                    Action.ANONYMISE,
                    rule.table().toString(),
                    rule.name(),
                    List.of(),
                    rule.columns().stream().map(Column::name).toList(),
                    changed));
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

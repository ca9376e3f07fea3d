package io.storeveil.retention.expire;

import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Release;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.SharedRows;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.JournalEntry.Action;
import io.storeveil.retention.store.SilentTriggers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens around rows that leave in one transaction: before, rows that stay let go of them; afterwards, shared rows
 * that nothing refers to any more leave as well.
 */
final class Leaving {

    private final Connection connection;
    private final Ownership ownership;
    private final Dependents dependents;
    private final OwnerKeys keys;
    private final SharedRows shared;
    private final List<JournalEntry> entries;

    /** @param entries to which those of what happens are added */
    Leaving(Connection connection, Ownership ownership, OwnerKeys keys, List<JournalEntry> entries) {
        this.connection = connection;
        this.ownership = ownership;
        this.dependents = new Dependents(ownership);
        this.keys = keys;
        this.shared = new SharedRows(ownership);
        this.entries = entries;
    }

    /** False where there is nothing to do around rows of this table. */
    boolean concerns(TableName table) {
        return !dependents.lettingGo(table).isEmpty()
                || !ownership.toShared(table).isEmpty();
    }

    void letGo(Rule rule, List<List<String>> rows) throws SQLException {
        RowKey key = RowKey.of(ownership, rule.table());
        shared.behind(connection, rule.table(), key, rows);
        for (Release release : dependents.lettingGo(rule.table())) {
            detach(rule, release, key, rows);
        }
    }

    private void detach(Rule rule, Release release, RowKey key, List<List<String>> rows) throws SQLException {
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

    void orphans() throws SQLException {
        for (TableName table : shared.tables()) {
            List<List<String>> orphans = shared.orphans(connection, table);
            if (!orphans.isEmpty()) {
                orphans(table, orphans);
            }
        }
    }

    private void orphans(TableName table, List<List<String>> orphans) throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        List<String> named = ownership.ownsKeys(table) ? ownership.ownerKey(table) : List.of();
        List<String> returned = new ArrayList<>(List.of("1"));
        named.forEach(column -> returned.add(Sql.of("a", column) + "::text"));
        try (PreparedStatement statement = connection.prepareStatement("delete from " + Sql.name(table) + " a where "
                + key.among("a") + " returning " + String.join(", ", returned))) {
            key.bind(statement, 1, orphans);
            List<List<String>> gone = Texts.all(statement, returned.size());
            entries.add(JournalEntry.chunk(
                    Action.DELETE,
                    table.toString(),
                    ExpireStep.LAST_REFERRER,
                    named.isEmpty()
                            ? List.of()
                            : gone.stream()
                                    .map(row -> keys.reference(table, row.subList(1, row.size())))
                                    .toList(),
                    List.of(),
                    gone.size()));
        }
    }
}

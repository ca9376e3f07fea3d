package io.storeveil.retention.erase;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.AtRestValue;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Release;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.precedence.JournalledDecisions;
import io.storeveil.retention.resend.Stubs;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.JournalEntry.Action;
import io.storeveil.retention.store.SilentTriggers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The changes of one erasure, and an entry of the journal for each of them. */
final class Changes {

    private final Connection connection;
    private final Erasure erasure;
    private final Ownership ownership;
    private final Thresholds thresholds;
    private final OwnerKeys keys;
    private final AtRestValue atRest;
    private final Dependents dependents;
    private final RowReference references;
    private final List<JournalEntry> entries = new ArrayList<>();

    Changes(Connection connection, Erasure erasure, Ownership ownership, Thresholds thresholds, OwnerKeys keys) {
        this.connection = connection;
        this.erasure = erasure;
        this.ownership = ownership;
        this.thresholds = thresholds;
        this.keys = keys;
        this.atRest = new AtRestValue(ownership);
        this.dependents = new Dependents(ownership);
        this.references = new RowReference(ownership, keys.state());
    }

    List<JournalEntry> entries() {
        return entries;
    }

    /** Rows that stay, by what the law still wants of them. */
    void rest(TableName table, List<PersonRow> rows) throws SQLException {
        Map<String, List<PersonRow>> groups = new TreeMap<>();
        rows.forEach(row -> groups.computeIfAbsent(String.join("+", row.living()), any -> new ArrayList<>())
                .add(row));
        for (List<PersonRow> group : groups.values()) {
            Set<String> living = group.get(0).living();
            List<Column> columns = atRest.columns(table).stream()
                    .filter(column -> atRest.isUnnamed(table, column)
                            || ownership.columnPurposes(table, column).stream().noneMatch(living::contains))
                    .toList();
            if (!columns.isEmpty()) {
                toRest(table, columns, group);
            }
            String rule =
                    living.isEmpty() ? JournalledDecisions.REFERRED : JournalledDecisions.KEPT_BY_LAW + law(living);
            List<String> names = columns.stream().map(Column::name).toList();
            group.forEach(row -> entries.add(entry(Action.ANONYMISE, table, rule, row, names)));
        }
        Stubs.remember(
                connection, ownership, table, rows.stream().map(PersonRow::key).toList());
    }

    private void toRest(TableName table, List<Column> columns, List<PersonRow> rows) throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        try (PreparedStatement update = connection.prepareStatement("update " + Sql.name(table) + " a set "
                + atRest.assignments(table, columns, "a") + " where " + key.among("a"))) {
            key.bind(update, 1, rows.stream().map(PersonRow::key).toList());
            SilentTriggers.around(connection, ownership.described(table), update::executeUpdate);
        }
    }

    /** Rows that stay let go of those that go. */
    void letGo(TableName table, Map<TableName, Map<List<String>, PersonRow>> going) throws SQLException {
        Set<List<String>> rows = going.getOrDefault(table, Map.of()).keySet();
        for (Release release : rows.isEmpty() ? List.<Release>of() : dependents.lettingGo(table)) {
            RowKey key = RowKey.of(ownership, table);
            Set<List<String>> but = going.getOrDefault(release.from(), Map.of()).keySet();
            RowKey child = RowKey.of(ownership, release.from());
            try (PreparedStatement update = connection.prepareStatement("update " + Sql.name(release.from())
                    + " c set " + release.assignments() + " from " + Sql.name(table) + " a where "
                    + release.letsGo("c", "a") + " and " + key.among("a")
                    + (but.isEmpty() ? "" : " and not (" + child.among("c") + ")"))) {
                int next = key.bind(update, 1, rows);
                if (!but.isEmpty()) {
                    child.bind(update, next, but);
                }
                int detached = release.byNull()
                        ? SilentTriggers.around(connection, ownership.described(release.from()), update::executeUpdate)
                        : update.executeUpdate();
                if (detached > 0) {
                    entries.add(new JournalEntry(
                            Action.DETACH,
                            release.from().toString(),
                            JournalledDecisions.ERASE,
                            erasure.request(),
                            null,
                            erasure.subject().toString(),
                            List.of(),
                            release.columns(),
                            detached));
                }
            }
        }
    }

    /** All in one statement: foreign keys are looked at when it ends, however the rows refer to each other. */
    void delete(Map<TableName, Map<List<String>, PersonRow>> going) throws SQLException {
        Map<TableName, Map<List<String>, PersonRow>> rows = new LinkedHashMap<>(going);
        rows.values().removeIf(Map::isEmpty);
        if (rows.isEmpty()) {
            return;
        }
        List<TableName> tables = List.copyOf(rows.keySet());
        List<String> deletes = new ArrayList<>();
        List<String> counts = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            deletes.add("d" + i + " as (delete from " + Sql.name(tables.get(i)) + " a where "
                    + RowKey.of(ownership, tables.get(i)).among("a") + " returning 1)");
            counts.add("(select count(*) from d" + i + ")");
        }
        try (PreparedStatement delete = connection.prepareStatement(
                "with " + String.join(", ", deletes) + " select " + String.join(", ", counts))) {
            int next = 1;
            for (TableName table : tables) {
                next = RowKey.of(ownership, table)
                        .bind(delete, next, rows.getOrDefault(table, Map.of()).keySet());
            }
            try (ResultSet gone = delete.executeQuery()) {
                gone.next();
                for (int i = 0; i < tables.size(); i++) {
                    gone(tables.get(i), rows.getOrDefault(tables.get(i), Map.of()), gone.getLong(i + 1));
                }
            }
        }
    }

    private void gone(TableName table, Map<List<String>, PersonRow> rows, long gone) throws SQLException {
        if (gone != rows.size()) {
            throw new SQLException(
                    "a trigger or rule on " + table + " kept " + (rows.size() - gone) + " rows from going", "09000");
        }
        rows.values()
                .forEach(row -> entries.add(entry(Action.DELETE, table, JournalledDecisions.ERASE, row, List.of())));
    }

    private String law(Set<String> purposes) {
        return purposes.stream()
                .map(name -> {
                    String reference = thresholds.purpose(name).reference();
                    return reference == null ? name : reference;
                })
                .collect(Collectors.joining(", "));
    }

    private JournalEntry entry(Action action, TableName table, String rule, PersonRow row, List<String> columns) {
        return new JournalEntry(
                action,
                table.toString(),
                rule,
                erasure.request(),
                references.of(table, row.values()),
                erasure.subject().toString(),
                keysOf(table, row),
                columns,
                1);
    }

    private List<KeyReference> keysOf(TableName table, PersonRow row) {
        if (!ownership.ownsKeys(table)) {
            return List.of();
        }
        List<String> values = new ArrayList<>();
        for (String column : ownership.ownerKey(table)) {
            @Nullable String value = row.values().get(column);
            if (value == null) {
                return List.of();
            }
            values.add(value);
        }
        return List.of(keys.reference(table, values));
    }
}

package io.storeveil.retention.erase;

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
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.JournalEntry.Action;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One person, one transaction: everything that is theirs goes, or comes to rest, with its journal entries. */
final class Erasing {

    /** What became of a request. */
    enum Outcome {
        DONE,
        DONE_BEFORE,
        HELD,
        OPEN_CONTRACT,
        NOBODY
    }

    static final String RULE = "erase";
    /** Followed by the law: rows that were brought to rest as far as the law allows. */
    static final String KEPT = "erase, kept by law: ";
    /** Rows at rest that nothing keeps but a reference which cannot be null. */
    static final String REFERRED = "erase, referred to";

    private final Ownership ownership;
    private final Thresholds thresholds;
    private final OwnerKeys keys;
    private final Journal journal;
    private final AtRestValue atRest;
    private final Dependents dependents;
    private final RowReference references;

    Erasing(Ownership ownership, Thresholds thresholds, OwnerKeys keys, Journal journal) {
        this.ownership = ownership;
        this.thresholds = thresholds;
        this.keys = keys;
        this.journal = journal;
        this.atRest = new AtRestValue(ownership);
        this.dependents = new Dependents(ownership);
        this.references = new RowReference(ownership, keys.state());
    }

    Outcome erase(Connection connection, Erasure erasure) throws SQLException {
        Fences.share(connection, erasure.subject());
        if (Journal.requestDone(connection, erasure.request())) {
            return Outcome.DONE_BEFORE;
        }
        if (held(connection, erasure)) {
            return Outcome.HELD;
        }
        if (!stillDue(connection, erasure)) {
            return Outcome.DONE_BEFORE;
        }
        Closure closure = new Closure(ownership, thresholds);
        closure.find(connection, erasure);
        if (!erasure.despiteOpen() && openContract(connection, erasure, closure)) {
            return Outcome.OPEN_CONTRACT;
        }
        List<JournalEntry> entries = new ArrayList<>();
        SharedRows shared = new SharedRows(ownership);
        for (TableName table : ownership.childrenFirst()) {
            RowKey key = RowKey.of(ownership, table);
            List<PersonRow> rows = closure.rows(table);
            if (!rows.isEmpty()) {
                shared.behind(
                        connection,
                        table,
                        key,
                        rows.stream().map(PersonRow::key).toList());
                table(connection, erasure, table, rows, entries);
            }
        }
        for (TableName table : shared.tables()) {
            List<PersonRow> orphans = closure.add(connection, table, shared.orphans(connection, table));
            if (!orphans.isEmpty()) {
                table(connection, erasure, table, orphans, entries);
            }
        }
        forgetRefusals(connection, erasure);
        boolean nobody = closure.empty();
        entries.add(JournalEntry.marker(
                Journal.REQUEST_DONE, erasure.request(), erasure.subject().toString()));
        journal.write(connection, entries);
        return nobody ? Outcome.NOBODY : Outcome.DONE;
    }

    private static boolean held(Connection connection, Erasure erasure) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select 1 from storeveil.hold where released_at is null and subject_kind = ? and subject_key = ?")) {
            query.setString(1, erasure.kind().name());
            query.setString(2, erasure.joinedKey());
            try (ResultSet found = query.executeQuery()) {
                return found.next();
            }
        }
    }

    /** Looks at the person's own row, and keeps it as it is found. */
    private boolean stillDue(Connection connection, Erasure erasure) throws SQLException {
        if (erasure.onlyIf() == null) {
            return true;
        }
        TableName table = erasure.kind().table();
        RowKey key = RowKey.columns(ownership, table, erasure.kind().key());
        try (PreparedStatement query = connection.prepareStatement("select 1 from " + Sql.name(table) + " a where "
                + key.among("a") + " and " + erasure.onlyIf() + " for update of a")) {
            key.bind(query, 1, List.of(erasure.key()));
            try (ResultSet found = query.executeQuery()) {
                return found.next();
            }
        }
    }

    /** What the store has beside its rows of what the person said. */
    private static void forgetRefusals(Connection connection, Erasure erasure) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from storeveil.refusal where subject_kind = ? and subject_key = ?")) {
            delete.setString(1, erasure.kind().name());
            delete.setString(2, erasure.joinedKey());
            delete.executeUpdate();
        }
    }

    private boolean openContract(Connection connection, Erasure erasure, Closure closure) throws SQLException {
        for (Map.Entry<TableName, String> open : erasure.kind().open().entrySet()) {
            List<List<String>> rows =
                    closure.rows(open.getKey()).stream().map(PersonRow::key).toList();
            if (!rows.isEmpty() && anyOpen(connection, open.getKey(), open.getValue(), rows)) {
                return true;
            }
        }
        return false;
    }

    private boolean anyOpen(Connection connection, TableName table, String condition, List<List<String>> rows)
            throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        try (PreparedStatement query = connection.prepareStatement("select 1 from " + Sql.name(table) + " a where "
                + key.among("a") + " and (" + condition + ") limit 1")) {
            key.bind(query, 1, rows);
            try (ResultSet found = query.executeQuery()) {
                return found.next();
            }
        }
    }

    private void table(
            Connection connection, Erasure erasure, TableName table, List<PersonRow> rows, List<JournalEntry> entries)
            throws SQLException {
        Map<List<String>, PersonRow> going = new LinkedHashMap<>();
        List<PersonRow> legal = new ArrayList<>();
        for (PersonRow row : rows) {
            if (row.living().isEmpty()) {
                going.put(row.key(), row);
            } else {
                legal.add(row);
            }
        }
        List<PersonRow> referred = new ArrayList<>();
        for (Set<List<String>> stay = needed(connection, table, going.keySet());
                !stay.isEmpty();
                stay = needed(connection, table, going.keySet())) {
            stay.forEach(key -> {
                PersonRow row = going.remove(key);
                if (row != null) {
                    referred.add(row);
                }
            });
        }
        rest(connection, erasure, table, legal, entries);
        rest(connection, erasure, table, referred, entries);
        if (!going.isEmpty()) {
            letGo(connection, erasure, table, going.keySet(), entries);
            delete(connection, erasure, table, going, entries);
        }
    }

    /** Those that rows which stay still refer to, and must. */
    private Set<List<String>> needed(Connection connection, TableName table, Set<List<String>> going)
            throws SQLException {
        Set<List<String>> needed = new LinkedHashSet<>();
        if (going.isEmpty()) {
            return needed;
        }
        RowKey key = RowKey.of(ownership, table);
        for (ForeignKey foreign : dependents.holdingOn(table)) {
            String condition = Dependents.refers(foreign, "c", "a");
            needed.addAll(referredTo(connection, table, key, foreign.table(), condition, going));
        }
        for (var link : dependents.undeclared(table)) {
            String condition = link.joinsTo("c", "a") + " and " + link.appliesTo("c");
            needed.addAll(referredTo(connection, table, key, link.from(), condition, going));
        }
        return needed;
    }

    private List<List<String>> referredTo(
            Connection connection,
            TableName table,
            RowKey key,
            TableName child,
            String condition,
            Set<List<String>> going)
            throws SQLException {
        boolean itself = child.equals(table);
        try (PreparedStatement query = connection.prepareStatement("select distinct " + key.texts("a") + " from "
                + Sql.name(table) + " a join " + Sql.name(child) + " c on " + condition + " where " + key.among("a")
                + (itself ? " and not (" + key.among("c") + ")" : ""))) {
            int next = key.bind(query, 1, going);
            if (itself) {
                key.bind(query, next, going);
            }
            List<List<String>> found = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= key.size(); i++) {
                        values.add(row.getString(i));
                    }
                    found.add(values);
                }
            }
            return found;
        }
    }

    private void letGo(
            Connection connection,
            Erasure erasure,
            TableName table,
            Set<List<String>> going,
            List<JournalEntry> entries)
            throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        for (ForeignKey foreign : dependents.lettingGo(table)) {
            String nulls = foreign.columns().stream()
                    .map(column -> Sql.name(column) + " = null")
                    .collect(Collectors.joining(", "));
            try (PreparedStatement update = connection.prepareStatement("update " + Sql.name(foreign.table())
                    + " c set " + nulls + " from " + Sql.name(table) + " a where "
                    + Dependents.refers(foreign, "c", "a") + " and " + key.among("a"))) {
                key.bind(update, 1, going);
                int detached = update.executeUpdate();
                if (detached > 0) {
                    entries.add(new JournalEntry(
                            Action.DETACH,
                            foreign.table().toString(),
                            RULE,
                            erasure.request(),
                            null,
                            erasure.subject().toString(),
                            List.of(),
                            foreign.columns(),
                            detached));
                }
            }
        }
    }

    private void delete(
            Connection connection,
            Erasure erasure,
            TableName table,
            Map<List<String>, PersonRow> going,
            List<JournalEntry> entries)
            throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + Sql.name(table) + " a where " + key.among("a"))) {
            key.bind(delete, 1, going.keySet());
            int gone = delete.executeUpdate();
            if (gone != going.size()) {
                throw new SQLException(
                        "a trigger or rule on " + table + " kept " + (going.size() - gone) + " rows from going",
                        "09000");
            }
        }
        going.values().forEach(row -> entries.add(entry(erasure, Action.DELETE, table, RULE, row, List.of())));
    }

    /** Rows that stay, by what the law still wants of them. */
    private void rest(
            Connection connection, Erasure erasure, TableName table, List<PersonRow> rows, List<JournalEntry> entries)
            throws SQLException {
        Map<String, List<PersonRow>> groups = new TreeMap<>();
        rows.forEach(row -> groups.computeIfAbsent(String.join("+", row.living()), any -> new ArrayList<>())
                .add(row));
        for (List<PersonRow> group : groups.values()) {
            Set<String> living = group.get(0).living();
            List<Column> columns = atRest.columns(table).stream()
                    .filter(column ->
                            ownership.columnPurposes(table, column).stream().noneMatch(living::contains))
                    .toList();
            if (!columns.isEmpty()) {
                toRest(connection, table, columns, group);
            }
            String rule = living.isEmpty() ? REFERRED : KEPT + law(living);
            List<String> names = columns.stream().map(Column::name).toList();
            group.forEach(row -> entries.add(entry(erasure, Action.ANONYMISE, table, rule, row, names)));
        }
    }

    private void toRest(Connection connection, TableName table, List<Column> columns, List<PersonRow> rows)
            throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        String values = columns.stream()
                .map(column -> Sql.name(column.name()) + " = "
                        + atRest.of(table, column, "a").orElse(Sql.of("a", column.name())))
                .collect(Collectors.joining(", "));
        try (PreparedStatement update = connection.prepareStatement(
                "update " + Sql.name(table) + " a set " + values + " where " + key.among("a"))) {
            key.bind(update, 1, rows.stream().map(PersonRow::key).toList());
            update.executeUpdate();
        }
    }

    private String law(Set<String> purposes) {
        return purposes.stream()
                .map(name -> {
                    String reference = thresholds.purpose(name).reference();
                    return reference == null ? name : reference;
                })
                .collect(Collectors.joining(", "));
    }

    private JournalEntry entry(
            Erasure erasure, Action action, TableName table, String rule, PersonRow row, List<String> columns) {
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

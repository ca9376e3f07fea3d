package io.storeveil.retention.erase;

import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.Hold;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.SharedRows;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What becomes of a person's rows in tables that refer to each other: they go, all in one statement, but for those that the
 * law keeps, and for those that rows which stay cannot be without. Tables below have been settled before.
 */
final class Settling {

    private final Connection connection;
    private final Ownership ownership;
    private final Dependents dependents;
    private final List<TableName> tables;
    private final Closure closure;
    private final SharedRows shared;
    private final Changes changes;
    private final Map<TableName, Map<List<String>, PersonRow>> going = new LinkedHashMap<>();
    private long othersNeed;

    Settling(
            Connection connection,
            Ownership ownership,
            List<TableName> tables,
            Closure closure,
            SharedRows shared,
            Changes changes) {
        this.connection = connection;
        this.ownership = ownership;
        this.dependents = new Dependents(ownership);
        this.tables = tables;
        this.closure = closure;
        this.shared = shared;
        this.changes = changes;
    }

    /** @return how many shared rows stay as they are, because others need them */
    long settle() throws SQLException {
        findShared();
        for (TableName table : tables) {
            List<PersonRow> legal = new ArrayList<>();
            Map<List<String>, PersonRow> rows = new LinkedHashMap<>();
            for (PersonRow row : closure.rows(table)) {
                if (row.living().isEmpty()) {
                    rows.put(row.key(), row);
                } else {
                    legal.add(row);
                }
            }
            going.put(table, rows);
            changes.rest(table, legal);
        }
        boolean again = true;
        while (again) {
            again = false;
            for (TableName table : tables) {
                again |= keepWhatIsNeeded(table);
            }
        }
        for (TableName table : tables) {
            changes.letGo(table, going);
        }
        changes.delete(going);
        return othersNeed;
    }

    /** Before anything changes: afterwards nothing leads there any more. */
    private void findShared() throws SQLException {
        Map<TableName, List<PersonRow>> fresh = new LinkedHashMap<>();
        for (TableName table : tables) {
            closure.add(connection, table, shared.found(table));
            fresh.put(table, closure.rows(table));
        }
        while (!fresh.isEmpty()) {
            for (Map.Entry<TableName, List<PersonRow>> rows : fresh.entrySet()) {
                if (!rows.getValue().isEmpty()) {
                    TableName table = rows.getKey();
                    shared.behind(connection, table, RowKey.of(ownership, table), keys(rows.getValue()));
                }
            }
            fresh = new LinkedHashMap<>();
            for (TableName table : tables) {
                List<PersonRow> more = closure.add(connection, table, shared.found(table));
                if (!more.isEmpty()) {
                    fresh.put(table, more);
                }
            }
        }
    }

    /** True if some of the rows of a table stay after all: then others may have to stay with them. */
    private boolean keepWhatIsNeeded(TableName table) throws SQLException {
        Map<List<String>, PersonRow> rows = going.getOrDefault(table, Map.of());
        if (rows.isEmpty()) {
            return false;
        }
        boolean many = ownership.shared(table);
        List<Hold> holds = many ? dependents.naming(table) : dependents.holdingOn(table);
        if (holds.isEmpty()) {
            return false;
        }
        List<PersonRow> atRest = new ArrayList<>();
        boolean some = false;
        for (Needed needed : needed(table, holds, rows.keySet(), many)) {
            PersonRow row = rows.remove(needed.key);
            some |= row != null;
            if (row != null && needed.byOthers) {
                othersNeed++;
            } else if (row != null) {
                atRest.add(row);
            }
        }
        changes.rest(table, atRest);
        return some;
    }

    /** @param byOthers by rows that are not this person's; asked of shared rows only */
    private record Needed(List<String> key, boolean byOthers) {}

    private List<Needed> needed(TableName table, List<Hold> holds, Set<List<String>> rows, boolean many)
            throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        Conditions byOthers = new Conditions();
        Conditions any = new Conditions();
        for (Hold hold : holds) {
            if (many) {
                byOthers.add(hold, keys(closure.rows(hold.from())));
            }
            any.add(hold, going.getOrDefault(hold.from(), Map.of()).keySet());
        }
        try (PreparedStatement query = connection.prepareStatement("select " + key.texts("a") + ", " + byOthers.sql()
                + " from " + Sql.name(table) + " a where " + key.among("a") + " and " + any.sql())) {
            any.bind(query, key.bind(query, byOthers.bind(query, 1), rows));
            List<Needed> needed = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    needed.add(new Needed(Texts.of(row, 1, key.size()), row.getBoolean(key.size() + 1)));
                }
            }
            return needed;
        }
    }

    /** One of several holds is on a row, and not by rows that do not count. */
    private final class Conditions {

        private final List<String> found = new ArrayList<>();
        private final List<RowKey> keys = new ArrayList<>();
        private final List<Collection<List<String>>> values = new ArrayList<>();

        void add(Hold hold, Collection<List<String>> but) {
            String excluded = "";
            if (!but.isEmpty()) {
                RowKey key = RowKey.of(ownership, hold.from());
                excluded = " and not (" + key.among("k") + ")";
                keys.add(key);
                values.add(but);
            }
            found.add("exists (select 1 from " + Sql.name(hold.from()) + " k where " + hold.keeps("k", "a") + excluded
                    + ")");
        }

        String sql() {
            return Sql.any(found);
        }

        int bind(PreparedStatement statement, int from) throws SQLException {
            int next = from;
            for (int i = 0; i < keys.size(); i++) {
                next = keys.get(i).bind(statement, next, values.get(i));
            }
            return next;
        }
    }

    private static List<List<String>> keys(List<PersonRow> rows) {
        return rows.stream().map(PersonRow::key).toList();
    }
}

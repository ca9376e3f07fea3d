package io.storeveil.retention.erase;

import io.storeveil.policy.Purpose;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Clocks;
import io.storeveil.retention.ownership.Link;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Thresholds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Every row that belongs to one person, along the owner links from the person's own row down, locked as it is found. */
final class Closure {

    private final Ownership ownership;
    private final Thresholds thresholds;
    private final Clocks clocks;
    private final Map<TableName, Map<List<String>, PersonRow>> rows = new LinkedHashMap<>();

    Closure(Ownership ownership, Thresholds thresholds) {
        this.ownership = ownership;
        this.thresholds = thresholds;
        this.clocks = new Clocks(ownership);
    }

    List<PersonRow> rows(TableName table) {
        return new ArrayList<>(rows.getOrDefault(table, Map.of()).values());
    }

    boolean empty() {
        return rows.values().stream().allMatch(Map::isEmpty);
    }

    void find(Connection connection, Erasure erasure) throws SQLException {
        TableName table = erasure.kind().table();
        RowKey key = RowKey.columns(ownership, table, erasure.kind().key());
        Deque<Map.Entry<TableName, List<PersonRow>>> next = new ArrayDeque<>();
        next.add(Map.entry(table, lock(connection, table, key.among("a"), key, List.of(erasure.key()))));
        while (!next.isEmpty()) {
            Map.Entry<TableName, List<PersonRow>> found = next.remove();
            for (Link link : ownership.linksInto(found.getKey())) {
                List<PersonRow> below = below(connection, link, found.getValue());
                if (!below.isEmpty()) {
                    next.add(Map.entry(link.from(), below));
                }
            }
        }
    }

    /** Adds rows that others may not need any more, found in another way. */
    List<PersonRow> add(Connection connection, TableName table, List<List<String>> keys) throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        return lock(connection, table, key.among("a"), key, keys);
    }

    private List<PersonRow> below(Connection connection, Link link, List<PersonRow> owners) throws SQLException {
        Set<List<String>> values = new LinkedHashSet<>();
        List<String> owned = List.copyOf(link.owner().on().values());
        for (PersonRow row : owners) {
            List<String> key = new ArrayList<>();
            owned.forEach(column -> {
                String value = row.values().get(column);
                if (value != null) {
                    key.add(value);
                }
            });
            if (key.size() == owned.size()) {
                values.add(key);
            }
        }
        if (values.isEmpty()) {
            return List.of();
        }
        List<String> on = List.copyOf(link.owner().on().keySet());
        String cast = link.owner().cast();
        RowKey key = cast == null ? RowKey.columns(ownership, link.from(), on) : RowKey.cast(on, cast);
        return lock(connection, link.from(), key.among("a") + " and " + link.appliesTo("a"), key, values);
    }

    private List<PersonRow> lock(
            Connection connection, TableName table, String condition, RowKey key, Collection<List<String>> bound)
            throws SQLException {
        RowKey rowKey = RowKey.of(ownership, table);
        List<String> facts = facts(table);
        List<String> legal = legal(table);
        StringBuilder query = new StringBuilder("select ").append(rowKey.texts("a"));
        facts.forEach(column -> query.append(", ").append(Sql.of("a", column)).append("::text"));
        for (String purpose : legal) {
            String over = clocks.before(table, "a", thresholds.day(thresholds.purpose(purpose)))
                    .orElse("null::boolean");
            query.append(", (").append(over).append(") is not true");
        }
        query.append(" from ").append(Sql.name(table)).append(" a where ").append(condition);
        query.append(" for update of a");
        Map<List<String>, PersonRow> known = rows.computeIfAbsent(table, any -> new LinkedHashMap<>());
        List<PersonRow> fresh = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query.toString())) {
            key.bind(statement, 1, bound);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    PersonRow found = read(row, rowKey.size(), facts, legal);
                    if (known.putIfAbsent(found.key(), found) == null) {
                        fresh.add(found);
                    }
                }
            }
        }
        return fresh;
    }

    private static PersonRow read(ResultSet row, int keys, List<String> facts, List<String> legal) throws SQLException {
        int position = 1;
        List<String> key = new ArrayList<>();
        while (position <= keys) {
            key.add(Objects.requireNonNull(row.getString(position++)));
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String column : facts) {
            values.put(column, row.getString(position++));
        }
        Set<String> living = new TreeSet<>();
        for (String purpose : legal) {
            if (row.getBoolean(position++)) {
                living.add(purpose);
            }
        }
        return new PersonRow(key, values, living);
    }

    private List<String> facts(TableName name) {
        Table table = ownership.table(name);
        Set<String> columns = new LinkedHashSet<>(table.key());
        columns.addAll(ownership.ownerKey(name));
        ownership
                .linksInto(name)
                .forEach(link -> columns.addAll(link.owner().on().values()));
        return List.copyOf(columns);
    }

    private List<String> legal(TableName table) {
        return ownership.rowPurposes(table).stream()
                .filter(purpose -> thresholds.purpose(purpose).basis() == Purpose.Basis.LEGAL_OBLIGATION)
                .toList();
    }
}

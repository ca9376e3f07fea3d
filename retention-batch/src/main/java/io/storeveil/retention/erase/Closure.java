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
import java.util.TreeMap;
import java.util.TreeSet;

/** Every row that belongs to one person, along the owner links from the person's own row down, locked as it is found. */
final class Closure {

    private final Ownership ownership;
    private final Thresholds thresholds;
    private final Clocks clocks;
    private final Map<TableName, Map<List<String>, PersonRow>> rows = new LinkedHashMap<>();
    private final Map<TableName, Long> contested = new TreeMap<>();

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

    /** Rows of somebody's that an identifier finds, which others have as well: nobody can tell whose they are. */
    Map<TableName, Long> contested() {
        return contested;
    }

    /** The person's own rows: those that are confirmed to be one person, by links within their table, are all found. */
    List<PersonRow> people(Connection connection, Erasure erasure) throws SQLException {
        TableName table = erasure.kind().table();
        RowKey key = RowKey.columns(ownership, table, erasure.kind().key());
        List<Link> same = ownership.linksOf(table).stream()
                .filter(link -> link.to().equals(table))
                .toList();
        List<PersonRow> found = lock(connection, table, key.among("a"), List.of(bound(key, List.of(erasure.key()))));
        while (!found.isEmpty() && !same.isEmpty()) {
            List<PersonRow> more = new ArrayList<>();
            for (Link link : same) {
                more.addAll(below(connection, link, found));
                more.addAll(above(connection, link, found));
            }
            found = more;
        }
        return rows(table);
    }

    /** Everything under these, as far as links of ownership reach. */
    void find(Connection connection, TableName table, List<PersonRow> people) throws SQLException {
        Deque<Map.Entry<TableName, List<PersonRow>>> next = new ArrayDeque<>();
        next.add(Map.entry(table, people));
        while (!next.isEmpty()) {
            Map.Entry<TableName, List<PersonRow>> found = next.remove();
            for (Link link : ownership.linksInto(found.getKey())) {
                List<PersonRow> below = below(connection, link, found.getValue());
                // What is under rows that others may need is not the person's, and keeps them.
                if (!below.isEmpty() && !ownership.shared(link.from())) {
                    next.add(Map.entry(link.from(), below));
                }
            }
        }
    }

    /** Adds rows that others may not need any more, found in another way. */
    List<PersonRow> add(Connection connection, TableName table, Collection<List<String>> keys) throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        return keys.isEmpty() ? List.of() : lock(connection, table, key.among("a"), List.of(bound(key, keys)));
    }

    private List<PersonRow> below(Connection connection, Link link, List<PersonRow> owners) throws SQLException {
        List<String> on = List.copyOf(link.owner().on().keySet());
        Set<List<String>> values = values(owners, List.copyOf(link.owner().on().values()));
        if (values.isEmpty()) {
            return List.of();
        }
        String cast = link.owner().cast();
        RowKey key = cast == null ? RowKey.columns(ownership, link.from(), on) : RowKey.cast(on, cast);
        String condition = key.among("a") + " and " + link.appliesTo("a");
        if (ownership.unique(link)) {
            return lock(connection, link.from(), condition, List.of(bound(key, values)));
        }
        RowKey owner = RowKey.of(ownership, link.to());
        String others = "exists (select 1 from " + Sql.name(link.to()) + " o where " + link.joinsTo("a", "o")
                + " and not (" + owner.among("o") + "))";
        List<Bound> bound = List.of(
                bound(key, values),
                bound(owner, rows(link.to()).stream().map(PersonRow::key).toList()));
        long doubtful = count(connection, link.from(), condition + " and " + others, bound);
        if (doubtful > 0) {
            contested.merge(link.from(), doubtful, Long::sum);
        }
        return lock(connection, link.from(), condition + " and not " + others, bound);
    }

    /** The rows of the same table that these name. */
    private List<PersonRow> above(Connection connection, Link link, List<PersonRow> found) throws SQLException {
        Set<List<String>> values = values(found, List.copyOf(link.owner().on().keySet()));
        if (values.isEmpty()) {
            return List.of();
        }
        RowKey key = RowKey.columns(ownership, link.to(), link.owner().on().values());
        return lock(connection, link.to(), key.among("a"), List.of(bound(key, values)));
    }

    private static Set<List<String>> values(List<PersonRow> rows, List<String> columns) {
        Set<List<String>> values = new LinkedHashSet<>();
        for (PersonRow row : rows) {
            List<String> key = new ArrayList<>();
            for (String column : columns) {
                String value = row.values().get(column);
                if (value != null) {
                    key.add(value);
                }
            }
            if (key.size() == columns.size()) {
                values.add(key);
            }
        }
        return values;
    }

    /** Values for the placeholders of one {@link RowKey#among}. */
    private record Bound(RowKey key, Collection<List<String>> rows) {}

    private static Bound bound(RowKey key, Collection<List<String>> rows) {
        return new Bound(key, rows);
    }

    private static void bind(PreparedStatement statement, List<Bound> bound) throws SQLException {
        int next = 1;
        for (Bound each : bound) {
            next = each.key.bind(statement, next, each.rows);
        }
    }

    private static long count(Connection connection, TableName table, String condition, List<Bound> bound)
            throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select count(*) from " + Sql.name(table) + " a where " + condition)) {
            bind(query, bound);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    private List<PersonRow> lock(Connection connection, TableName table, String condition, List<Bound> bound)
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
            bind(statement, bound);
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
        ownership.linksInto(name).forEach(link -> {
            columns.addAll(link.owner().on().values());
            if (link.from().equals(name)) {
                columns.addAll(link.owner().on().keySet());
            }
        });
        return List.copyOf(columns);
    }

    private List<String> legal(TableName table) {
        return ownership.rowPurposes(table).stream()
                .filter(purpose -> thresholds.purpose(purpose).basis() == Purpose.Basis.LEGAL_OBLIGATION)
                .toList();
    }
}

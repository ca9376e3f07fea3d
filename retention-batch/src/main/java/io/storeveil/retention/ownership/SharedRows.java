package io.storeveil.retention.ownership;

import io.storeveil.policy.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rows that several people refer to, as a transaction finds them behind rows that it is about to change. */
public final class SharedRows {

    private final Ownership ownership;
    private final Map<TableName, Set<List<String>>> found = new LinkedHashMap<>();

    public SharedRows(Ownership ownership) {
        this.ownership = ownership;
    }

    /** Remembers what these rows refer to; to be called while they still do. */
    public void behind(Connection connection, TableName table, RowKey key, List<List<String>> rows)
            throws SQLException {
        for (Reference reference : ownership.toShared(table)) {
            TableName shared = reference.to();
            RowKey sharedKey = RowKey.of(ownership, shared);
            try (PreparedStatement query = connection.prepareStatement("select distinct " + sharedKey.texts("s")
                    + " from " + Sql.name(table) + " a join " + Sql.name(shared) + " s on "
                    + reference.joins("a", "s") + " where " + key.among("a"))) {
                key.bind(query, 1, rows);
                found.computeIfAbsent(shared, any -> new LinkedHashSet<>()).addAll(Texts.all(query, sharedKey.size()));
            }
        }
    }

    /** The tables in which rows were found. */
    public Set<TableName> tables() {
        return found.keySet();
    }

    /** The keys of those found in one table. */
    public Set<List<String>> found(TableName shared) {
        return found.getOrDefault(shared, Set.of());
    }

    /** Those that nothing refers to any more, locked. */
    public List<List<String>> orphans(Connection connection, TableName shared) throws SQLException {
        RowKey key = RowKey.of(ownership, shared);
        try (PreparedStatement query = connection.prepareStatement("select " + key.texts("a") + " from "
                + Sql.name(shared) + " a where " + key.among("a") + " and not " + referred(shared)
                + " for update of a")) {
            key.bind(query, 1, found.getOrDefault(shared, Set.of()));
            return Texts.all(query, key.size());
        }
    }

    private String referred(TableName shared) {
        return Sql.any(new Dependents(ownership)
                .naming(shared).stream()
                        .map(hold -> "exists (select 1 from " + Sql.name(hold.from()) + " r where "
                                + hold.keeps("r", "a") + ")")
                        .toList());
    }
}

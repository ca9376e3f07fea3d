package io.storeveil.retention.resend;

import io.storeveil.control.Consents;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.StoreTransaction;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rows that stay after an erasure, whatever of them the law keeps. Once nothing can be encrypted under the person's key any
 * more they go through the stream once more, and say "erased" there: otherwise a sink's table would keep in the clear what
 * it was shown before.
 */
public final class Stubs {

    private final StoreTransaction store;
    private final Ownership ownership;

    public Stubs(StoreTransaction store, Ownership ownership) {
        this.store = store;
        this.ownership = ownership;
    }

    /**
     * To be called in the transaction of the erasure.
     *
     * @param rows by their primary keys; of a table without one nothing is noted, since no sink finds its rows again
     */
    public static void remember(
            Connection connection, Ownership ownership, TableName table, Collection<List<String>> rows)
            throws SQLException {
        if (!RowKey.of(ownership, table).lasting() || !Touch.concerns(ownership, table, Consents.EVERY_PURPOSE)) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into storeveil.unsent (table_name, row_key) values (?, ?) on conflict do nothing")) {
            for (List<String> row : rows) {
                insert.setString(1, table.toString());
                insert.setArray(2, connection.createArrayOf("text", row.toArray()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /**
     * Sends all that were noted. What cannot be sent stays noted.
     *
     * @return why rows of some tables were not sent
     */
    public Set<String> send() throws SQLException {
        Set<String> refusals = new TreeSet<>();
        for (TableName table : Touch.tables(ownership, Consents.EVERY_PURPOSE)) {
            if (store.run(connection -> noted(connection, table)).isEmpty()) {
                continue;
            }
            try {
                Touch touch = Touch.of(store, ownership, table, Consents.EVERY_PURPOSE);
                int sent;
                do {
                    sent = store.run(connection -> next(connection, touch, table));
                } while (sent > 0);
            } catch (Untouched why) {
                refusals.add(String.valueOf(why.getMessage()));
            }
        }
        return refusals;
    }

    /** @return how many were sent */
    private static int next(Connection connection, Touch touch, TableName table) throws SQLException {
        Fences.shareAll(connection);
        List<List<String>> rows = noted(connection, table);
        if (rows.isEmpty()) {
            return 0;
        }
        touch.rows(connection, rows);
        try (PreparedStatement delete =
                connection.prepareStatement("delete from storeveil.unsent where table_name = ? and row_key = ?")) {
            for (List<String> row : rows) {
                delete.setString(1, table.toString());
                delete.setArray(2, connection.createArrayOf("text", row.toArray()));
                delete.addBatch();
            }
            delete.executeBatch();
        }
        return rows.size();
    }

    private static List<List<String>> noted(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select row_key from storeveil.unsent where table_name = ? order by row_key limit " + Touch.ROWS)) {
            query.setString(1, table.toString());
            List<List<String>> rows = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Array key = row.getArray(1);
                    rows.add(List.of((String[]) key.getArray()));
                }
            }
            return rows;
        }
    }
}

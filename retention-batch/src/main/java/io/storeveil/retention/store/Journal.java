package io.storeveil.retention.store;

import io.storeveil.keys.KeyReference;
import java.io.ByteArrayOutputStream;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes and reads {@code storeveil.journal}, inside the transaction of whoever asks. */
public final class Journal {

    /** The rule of the marker that ends a request's erasure. */
    public static final String REQUEST_DONE = "request-done";

    private final String run;
    private final String step;

    public Journal(String run, String step) {
        this.run = run;
        this.step = step;
    }

    public void write(Connection connection, List<JournalEntry> entries) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                """
                insert into storeveil.journal
                    (run, step, action, table_name, rule, request, row_ref, subject_ref, key_refs, columns, rows)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            for (JournalEntry entry : entries) {
                insert.setString(1, run);
                insert.setString(2, step);
                insert.setString(3, entry.action().name().toLowerCase(Locale.ROOT));
                insert.setString(4, entry.table());
                insert.setString(5, entry.rule());
                insert.setString(6, entry.request());
                insert.setString(7, entry.rowRef());
                insert.setString(8, entry.subjectRef());
                insert.setBytes(9, entry.keyRefs().isEmpty() ? null : bytes(entry.keyRefs()));
                Array columns = entry.columns().isEmpty()
                        ? null
                        : connection.createArrayOf("text", entry.columns().toArray());
                insert.setArray(10, columns);
                insert.setLong(11, entry.rows());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Whether the erasure that a request asked for has ended, in whichever run. */
    public static boolean requestDone(Connection connection, String request) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select 1 from storeveil.journal where request = ? and rule = '" + REQUEST_DONE + "'")) {
            query.setString(1, request);
            try (ResultSet found = query.executeQuery()) {
                return found.next();
            }
        }
    }

    /** Those of these requests whose erasure has ended, in whichever run. */
    public static Set<String> requestsDone(Connection connection, Collection<String> requests) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select distinct request from storeveil.journal"
                + " where request = any(?) and rule = '" + REQUEST_DONE + "'")) {
            query.setArray(1, connection.createArrayOf("text", requests.toArray()));
            Set<String> done = new HashSet<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    done.add(row.getString(1));
                }
            }
            return done;
        }
    }

    /** Rows that this run deleted or anonymised by the rules of this step, per rule, of one table. */
    public Map<String, Long> done(Connection connection, String table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                """
                select rule, sum(rows)::bigint from storeveil.journal
                where run = ? and step = ? and table_name = ? and action in ('delete', 'anonymise') group by rule""")) {
            query.setString(1, run);
            query.setString(2, step);
            query.setString(3, table);
            Map<String, Long> done = new TreeMap<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    done.put(row.getString(1), row.getLong(2));
                }
            }
            return done;
        }
    }

    /** What this run's entries of this rule add up to. */
    public long rows(Connection connection, String rule) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select coalesce(sum(rows), 0)::bigint from storeveil.journal where run = ? and rule = ?")) {
            query.setString(1, run);
            query.setString(2, rule);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** The keys that this run's entries of this rule name. */
    public List<KeyReference> keys(Connection connection, String rule) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select key_refs from storeveil.journal where run = ? and rule = ? and key_refs is not null")) {
            query.setString(1, run);
            query.setString(2, rule);
            List<KeyReference> keys = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    byte[] all = row.getBytes(1);
                    for (int at = 0; at < all.length; at += KeyReference.LENGTH) {
                        keys.add(KeyReference.of(Arrays.copyOfRange(all, at, at + KeyReference.LENGTH)));
                    }
                }
            }
            return keys;
        }
    }

    private static byte[] bytes(List<KeyReference> references) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(references.size() * KeyReference.LENGTH);
        references.forEach(reference -> bytes.writeBytes(reference.toBytes()));
        return bytes.toByteArray();
    }
}

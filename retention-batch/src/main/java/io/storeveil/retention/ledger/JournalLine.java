package io.storeveil.retention.ledger;

import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One entry of a store's journal as the ledger seals it: one line of JSON, whose UTF-8 bytes are the leaf. The keys it
 * erased stand in it as one SHA-256 over all of them.
 */
record JournalLine(long id, String text) {

    private static final int AT_ONCE = 1_000;

    byte[] leaf() {
        return MerkleTree.leaf(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Hands on what a run has written behind one entry, in the order in which it was written. */
    static void read(DataSource store, String run, long after, Consumer<JournalLine> each) throws SQLException {
        try (Connection connection = store.getConnection()) {
            // Without a transaction the driver would fetch all of them at once.
            connection.setAutoCommit(false);
            try (PreparedStatement query = connection.prepareStatement(
                    "select * from storeveil.journal where run = ? and id > ? order by id")) {
                query.setString(1, run);
                query.setLong(2, after);
                query.setFetchSize(AT_ONCE);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        each.accept(of(row));
                    }
                }
            }
            connection.rollback();
        }
    }

    private static JournalLine of(ResultSet row) throws SQLException {
        long id = row.getLong("id");
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("journal", id);
        fields.put("run", row.getString("run"));
        fields.put("step", row.getString("step"));
        fields.put("at", row.getObject("at", OffsetDateTime.class).toInstant().toString());
        fields.put("action", row.getString("action"));
        fields.put("table", row.getString("table_name"));
        fields.put("rule", row.getString("rule"));
        fields.put("request", row.getString("request"));
        fields.put("row", row.getString("row_ref"));
        fields.put("subject", row.getString("subject_ref"));
        byte[] keys = row.getBytes("key_refs");
        fields.put("keys", keys == null ? null : Sha256.of(keys));
        fields.put("columns", texts(row.getArray("columns")));
        fields.put("rows", row.getLong("rows"));
        return new JournalLine(id, JsonMapper.shared().writeValueAsString(fields));
    }

    private static @Nullable List<?> texts(@Nullable Array array) throws SQLException {
        return array == null ? null : List.of((Object[]) array.getArray());
    }
}

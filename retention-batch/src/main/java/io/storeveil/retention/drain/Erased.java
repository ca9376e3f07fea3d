package io.storeveil.retention.drain;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the journal says was changed between two of its rows, by table.
 *
 * @param since when the first of it happened
 * @param requested rows of requests: record key to {@code true} for deleted, {@code false} for kept as a stub
 * @param expired rows that a rule deleted, counted
 */
record Erased(@Nullable Instant since, Map<TableName, Map<String, Boolean>> requested, Map<TableName, Long> expired) {

    private static final String CHANGES =
            """
            select at, action, table_name, request, row_ref, rows from storeveil.journal
            where table_name is not null and action in ('delete', 'anonymise')
            """;
    /** A row that stays as it was is not sent by its erasure. */
    private static final String SENT = "and (action = 'delete' or cardinality(columns) > 0) ";

    private record Entry(
            Instant at, String action, TableName table, @Nullable String request, @Nullable String ref, long rows) {}

    static Erased between(DataSource store, long after, long before) {
        return read(JdbcClient.create(store)
                .sql(CHANGES + SENT + "and id > :after and id < :before order by id")
                .param("after", after)
                .param("before", before));
    }

    static Erased ofRun(DataSource store, String run) {
        return read(JdbcClient.create(store)
                .sql(CHANGES + "and run = :run order by id")
                .param("run", run));
    }

    /** In whichever run. */
    static Erased ofRequest(DataSource store, String request) {
        return read(JdbcClient.create(store)
                .sql(CHANGES + "and request = :request order by id")
                .param("request", request));
    }

    private static Erased read(JdbcClient.StatementSpec changes) {
        List<Entry> entries = changes.query((row, n) -> new Entry(
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getString("action"),
                        table(row.getString("table_name")),
                        row.getString("request"),
                        row.getString("row_ref"),
                        row.getLong("rows")))
                .list();
        Map<TableName, Map<String, Boolean>> requested = new TreeMap<>();
        Map<TableName, Long> expired = new TreeMap<>();
        for (Entry entry : entries) {
            boolean deleted = entry.action().equals("delete");
            if (entry.request() != null && entry.ref() != null) {
                requested
                        .computeIfAbsent(entry.table(), t -> new LinkedHashMap<>())
                        .merge(entry.ref(), deleted, Boolean::logicalOr);
            } else if (deleted) {
                expired.merge(entry.table(), entry.rows(), Long::sum);
            }
        }
        return new Erased(entries.isEmpty() ? null : entries.get(0).at(), requested, new HashMap<>(expired));
    }

    /** Rows of requests in tables that are streamed. */
    Map<TableName, Map<String, Boolean>> captured(Policy policy) {
        Map<TableName, Map<String, Boolean>> captured = new TreeMap<>(requested);
        captured.keySet()
                .removeIf(table -> !policy.table(table).map(Table::captured).orElse(false));
        return captured;
    }

    boolean nothing() {
        return since == null;
    }

    /** The journal spells a table as {@link TableName#toString()} does; only the schema's name may not hold a dot. */
    static TableName table(String spelled) {
        int dot = spelled.indexOf('.');
        return new TableName(spelled.substring(0, dot), spelled.substring(dot + 1));
    }
}

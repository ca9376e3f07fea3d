package io.storeveil.retention.report;

import io.storeveil.policy.TableName;
import io.storeveil.retention.precedence.JournalledDecisions;
import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the store's journal says was done for one request.
 *
 * @param lastEntry the request's last entry: keys are shredded once a shredding has passed it
 */
record JournalOfRequest(String request, long lastEntry, boolean finished, Map<TableName, Rows> tables) {

    /**
     * @param anonymised rows that stay and in which {@code columns} got their at-rest value
     * @param lawful rows that stay because a law asks for them
     * @param referred rows that stay because others refer to them
     */
    record Rows(long deleted, long anonymised, Set<String> columns, long lawful, long referred, long detached) {

        Rows plus(Rows more) {
            Set<String> all = new TreeSet<>(columns);
            all.addAll(more.columns());
            return new Rows(
                    deleted + more.deleted(),
                    anonymised + more.anonymised(),
                    all,
                    lawful + more.lawful(),
                    referred + more.referred(),
                    detached + more.detached());
        }
    }

    private record Entry(
            String request,
            long last,
            String action,
            String rule,
            @Nullable String table,
            Set<String> columns,
            long rows) {}

    /** Every request that an entry of this run belongs to, with all that was ever done for it, in the order of their ids. */
    static List<JournalOfRequest> of(DataSource store, String run) {
        List<Entry> entries = JdbcClient.create(store)
                .sql(
                        """
                        select request, max(id) as last, action, coalesce(rule, '') as rule, table_name, columns, sum(rows)::bigint as rows
                        from storeveil.journal
                        where request in (select request from storeveil.journal where run = :run)
                        group by request, action, rule, table_name, columns order by request""")
                .param("run", run)
                .query((row, n) -> new Entry(
                        row.getString("request"),
                        row.getLong("last"),
                        row.getString("action"),
                        row.getString("rule"),
                        row.getString("table_name"),
                        columns(row.getArray("columns")),
                        row.getLong("rows")))
                .list();
        Map<String, JournalOfRequest> requests = new LinkedHashMap<>();
        for (Entry entry : entries) {
            requests.merge(entry.request(), single(entry), JournalOfRequest::plus);
        }
        return List.copyOf(requests.values());
    }

    private static JournalOfRequest single(Entry entry) {
        Map<TableName, Rows> tables = new TreeMap<>();
        String table = entry.table();
        if (table != null && !entry.action().equals("marker")) {
            long rows = entry.rows();
            tables.put(
                    name(table),
                    switch (entry.action()) {
                        case "delete" -> new Rows(rows, 0, Set.of(), 0, 0, 0);
                        case "anonymise" -> staying(entry);
                        default -> new Rows(0, 0, Set.of(), 0, 0, rows);
                    });
        }
        return new JournalOfRequest(
                entry.request(), entry.last(), entry.action().equals("marker"), tables);
    }

    private static Rows staying(Entry entry) {
        boolean lawful = !entry.rule().equals(JournalledDecisions.REFERRED);
        return new Rows(
                0,
                entry.columns().isEmpty() ? 0 : entry.rows(),
                entry.columns(),
                lawful ? entry.rows() : 0,
                lawful ? 0 : entry.rows(),
                0);
    }

    private JournalOfRequest plus(JournalOfRequest more) {
        Map<TableName, Rows> all = new TreeMap<>(tables);
        more.tables().forEach((table, rows) -> all.merge(table, rows, Rows::plus));
        return new JournalOfRequest(request, Math.max(lastEntry, more.lastEntry()), finished || more.finished(), all);
    }

    private static TableName name(String spelled) {
        int dot = spelled.indexOf('.');
        return new TableName(spelled.substring(0, dot), spelled.substring(dot + 1));
    }

    private static Set<String> columns(@Nullable Array array) throws SQLException {
        return array == null ? Set.of() : new TreeSet<>(Arrays.asList((String[]) array.getArray()));
    }
}

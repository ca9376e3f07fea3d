package io.storeveil.retention.drain;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerKey;
import io.storeveil.policy.Column;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.sweep.SweepContext;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Looks in the warehouse for what this run's requests erased: a deleted row must be gone, and no encrypted value of a row
 * that stays may open under the key state that is left.
 */
public final class WarehouseCheck {

    private static final String STEP = "verify";
    /** Of a ciphertext: its version, then the key reference. */
    private static final int REFERENCE_AT = 1;

    private final SweepContext context;
    private final RunRecords records;
    private final JdbcClient warehouse;
    private final List<Map<String, String>> sinks;
    private final KeyState keys;

    private WarehouseCheck(SweepContext context, Settings.Database warehouse) {
        Settings.Connect connect = context.settings().connect();
        this.context = context;
        this.records = new RunRecords(context.control(), context.clock());
        this.warehouse = JdbcClient.create(warehouse.dataSource());
        this.sinks = connect.sinks().isEmpty()
                ? List.of(Map.of())
                : connect.sinks().stream()
                        .map(sink -> WarehouseTable.sink(connect.url(), sink))
                        .toList();
        this.keys = context.keys().current();
    }

    /**
     * Records a finding for each table in which something was found, and what was searched in the ledger.
     *
     * @return rows that should be gone, or unreadable, and are not
     */
    public static long run(SweepContext context) {
        if (context.run().simulate() || context.settings().warehouse().isEmpty()) {
            return 0;
        }
        return new WarehouseCheck(context, context.settings().warehouse().get()).look();
    }

    private long look() {
        Erased erased = Erased.ofRun(context.store(), context.run().id());
        Map<TableName, Map<String, Boolean>> requested = new TreeMap<>(erased.requested());
        requested
                .keySet()
                .removeIf(table ->
                        !context.policy().table(table).map(Table::captured).orElse(false));
        long searched = 0;
        long found = 0;
        for (Map.Entry<TableName, Map<String, Boolean>> rows : requested.entrySet()) {
            searched += rows.getValue().size();
            for (Map<String, String> sink : of(rows.getKey())) {
                found += look(rows.getKey(), rows.getValue(), sink);
            }
        }
        if (searched > 0) {
            record(searched, requested.size(), found);
        }
        return found;
    }

    private void record(long searched, int tables, long found) {
        new Ledger(context.control(), context.clock())
                .append(
                        "warehouse-checked",
                        context.run().id(),
                        Map.of("rows", searched, "tables", tables, "found", found));
        records.finding(
                context.run(),
                STEP,
                Severity.INFO,
                null,
                "the warehouse was searched for " + searched + " rows of requests: " + found + " found");
    }

    /** The sinks that write the table; if none says so, the first is asked all the same. */
    private List<Map<String, String>> of(TableName table) {
        String topic = context.settings().connect().topicPrefix() + "." + table;
        List<Map<String, String>> reading =
                sinks.stream().filter(sink -> SinkProgress.reads(sink, topic)).toList();
        return reading.isEmpty() ? sinks.subList(0, 1) : reading;
    }

    private long look(TableName name, Map<String, Boolean> rows, Map<String, String> sink) {
        Table table = context.policy().table(name).orElseThrow();
        String spelled = WarehouseTable.of(name, context.settings().connect().topicPrefix(), sink);
        Optional<String> from = located(spelled);
        if (from.isEmpty()) {
            records.finding(
                    context.run(),
                    STEP,
                    Severity.DECISION,
                    name.toString(),
                    "the warehouse has no table " + spelled + ", so it could not be searched");
            return rows.size();
        }
        long present = 0;
        long readable = 0;
        for (Map.Entry<String, Boolean> row : rows.entrySet()) {
            List<Map<String, Object>> seen = rows(from.get(), table, row.getKey());
            if (row.getValue() && !seen.isEmpty()) {
                present++;
            } else if (seen.stream().anyMatch(values -> opens(table, values))) {
                readable++;
            }
        }
        failed(name, present, "rows that requests deleted are still in the warehouse's table " + spelled);
        failed(name, readable, "rows of erased people can still be decrypted in the warehouse's table " + spelled);
        return present + readable;
    }

    private void failed(TableName table, long rows, String what) {
        if (rows > 0) {
            records.finding(context.run(), STEP, Severity.FAILED, table.toString(), rows + " " + what);
        }
    }

    /** Its quoted name, in the schema that the sink names; where it names none, in whichever the sink made it. */
    private Optional<String> located(String name) {
        int dot = name.lastIndexOf('.');
        return warehouse
                .sql(
                        """
                        select format('%I.%I', table_schema, table_name) from information_schema.tables
                        where lower(table_name) = lower(:name) and table_schema not in ('information_schema', 'pg_catalog')
                        and (:schema = '' or lower(table_schema) = lower(:schema))
                        order by table_schema limit 1""")
                .param("name", name.substring(dot + 1))
                .param("schema", name.substring(0, Math.max(dot, 0)))
                .query(String.class)
                .optional();
    }

    /** Key columns hold what the record's key holds, so each is compared as text. */
    private List<Map<String, Object>> rows(String from, Table table, String rowRef) {
        List<String> values = Arrays.asList(rowRef.split(",", -1));
        if (values.size() != table.key().size()) {
            return List.of();
        }
        String where = IntStream.range(0, values.size())
                .mapToObj(i -> quoted(table.key().get(i)) + "::text = ?")
                .collect(Collectors.joining(" and "));
        return warehouse
                .sql("select * from " + from + " where " + where)
                .params(values)
                .query()
                .listOfRows();
    }

    private static String quoted(String column) {
        return '"' + column.replace("\"", "\"\"") + '"';
    }

    private boolean opens(Table table, Map<String, Object> row) {
        return table.columns().values().stream()
                .filter(column -> column.inStream().guarantee().ownerKeyed())
                .map(Column::name)
                .map(row::get)
                .anyMatch(value -> value instanceof String text && opens(text));
    }

    private boolean opens(String ciphertext) {
        try {
            byte[] bytes = Base64.getDecoder().decode(ciphertext);
            if (bytes.length < REFERENCE_AT + KeyReference.LENGTH) {
                return false;
            }
            KeyReference reference =
                    KeyReference.of(Arrays.copyOfRange(bytes, REFERENCE_AT, REFERENCE_AT + KeyReference.LENGTH));
            return keys.ownerKey(reference) instanceof OwnerKey.Present;
        } catch (IllegalArgumentException notACiphertext) {
            return false;
        }
    }
}

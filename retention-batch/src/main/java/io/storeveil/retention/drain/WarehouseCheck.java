package io.storeveil.retention.drain;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.drain.Looked.Left;
import io.storeveil.retention.settings.Settings;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Looks in the warehouse for what requests erased: a deleted row must be gone from every sink's table, and of a row that
 * stays nothing may tell what was under the person's key, neither a ciphertext that opens nor a value that a purpose saw.
 */
final class WarehouseCheck {

    private static final JsonMapper JSON = new JsonMapper();

    private final Policy policy;
    private final String prefix;
    private final JdbcClient warehouse;
    private final List<Map<String, String>> sinks;
    private final Legible legible;

    WarehouseCheck(Policy policy, Settings.Connect connect, Settings.Database warehouse, Legible legible) {
        this.policy = policy;
        this.prefix = connect.topicPrefix();
        this.warehouse = JdbcClient.create(warehouse.dataSource());
        this.sinks = connect.sinks().isEmpty()
                ? List.of(Map.of())
                : connect.sinks().stream()
                        .map(sink -> ConnectRest.config(connect.url(), sink))
                        .toList();
        this.legible = legible;
    }

    Looked look(Erased erased) {
        Map<TableName, Map<String, Boolean>> requested = erased.captured(policy);
        List<Left> left = new ArrayList<>();
        long searched = 0;
        for (Map.Entry<TableName, Map<String, Boolean>> rows : requested.entrySet()) {
            searched += rows.getValue().size();
            for (Map<String, String> sink : of(rows.getKey())) {
                left.addAll(look(rows.getKey(), rows.getValue(), sink));
            }
        }
        return new Looked(searched, requested.size(), left);
    }

    /** The sinks that write the table; if none says so, the first is asked all the same. */
    private List<Map<String, String>> of(TableName table) {
        String topic = prefix + "." + table;
        List<Map<String, String>> reading =
                sinks.stream().filter(sink -> SinkProgress.reads(sink, topic)).toList();
        return reading.isEmpty() ? sinks.subList(0, 1) : reading;
    }

    private List<Left> look(TableName name, Map<String, Boolean> rows, Map<String, String> sink) {
        Table table = policy.table(name).orElseThrow();
        String spelled = WarehouseTable.of(name, prefix, sink);
        Optional<String> from = located(spelled);
        if (from.isEmpty()) {
            return List.of(new Left(
                    name,
                    rows.size(),
                    Severity.DECISION,
                    "the warehouse has no table " + spelled + ", so it could not be searched"));
        }
        long present = 0;
        long readable = 0;
        for (Map.Entry<String, Boolean> row : rows.entrySet()) {
            List<Map<String, Object>> seen = rows(from.get(), table, row.getKey());
            if (row.getValue() && !seen.isEmpty()) {
                present++;
            } else if (seen.stream().anyMatch(values -> legible.row(table, column -> node(values.get(column))))) {
                readable++;
            }
        }
        List<Left> left = new ArrayList<>();
        Looked.add(left, name, present, "rows that requests deleted are still in the warehouse's table " + spelled);
        Looked.add(left, name, readable, "rows of erased people can still be read in the warehouse's table " + spelled);
        return left;
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

    /** As JSON would have it; what is neither text nor a list of texts was never encrypted. */
    private static JsonNode node(@Nullable Object value) {
        try {
            if (value instanceof Array array) {
                return JSON.valueToTree(array.getArray());
            }
        } catch (SQLException unreadable) {
            throw new IllegalStateException("an array of the warehouse cannot be read", unreadable);
        }
        if (value instanceof PGobject object) {
            return JSON.valueToTree(object.getValue());
        }
        return value == null ? MissingNode.getInstance() : JSON.valueToTree(String.valueOf(value));
    }
}

package io.storeveil.demo.canary;

import io.storeveil.demo.canary.ByteSearch.Pattern;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import org.postgresql.util.PGInterval;

/** The personal values of the shop: read from the store itself, so that none is forgotten. */
public final class Canaries {

    /** A name spelled for the shop inside a longer text: the shop's own words are shorter, or begin small. */
    private static final java.util.regex.Pattern MARKED = java.util.regex.Pattern.compile("\\p{Lu}\\p{L}{10,}");

    private static final java.util.regex.Pattern NUMBERS = java.util.regex.Pattern.compile("-?[0-9.]+");

    /** The columns that are nobody's: catalogue, amounts, states, and dates that many share. All others are searched for. */
    private static final Set<String> NOT_PERSONAL = Set.of(
            "customer.newsletter",
            "address.city",
            "address.country",
            "customer_address.kind",
            "orders.status",
            "orders.total",
            "orders.wanted_on",
            "orders.placed_at",
            "order_line.product_id",
            "order_line.quantity",
            "order_line.price",
            "ticket.opened_at",
            "ticket_message.author",
            "ticket_message.sent_at",
            "visit.page",
            "visit.visited_at");

    private static final Set<String> NOT_PERSONAL_TABLES = Set.of("product", "category");

    /**
     * One way to recognise one value.
     *
     * @param value  the number of the value
     * @param column {@code table.column}
     */
    record Sign(int value, String column, String form) {}

    private final Map<String, Integer> values = new HashMap<>();
    private final Map<String, Integer> perColumn = new HashMap<>();
    private final List<Pattern> patterns = new ArrayList<>();
    private final List<Sign> signs = new ArrayList<>();
    private final Map<Long, Sign> days = new HashMap<>();

    /** Adds what the store holds now and did not hold before. */
    public void read(Connection store) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet found = store.getMetaData().getTables(null, "public", "%", new String[] {"TABLE"})) {
            while (found.next()) {
                tables.add(Objects.requireNonNull(found.getString("TABLE_NAME")));
            }
        }
        for (String table : tables) {
            if (!NOT_PERSONAL_TABLES.contains(table)) {
                readTable(store, table);
            }
        }
    }

    /** How many different personal values are known. */
    public int count() {
        return values.size();
    }

    /** How many values each column has given, by {@code table.column}; a foreign key gives none of its own. */
    public Map<String, Integer> perColumn() {
        return Map.copyOf(perColumn);
    }

    public int forms() {
        return patterns.size() + days.size();
    }

    List<Pattern> patterns() {
        return patterns;
    }

    Sign sign(int pattern) {
        return signs.get(pattern);
    }

    /** Numbers of days that are somebody's date of birth. */
    Map<Long, Sign> days() {
        return days;
    }

    private void readTable(Connection store, String table) throws SQLException {
        try (Statement statement = store.createStatement();
                ResultSet rows = statement.executeQuery("select * from " + table)) {
            ResultSetMetaData columns = rows.getMetaData();
            while (rows.next()) {
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    String column = columns.getColumnName(i);
                    if (!NOT_PERSONAL.contains(table + "." + column)) {
                        readValue(rows, i, columns.getColumnTypeName(i), table, column);
                    }
                }
            }
        }
    }

    private void readValue(ResultSet rows, int i, String type, String table, String column) throws SQLException {
        String text = rows.getString(i);
        if (text == null) {
            return;
        }
        switch (type) {
            case "bool" -> {}
            case "int2", "int4", "int8", "serial", "bigserial", "float4", "float8" ->
                plant(table, column, text, Forms.ofNumber(text));
            case "_int8", "point" ->
                NUMBERS.matcher(text)
                        .results()
                        .map(MatchResult::group)
                        .forEach(number -> plant(table, column, number, Forms.ofNumber(number)));
            case "money" -> plant(table, column, text, Forms.ofDecimal(new BigDecimal(text.replaceAll("[$,]", ""))));
            case "interval" ->
                plant(
                        table,
                        column,
                        text,
                        Forms.ofInterval(Objects.requireNonNull(rows.getObject(i, PGInterval.class))));
            case "bit", "varbit" -> plant(table, column, text, Forms.ofBits(text));
            case "timetz" -> plant(table, column, text, Forms.ofText(text.replaceFirst("[+-][0-9:]+$", "")));
            case "numeric" ->
                plant(table, column, text, Forms.ofDecimal(Objects.requireNonNull(rows.getBigDecimal(i))));
            case "bytea" -> plant(table, column, text, Forms.ofBytes(Objects.requireNonNull(rows.getBytes(i))));
            case "date" -> {
                LocalDate day = Objects.requireNonNull(rows.getObject(i, LocalDate.class));
                plant(table, column, text, Forms.ofDate(column, day));
                days.putIfAbsent(
                        day.toEpochDay(),
                        new Sign(Objects.requireNonNull(values.get(text)), table + "." + column, "days"));
            }
            case "time" ->
                plant(
                        table,
                        column,
                        text,
                        Forms.ofTime(column, Objects.requireNonNull(rows.getObject(i, LocalTime.class))));
            case "timestamp" ->
                plant(
                        table,
                        column,
                        text,
                        Forms.ofMoment(Objects.requireNonNull(rows.getObject(i, LocalDateTime.class))));
            case "timestamptz" ->
                plant(
                        table,
                        column,
                        text,
                        Forms.ofMoment(Objects.requireNonNull(rows.getObject(i, OffsetDateTime.class))
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .toLocalDateTime()));
            default -> readText(table, column, text);
        }
    }

    /** A text of its own is looked for as it is; of a longer one, the names in it. */
    private void readText(String table, String column, String text) {
        boolean composed = text.contains(" ") || text.startsWith("{");
        List<String> marked = composed
                ? MARKED.matcher(text).results().map(MatchResult::group).toList()
                : List.of();
        for (String part : marked.isEmpty() ? List.of(text) : marked) {
            plant(table, column, part, Forms.ofText(part));
        }
    }

    private void plant(String table, String column, String value, Map<String, Pattern> forms) {
        int number = values.size();
        if (forms.isEmpty() || values.putIfAbsent(value, number) != null) {
            return;
        }
        perColumn.merge(table + "." + column, 1, Integer::sum);
        forms.forEach((name, pattern) -> {
            patterns.add(pattern);
            signs.add(new Sign(number, table + "." + column, name));
        });
    }
}

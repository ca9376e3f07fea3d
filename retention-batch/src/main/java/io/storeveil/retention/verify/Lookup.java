package io.storeveil.retention.verify;

import io.storeveil.policy.Owner;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Hold;
import io.storeveil.retention.ownership.Link;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Reference;
import io.storeveil.retention.ownership.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds whole rows by values, in statements of its own, so that a mistake in those that erase is not repeated by the look
 * that should find it. One statement asks for all values at once, by an index where there is one.
 */
final class Lookup {

    private final Connection connection;
    private final Ownership ownership;

    Lookup(Connection connection, Ownership ownership) {
        this.connection = connection;
        this.ownership = ownership;
    }

    /** @param number the place among the values that were asked for */
    record Match(int number, JsonNode values) {}

    /** Rows in which these columns have these values. */
    List<Match> by(TableName table, List<String> columns, List<List<String>> values) throws SQLException {
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            conditions.add(Sql.of("a", columns.get(i)) + " = cast(p.k" + i + " as "
                    + ownership.column(table, columns.get(i)).type() + ")");
        }
        return match(table, Sql.all(conditions), values);
    }

    /** Rows that are owned, by this link, by rows with these values in its columns. */
    List<Match> ownedBy(Link link, List<List<String>> values) throws SQLException {
        return match(link.from(), owned(link), values);
    }

    /** Rows that own, by this link, rows with these values in its columns. */
    List<Match> owners(Link link, List<List<String>> values) throws SQLException {
        String cast = link.owner().cast();
        List<String> named = List.copyOf(link.owner().on().values());
        if (cast == null) {
            return by(link.to(), named, values);
        }
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < named.size(); i++) {
            conditions.add(Sql.of("a", named.get(i)) + "::" + cast + " = cast(p.k" + i + " as " + cast + ")");
        }
        return match(link.to(), Sql.all(conditions), values);
    }

    /** Rows that a reference leads to from rows with these values in its columns. */
    List<Match> behind(Reference reference, List<List<String>> values) throws SQLException {
        List<String> conditions = new ArrayList<>();
        int part = 0;
        for (String named : reference.on().values()) {
            conditions.add(compared(reference, named, named, part++));
        }
        return match(reference.to(), Sql.all(conditions), values);
    }

    /** Which of the rows of a table, by their place, another row holds on to in one of these ways. */
    Set<Integer> held(List<Row> rows, Collection<Hold> holds) throws SQLException {
        Set<Integer> held = new HashSet<>();
        for (Hold hold : holds) {
            List<Integer> numbers = new ArrayList<>();
            List<List<String>> values = new ArrayList<>();
            List<String> key = ownership.described(hold.reference().to()).primaryKey();
            boolean itself = hold.from().equals(hold.reference().to()) && !key.isEmpty();
            for (int i = 0; i < rows.size(); i++) {
                List<String> texts = new ArrayList<>(
                        rows.get(i).texts(List.copyOf(hold.reference().on().values())));
                if (!held.contains(i) && !texts.isEmpty()) {
                    texts.addAll(itself ? rows.get(i).texts(key) : List.of());
                    numbers.add(i);
                    values.add(texts);
                }
            }
            String another =
                    itself ? " and " + another(key, hold.reference().on().size()) : "";
            held.addAll(numbers(hold.from(), holding(hold) + another, numbers, values));
        }
        return held;
    }

    private static String another(List<String> key, int from) {
        List<String> same = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            same.add(Sql.of("a", key.get(i)) + "::text = p.k" + (from + i));
        }
        return "not (" + Sql.all(same) + ")";
    }

    private String holding(Hold hold) {
        Link link = hold.link();
        if (link != null) {
            return owned(link);
        }
        Reference reference = hold.reference();
        List<String> conditions = new ArrayList<>();
        int part = 0;
        for (Map.Entry<String, String> on : reference.on().entrySet()) {
            conditions.add(compared(reference, on.getKey(), on.getValue(), part++));
        }
        return Sql.all(conditions);
    }

    private String compared(Reference reference, String column, String named, int part) {
        return reference.asText()
                ? Sql.of("a", column) + "::text = p.k" + part
                : Sql.of("a", column) + " = cast(p.k" + part + " as "
                        + ownership.column(reference.to(), named).type() + ")";
    }

    /** The link speaks for a row, and no earlier one does. */
    private String owned(Link link) {
        Owner owner = link.owner();
        List<String> conditions = new ArrayList<>();
        int part = 0;
        for (Map.Entry<String, String> on : owner.on().entrySet()) {
            String type = owner.cast() == null
                    ? ownership.column(owner.to(), on.getValue()).type()
                    : owner.cast();
            conditions.add(Sql.of("a", on.getKey()) + (owner.cast() == null ? "" : "::" + owner.cast()) + " = cast(p.k"
                    + part++ + " as " + type + ")");
        }
        owner.when().forEach((column, value) -> conditions.add(is(column, value)));
        for (Owner earlier : link.child().owners().subList(0, link.position())) {
            conditions.add("not coalesce(" + speaks(earlier) + ", false)");
        }
        return Sql.all(conditions);
    }

    private static String speaks(Owner owner) {
        List<String> parts = new ArrayList<>();
        owner.on().keySet().forEach(column -> parts.add(Sql.of("a", column) + " is not null"));
        owner.when().forEach((column, value) -> parts.add(is(column, value)));
        return "(" + Sql.all(parts) + ")";
    }

    private static String is(String column, String value) {
        return Sql.of("a", column) + "::text = " + Sql.literal(value);
    }

    private List<Match> match(TableName table, String condition, List<List<String>> values) throws SQLException {
        List<Match> matches = new ArrayList<>();
        if (values.isEmpty()) {
            return matches;
        }
        try (PreparedStatement query = connection.prepareStatement("select p.n, row_to_json(a.*)::text from "
                + asked(values.get(0).size()) + " join " + Sql.name(table) + " a on " + condition)) {
            Integer[] numbers = new Integer[values.size()];
            Arrays.setAll(numbers, i -> i);
            bind(query, List.of(numbers), values);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    matches.add(new Match(row.getInt(1), JsonMapper.shared().readTree(row.getString(2))));
                }
            }
        }
        return matches;
    }

    private Set<Integer> numbers(TableName table, String condition, List<Integer> numbers, List<List<String>> values)
            throws SQLException {
        Set<Integer> found = new HashSet<>();
        if (values.isEmpty()) {
            return found;
        }
        try (PreparedStatement query = connection.prepareStatement(
                "select p.n from " + asked(values.get(0).size()) + " where exists (select 1 from " + Sql.name(table)
                        + " a where " + condition + ")")) {
            bind(query, numbers, values);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(row.getInt(1));
                }
            }
        }
        return found;
    }

    private static String asked(int width) {
        List<Integer> parts = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            parts.add(i);
        }
        return "unnest(cast(? as int[])"
                + parts.stream().map(part -> ", cast(? as text[])").collect(Collectors.joining())
                + ") as p(n" + parts.stream().map(part -> ", k" + part).collect(Collectors.joining()) + ")";
    }

    private void bind(PreparedStatement query, List<Integer> numbers, List<List<String>> values) throws SQLException {
        query.setArray(1, connection.createArrayOf("int4", numbers.toArray()));
        for (int i = 0; i < values.get(0).size(); i++) {
            int part = i;
            query.setArray(
                    i + 2,
                    connection.createArrayOf(
                            "text", values.stream().map(key -> key.get(part)).toArray()));
        }
    }
}

package io.storeveil.retention.ownership;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction names rows of one table: by primary key, or, where there is none, by where they lie, which only
 * holds while the rows are locked. The parts travel as text, which every PostgreSQL type can be read back from.
 */
public final class RowKey {

    /** @param cast also the column is compared as this type; null where it has it */
    private record Part(String column, String type, @Nullable String cast) {

        String compared(String alias) {
            return Sql.of(alias, column) + (cast == null ? "" : "::" + cast);
        }
    }

    private final List<Part> parts;
    private final boolean lasting;

    private RowKey(List<Part> parts, boolean lasting) {
        this.parts = parts;
        this.lasting = lasting;
    }

    public static RowKey of(Ownership ownership, TableName name) {
        CatalogTable table = ownership.described(name);
        if (table.primaryKey().isEmpty()) {
            return new RowKey(List.of(new Part("tableoid", "oid", null), new Part("ctid", "tid", null)), false);
        }
        return columns(ownership, name, table.primaryKey());
    }

    /** Any columns whose values find rows. */
    public static RowKey columns(Ownership ownership, TableName name, Collection<String> columns) {
        List<Part> parts = new ArrayList<>();
        columns.forEach(column ->
                parts.add(new Part(column, ownership.column(name, column).type(), null)));
        return new RowKey(parts, true);
    }

    /** Columns that are compared as another type than their own. */
    public static RowKey cast(Collection<String> columns, String type) {
        return new RowKey(
                columns.stream().map(column -> new Part(column, type, type)).toList(), true);
    }

    /** False where there is no primary key. */
    public boolean lasting() {
        return lasting;
    }

    public int size() {
        return parts.size();
    }

    /** Each part as text, to be selected. */
    public String texts(String alias) {
        return parts.stream().map(part -> Sql.of(alias, part.column) + "::text").collect(Collectors.joining(", "));
    }

    public String array(String alias) {
        return "array[" + texts(alias) + "]";
    }

    /** The row whose parts stand as texts in an array. */
    public String read(String alias, String array) {
        StringBuilder conditions = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            conditions
                    .append(i == 0 ? "" : " and ")
                    .append(Sql.of(alias, parts.get(i).column))
                    .append(" = cast(")
                    .append(array)
                    .append("[")
                    .append(i + 1)
                    .append("] as ")
                    .append(parts.get(i).type)
                    .append(")");
        }
        return conditions.toString();
    }

    public String order(String alias) {
        return parts.stream().map(part -> Sql.of(alias, part.column)).collect(Collectors.joining(", "));
    }

    /** Rows behind the one whose parts are bound. */
    public String after(String alias) {
        return "(" + order(alias) + ") > ("
                + parts.stream().map(part -> "cast(? as " + part.type + ")").collect(Collectors.joining(", ")) + ")";
    }

    /** Rows whose parts are bound by {@link #bind}. */
    public String among(String alias) {
        if (parts.size() == 1) {
            Part part = parts.get(0);
            return part.compared(alias) + " = any(cast(cast(? as text[]) as " + part.type + "[]))";
        }
        StringBuilder arrays = new StringBuilder();
        StringBuilder casts = new StringBuilder();
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            String comma = i == 0 ? "" : ", ";
            arrays.append(comma).append("cast(? as text[])");
            names.append(comma).append("k").append(i);
            casts.append(comma)
                    .append("cast(k.k")
                    .append(i)
                    .append(" as ")
                    .append(parts.get(i).type)
                    .append(")");
        }
        return "(" + parts.stream().map(part -> part.compared(alias)).collect(Collectors.joining(", "))
                + ") in (select " + casts + " from unnest(" + arrays + ") as k(" + names + "))";
    }

    /** @return the next free position */
    public int bind(PreparedStatement statement, int from, Collection<List<String>> rows) throws SQLException {
        Connection connection = statement.getConnection();
        for (int part = 0; part < parts.size(); part++) {
            int column = part;
            statement.setArray(
                    from + part,
                    connection.createArrayOf(
                            "text", rows.stream().map(row -> row.get(column)).toArray()));
        }
        return from + parts.size();
    }
}

package io.storeveil.demo;

import io.storeveil.demo.parts.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into one of the databases, and sees every value as text. */
final class Look {

    private static final String UNDEFINED_TABLE = "42P01";

    private final Database database;

    Look(Database database) {
        this.database = database;
    }

    /** Column to text, a null as {@code null}; empty where there is no such row. */
    Map<String, @Nullable String> row(String sql, Object... values) {
        List<Map<String, @Nullable String>> rows = rows(sql, values);
        return rows.isEmpty() ? Map.of() : rows.get(0);
    }

    List<Map<String, @Nullable String>> rows(String sql, Object... values) {
        try (Connection connection = database.connect();
                PreparedStatement statement = prepare(connection, sql, values);
                ResultSet found = statement.executeQuery()) {
            List<Map<String, @Nullable String>> rows = new ArrayList<>();
            while (found.next()) {
                Map<String, @Nullable String> row = new LinkedHashMap<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.put(found.getMetaData().getColumnName(i), found.getString(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot look into " + database.name() + ": " + e.getMessage(), e);
        }
    }

    /** A table that does not exist has no rows. */
    long count(String sql, Object... values) {
        try (Connection connection = database.connect();
                PreparedStatement statement = prepare(connection, sql, values);
                ResultSet found = statement.executeQuery()) {
            found.next();
            return found.getLong(1);
        } catch (SQLException e) {
            if (UNDEFINED_TABLE.equals(e.getSQLState())) {
                return 0;
            }
            throw new IllegalStateException("cannot look into " + database.name() + ": " + e.getMessage(), e);
        }
    }

    void change(String sql, Object... values) {
        try (Connection connection = database.connect();
                PreparedStatement statement = prepare(connection, sql, values)) {
            statement.execute();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot change " + database.name() + ": " + e.getMessage(), e);
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}

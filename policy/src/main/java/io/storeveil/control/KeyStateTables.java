package io.storeveil.control;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The tables of the key state in one database: their making, and how one asks them. */
final class KeyStateTables {

    private static final String MISSING_TABLE = "42P01";
    private static final String MISSING_SCHEMA = "3F000";
    /** Any number that no other program locks: "keys" in ASCII. */
    private static final long LOCK = 0x6b657973L;

    private final Database database;

    KeyStateTables(Database database) {
        this.database = database;
    }

    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    /** Creates what is missing. */
    void prepare() {
        run(connection -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
                if (list(connection, "select 1 where to_regnamespace('storeveil') is null", row -> row.getInt(1))
                                .size()
                        == 1) {
                    statement.execute("create schema storeveil");
                }
                statement.execute(script());
            }
            connection.commit();
            return true;
        });
    }

    /** On a connection of its own. @throws KeyStateUnavailable if the database does not do it */
    <T> T run(Work<T> work) {
        try (Connection connection = database.connect()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    /** @return how many rows it changed */
    int update(String sql, Object... parameters) {
        return run(connection -> update(connection, sql, parameters));
    }

    <T> List<T> list(String sql, Row<T> row, Object... parameters) {
        return run(connection -> list(connection, sql, row, parameters));
    }

    static int update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    static <T> List<T> list(Connection connection, String sql, Row<T> row, Object... parameters) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement statement = prepared(connection, sql, parameters);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                rows.add(row.of(found));
            }
        }
        return rows;
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    KeyStateUnavailable unavailable(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (state.equals(MISSING_TABLE) || state.equals(MISSING_SCHEMA)) {
            return new KeyStateUnavailable("there is no key state in " + database.url() + "; keys init makes one", e);
        }
        return new KeyStateUnavailable(
                "the key state in " + database.url() + " cannot be reached (SQLSTATE " + state + "): " + e.getMessage(),
                e);
    }

    String place() {
        return database.url();
    }

    private static String script() {
        try (InputStream script = KeyStateTables.class.getResourceAsStream("key-state.sql")) {
            if (script == null) {
                throw new IllegalStateException("key-state.sql is not on the class path");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("key-state.sql cannot be read", e);
        }
    }
}

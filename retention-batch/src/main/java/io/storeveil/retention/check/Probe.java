package io.storeveil.retention.check;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Optional;

/**
 * Asks the database what it makes of a piece of SQL, in a read-only transaction that is rolled back at the end. Answers
 * never quote the database's own messages: they can hold values.
 */
final class Probe implements AutoCloseable {
    private final Connection connection;
    private final boolean autoCommit;
    private final boolean readOnly;

    Probe(Connection connection) throws SQLException {
        this.connection = connection;
        autoCommit = connection.getAutoCommit();
        readOnly = connection.isReadOnly();
        if (!autoCommit) {
            connection.rollback();
        }
        connection.setAutoCommit(true);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = '10s'");
            statement.execute("set local lock_timeout = '2s'");
        }
    }

    /** The SQLSTATE and its meaning if the database refuses the query; empty if it takes it. */
    Optional<String> refusal(String query) throws SQLException {
        try {
            ask(query);
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(meaning(e));
        }
    }

    /** The first column of the first row as text; empty for no row or null. */
    Optional<String> answer(String query) throws SQLException {
        return ask(query);
    }

    private Optional<String> ask(String query) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
        } finally {
            connection.rollback(before);
        }
    }

    static String meaning(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (state) {
            case "42601" -> "syntax error";
            case "42703" -> "no such column";
            case "42P01" -> "no such table";
            case "42883" -> "no such operator or function for these types";
            case "42804" -> "wrong type";
            case "42501" -> "permission denied";
            case "22P02" -> "not a value of this type";
            case "23502" -> "null is not allowed";
            case "23514" -> "a check of the domain says no";
            case "57014" -> "timed out";
            default -> "SQLSTATE " + state;
        };
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
        connection.setReadOnly(readOnly);
        connection.setAutoCommit(autoCommit);
    }
}

package io.storeveil.retention.control;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/**
 * The control database's schema {@code storeveil}. Opening it brings it to the newest version: each version is one
 * script, applied once, whole or not at all, also when two processes open it at once.
 */
public final class ControlDatabase {

    private static final List<String> VERSIONS = List.of(
            "control-1.sql",
            "control-2.sql",
            "control-3.sql",
            "control-4.sql",
            "control-5.sql",
            "control-6.sql",
            "control-7.sql",
            "control-8.sql",
            "control-9.sql",
            "control-10.sql");
    /** Any number that no other program locks: "veil" in ASCII. */
    private static final long LOCK = 0x7665696cL;

    private ControlDatabase() {}

    /** @throws ControlUnavailable if it cannot be reached, or was made by a newer Storeveil */
    public static void open(DataSource control) {
        try (Connection connection = control.getConnection()) {
            connection.setAutoCommit(false);
            try {
                migrate(connection);
                connection.commit();
            } catch (SQLException | RuntimeException failed) {
                connection.rollback();
                throw failed;
            }
        } catch (SQLException failed) {
            throw new ControlUnavailable("the control database cannot be opened: " + failed.getMessage(), failed);
        }
    }

    private static void migrate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
            if (!storeveilExists(statement)) {
                statement.execute("create schema if not exists storeveil");
                statement.execute("create table storeveil.control_version (version integer primary key, "
                        + "applied_at timestamptz not null default clock_timestamp())");
            }
            int applied = applied(statement);
            if (applied > VERSIONS.size()) {
                throw new ControlUnavailable("the control database is of version " + applied
                        + ", made by a newer Storeveil; this one knows versions up to " + VERSIONS.size());
            }
            for (int version = applied + 1; version <= VERSIONS.size(); version++) {
                statement.execute(script(VERSIONS.get(version - 1)));
                statement.execute("insert into storeveil.control_version (version) values (" + version + ")");
            }
        }
    }

    private static boolean storeveilExists(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("select to_regclass('storeveil.control_version') is not null")) {
            return found.next() && found.getBoolean(1);
        }
    }

    private static int applied(Statement statement) throws SQLException {
        try (ResultSet found =
                statement.executeQuery("select coalesce(max(version), 0) from storeveil.control_version")) {
            return found.next() ? found.getInt(1) : 0;
        }
    }

    private static String script(String name) {
        try (InputStream script = ControlDatabase.class.getResourceAsStream(name)) {
            if (script == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException(name + " cannot be read", unreadable);
        }
    }
}

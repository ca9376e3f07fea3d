package io.storeveil.retention.store;

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
 * The schema {@code storeveil} in the store's own database: journal, fences, the mirror of the holds. Opening it brings it
 * to the newest version, each version whole or not at all, also when two processes open it at once.
 */
public final class StoreSchema {

    private static final List<String> VERSIONS = List.of(
            "store-1.sql", "store-2.sql", "store-3.sql", "store-4.sql", "store-5.sql", "store-6.sql", "store-7.sql");
    /** Any number that no other program locks: "veis" in ASCII. */
    private static final long LOCK = 0x76656973L;

    private StoreSchema() {}

    public static void open(DataSource store) throws SQLException {
        try (Connection connection = store.getConnection()) {
            connection.setAutoCommit(false);
            try {
                migrate(connection);
                connection.commit();
            } catch (SQLException | RuntimeException failed) {
                connection.rollback();
                throw failed;
            }
        }
    }

    private static void migrate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (present(statement) && applied(statement) == VERSIONS.size()) {
                return;
            }
            statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
            if (!present(statement)) {
                statement.execute("create schema if not exists storeveil");
                statement.execute("create table storeveil.store_version (version integer primary key, "
                        + "applied_at timestamptz not null default clock_timestamp())");
            }
            int applied = applied(statement);
            if (applied > VERSIONS.size()) {
                throw new IllegalStateException("the store's schema storeveil is of version " + applied
                        + ", made by a newer Storeveil; this one knows versions up to " + VERSIONS.size());
            }
            for (int version = applied + 1; version <= VERSIONS.size(); version++) {
                statement.execute(script(VERSIONS.get(version - 1)));
                statement.execute("insert into storeveil.store_version (version) values (" + version + ")");
            }
        }
    }

    private static boolean present(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("select to_regclass('storeveil.store_version') is not null")) {
            return found.next() && found.getBoolean(1);
        }
    }

    private static int applied(Statement statement) throws SQLException {
        try (ResultSet found =
                statement.executeQuery("select coalesce(max(version), 0) from storeveil.store_version")) {
            return found.next() ? found.getInt(1) : 0;
        }
    }

    private static String script(String name) {
        try (InputStream script = StoreSchema.class.getResourceAsStream(name)) {
            if (script == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException(name + " cannot be read", unreadable);
        }
    }
}

package io.storeveil.control;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/** One PostgreSQL for all tests of this JVM; databases by name. */
final class ControlCluster {

    private static final EmbeddedPostgres POSTGRES = start();
    private static final Set<String> KNOWN = new HashSet<>();

    private ControlCluster() {}

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres started =
                    EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    started.close();
                } catch (IOException itIsGoneAnyway) {
                    return;
                }
            }));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL does not start", e);
        }
    }

    /** The database of this name, emptied. */
    static synchronized Database empty(String name) {
        if (KNOWN.add(name)) {
            run(superuser("postgres"), "create database " + name);
        }
        run(superuser(name), "drop schema if exists storeveil cascade");
        return superuser(name);
    }

    /** From now on nobody is let in, and who was in is thrown out: to its clients, a database that is down. */
    static void refuse(String name) {
        run(superuser("postgres"), "alter database " + name + " with allow_connections false");
        run(
                superuser("postgres"),
                "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '" + name + "'");
    }

    /** Ends what {@link #refuse} began. */
    static void accept(String name) {
        run(superuser("postgres"), "alter database " + name + " with allow_connections true");
    }

    private static Database superuser(String name) {
        return new Database(POSTGRES.getJdbcUrl("postgres", name), "postgres", "postgres");
    }

    static void run(Database database, String sql) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}

package io.storeveil.benchmarks.sweep;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/** A PostgreSQL as a store under change capture has it, and copies of filled databases in it, so that each run has its own. */
final class Cluster implements AutoCloseable {

    private static final long MILLIS_A_TICK = 10;

    private final EmbeddedPostgres postgres;
    private int databases;

    Cluster() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("wal_level", "logical")
                .setServerConfig("shared_buffers", "1GB")
                .setServerConfig("max_wal_size", "8GB")
                .setServerConfig("checkpoint_timeout", "30min")
                .setServerConfig("autovacuum", "off")
                .start();
    }

    String version() throws SQLException {
        return one("postgres", "show server_version");
    }

    /** A new, empty database. */
    String create() throws SQLException {
        String name = "db" + ++databases;
        execute("postgres", "create database " + name);
        return name;
    }

    /** A copy, read into the buffers with its indexes, so that both sides begin warm. */
    String copy(String filled) throws SQLException {
        String name = "db" + ++databases;
        execute("postgres", "create database " + name + " template " + filled + " strategy file_copy");
        execute(
                name,
                "create extension pg_prewarm; select pg_prewarm(oid) from pg_class where relkind in ('r', 'i')"
                        + " and relnamespace = 'public'::regnamespace; drop extension pg_prewarm");
        execute("postgres", "checkpoint");
        return name;
    }

    void drop(String name) throws SQLException {
        execute("postgres", "drop database " + name + " with (force)");
    }

    /** Runs a script, and leaves the tables as autovacuum does in time: the second one marks pages that all may see. */
    void fill(String name, String script) throws SQLException {
        execute(name, script);
        execute(name, "vacuum (analyze, freeze)");
        execute(name, "vacuum");
    }

    Connection connect(String name) throws SQLException {
        return DriverManager.getConnection(url(name), "postgres", "");
    }

    String url(String name) {
        return postgres.getJdbcUrl("postgres", name);
    }

    void execute(String name, String sql) throws SQLException {
        try (Connection connection = connect(name);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String one(String name, String query) throws SQLException {
        try (Connection connection = connect(name);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /** What all processes of the server have used so far; of Linux alone. */
    Duration processorTime() throws Exception {
        long server =
                Long.parseLong(Files.readAllLines(Path.of(one("postgres", "show data_directory"), "postmaster.pid"))
                        .get(0));
        long ticks = 0;
        try (Stream<ProcessHandle> running =
                ProcessHandle.of(server).orElseThrow().children()) {
            for (ProcessHandle process : running.toList()) {
                ticks += ticks(process.pid(), 0, 1);
            }
        }
        // Those that have ended are counted as the server's children.
        return Duration.ofMillis((ticks + ticks(server, 0, 1, 2, 3)) * MILLIS_A_TICK);
    }

    /** @param which of a process's own user and system time, and those of its ended children */
    private static long ticks(long process, int... which) {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc", "" + process, "stat"));
        } catch (IOException ended) {
            return 0;
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Arrays.stream(which)
                .mapToLong(field -> Long.parseLong(fields[11 + field]))
                .sum();
    }

    static String resource(String name) {
        try (InputStream in = Cluster.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}

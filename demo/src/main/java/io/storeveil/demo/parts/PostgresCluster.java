package io.storeveil.demo.parts;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL cluster of its own, with one database. */
public final class PostgresCluster implements AutoCloseable {

    private final EmbeddedPostgres server;
    private final String database;

    private PostgresCluster(EmbeddedPostgres server, String database) {
        this.server = server;
        this.database = database;
    }

    /** Starts a cluster that can be captured from ({@code wal_level=logical}) and creates the database in it. */
    public static PostgresCluster start(Path folder, String database) {
        Path log = folder.resolve("server.log");
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(folder.resolve("data"))
                    .setOverrideWorkingDirectory(folder.toFile())
                    .setServerConfig("wal_level", "logical")
                    .setServerConfig("max_wal_senders", "32")
                    .setServerConfig("max_replication_slots", "32")
                    // A demo's clusters are thrown away: speed matters, a power cut does not.
                    .setServerConfig("fsync", "off")
                    .setServerConfig("full_page_writes", "off")
                    .setServerConfig("synchronous_commit", "off")
                    .setServerConfig("max_wal_size", "2GB")
                    .setServerConfig("timezone", "UTC")
                    .setErrorRedirector(Redirect.appendTo(log.toFile()))
                    .setOutputRedirector(Redirect.appendTo(log.toFile()))
                    .start();
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create database " + database);
            }
            return new PostgresCluster(server, database);
        } catch (IOException e) {
            throw new UncheckedIOException("the cluster '" + database + "' does not start; see " + log, e);
        } catch (SQLException e) {
            throw new IllegalStateException("no database '" + database + "' in its cluster", e);
        }
    }

    /** The database that it was started with. */
    public Database database() {
        return new Database(server.getPort(), "postgres", database);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the cluster '" + database + "' does not stop", e);
        }
    }
}

package io.storeveil.retention.stores;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The third-party stores of the folder {@code shared/stores} beside the repository, each loaded into a database. */
public final class Stores {
    private Stores() {}

    /** Skips the test, saying so, where the folder is missing; fails it where {@code CI=true}. */
    public static DataSource load(EmbeddedPostgres server, String store) {
        return load(server, store, store);
    }

    /** The same, into a new database of this name. */
    public static DataSource load(EmbeddedPostgres server, String store, String name) {
        Path script = folder().resolve(store + ".sql");
        DataSource database = empty(server, name);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(script));
            statement.execute("set search_path to default");
            return database;
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(store + " does not load", e);
        }
    }

    /** A new database of this name. */
    public static DataSource empty(EmbeddedPostgres server, String name) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return server.getDatabase("postgres", name);
    }

    /** The policy for one of them, finished by hand. */
    public static Path policy(String store) {
        try {
            Path file = Files.createTempDirectory("policy").resolve(store + "-policy.yaml");
            try (var in = Stores.class.getResourceAsStream("/stores/" + store + "-policy.yaml")) {
                if (in == null) {
                    throw new IllegalStateException("no policy for " + store);
                }
                Files.write(file, in.readAllBytes());
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        for (@Nullable Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolve("shared").resolve("stores");
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        String missing = "there is no folder shared/stores beside the repository: its stores are not tried";
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(missing);
        }
        assumeTrue(false, missing);
        throw new AssertionError(missing);
    }
}

package io.storeveil.retention.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.draft.PolicyDraft;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.stream.Collectors;
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

    /** The policy that {@code policy draft} writes for one of them, with the edits of {@code STORE.edits}. */
    public static Path policy(DataSource database, String store) {
        try (Connection connection = database.getConnection()) {
            String draft = PolicyDraft.of(Catalog.read(connection), store, ZoneId.of("Europe/Berlin"));
            Path file = Files.createTempDirectory("policy").resolve(store + "-policy.yaml");
            return Files.writeString(file, edited(draft, edits(store)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Blocks with an empty line between: {@code -} for lines of the draft, {@code +} for what stands there instead. */
    private static String edited(String draft, String edits) {
        String edited = draft;
        for (String block : edits.split("\n\n+")) {
            String before = lines(block, "- ");
            if (!before.isEmpty()) {
                assertThat(edited).as("the draft still has what is edited").containsOnlyOnce(before);
                edited = edited.replace(before, lines(block, "+ "));
            }
        }
        return edited;
    }

    private static String lines(String block, String sign) {
        return block.lines()
                .filter(line -> line.startsWith(sign))
                .map(line -> line.substring(sign.length()) + "\n")
                .collect(Collectors.joining());
    }

    private static String edits(String store) throws IOException {
        try (var in = Stores.class.getResourceAsStream("/stores/" + store + ".edits")) {
            if (in == null) {
                throw new IllegalStateException("no edits for " + store);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
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

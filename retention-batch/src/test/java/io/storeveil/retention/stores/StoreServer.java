package io.storeveil.retention.stores;

import io.storeveil.retention.settings.Settings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The one PostgreSQL for all tests of this JVM; each test makes databases of its own in it. */
public final class StoreServer {

    /** Where there is room in it: each database is 300 files, and to remove them all from a disk may take minutes. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final long ENOUGH = 3L << 30;
    private static final EmbeddedPostgres POSTGRES = start();

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private StoreServer() {}

    public static EmbeddedPostgres running() {
        return POSTGRES;
    }

    /** A new and empty database, whose name begins like this. */
    public static Settings.Database database(String name) {
        String whole = name + "_" + DATABASES.incrementAndGet();
        admin().sql("create database " + whole).update();
        return new Settings.Database(POSTGRES.getJdbcUrl("postgres", whole), "postgres", "");
    }

    /** A new database, whose name begins like this, with all that the template holds. */
    public static Settings.Database copy(Settings.Database template, String name) {
        String whole = name + "_" + DATABASES.incrementAndGet();
        String original = template.url().replaceAll(".*/|[?].*", "");
        admin().sql("create database " + whole + " template " + original).update();
        return new Settings.Database(POSTGRES.getJdbcUrl("postgres", whole), "postgres", "");
    }

    /** Of the whole server. */
    public static JdbcClient admin() {
        return JdbcClient.create(Connections.to(POSTGRES.getJdbcUrl("postgres", "postgres"), "postgres"));
    }

    /** What no test needs any more, if it is of this server. */
    static void drop(int port, String database) {
        if (port == POSTGRES.getPort()) {
            try {
                admin().sql("drop database if exists " + database + " with (force)")
                        .update();
            } catch (DataAccessException keptByASlot) {
                // it goes with the server
            }
        }
    }

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
            if (Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() > ENOUGH) {
                builder.setDataDirectory(Files.createTempDirectory(MEMORY, "storeveil-test"));
            }
            EmbeddedPostgres started = builder.setServerConfig("fsync", "off")
                    .setServerConfig("full_page_writes", "off")
                    .setServerConfig("autovacuum", "off")
                    .setServerConfig("wal_level", "logical")
                    .setServerConfig("max_wal_size", "256MB")
                    .start();
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
}

package io.storeveil.retention.stores;

import io.storeveil.retention.settings.Settings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The one PostgreSQL for all tests of this JVM; each test makes databases of its own in it. */
public final class StoreServer {

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

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres started = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "off")
                    .setServerConfig("full_page_writes", "off")
                    .setServerConfig("autovacuum", "off")
                    .setServerConfig("wal_level", "logical")
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

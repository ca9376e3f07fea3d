package io.storeveil.retention.stores;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The one PostgreSQL for all tests of this JVM; each test makes databases of its own in it. */
public final class StoreServer {

    private static final EmbeddedPostgres POSTGRES = start();

    private StoreServer() {}

    public static EmbeddedPostgres running() {
        return POSTGRES;
    }

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
}

package io.storeveil.retention.sweep;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The processes of a PostgreSQL server, of which one is killed now and then; all of them then start anew. */
final class ServerProcesses {

    private ServerProcesses() {}

    /** The embedded server is set to forget its last half second when it crashes; this one is not. */
    static EmbeddedPostgres remembering() throws Exception {
        return EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    /** @return the sweep's backend that was killed; empty if it has none */
    static Optional<Long> kill(Shop shop, Random random) throws Exception {
        List<Long> backends = patiently(() -> JdbcClient.create(shop.store)
                .sql("select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                        + " and application_name = 'storeveil' order by pid")
                .query(Long.class)
                .list());
        if (backends.isEmpty()) {
            return Optional.empty();
        }
        long pid = backends.get(random.nextInt(backends.size()));
        Process kill = new ProcessBuilder("kill", "-9", "" + pid).start();
        return kill.waitFor() == 0 ? Optional.of(pid) : Optional.empty();
    }

    /** Asks again while PostgreSQL starts anew. */
    static <T> T patiently(Supplier<T> question) {
        for (int tried = 1; ; tried++) {
            try {
                return question.get();
            } catch (RuntimeException restarting) {
                if (tried == 600) {
                    throw restarting;
                }
                try {
                    Thread.sleep(100);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}

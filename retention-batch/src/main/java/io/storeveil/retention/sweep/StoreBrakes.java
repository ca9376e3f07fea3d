package io.storeveil.retention.sweep;

import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.Replication;
import io.storeveil.retention.store.SweepLock;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asked before each transaction that changes the store: holds the sweep back while a person, a replication slot or a
 * replica asks for it, and stops it once its lock is gone. Looks once a second, however often it is asked.
 */
final class StoreBrakes implements Brakes {

    private static final Logger LOG = LoggerFactory.getLogger(StoreBrakes.class);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final DataSource store;
    private final SweepLock lock;
    private final Settings.Brakes settings;
    private long looked = System.nanoTime() - SECOND;

    StoreBrakes(DataSource store, SweepLock lock, Settings.Brakes settings) {
        this.store = store;
        this.lock = lock;
        this.settings = settings;
    }

    @Override
    public synchronized void release() throws SQLException {
        if (System.nanoTime() - looked < SECOND) {
            return;
        }
        long begun = System.nanoTime();
        Optional<String> reason = reason();
        reason.ifPresent(why -> LOG.warn("the sweep waits: {}", why));
        while (reason.isPresent()) {
            if (!paused() && System.nanoTime() - begun > settings.patience().toNanos()) {
                throw new StepFailed("the sweep has waited for " + settings.patience() + ": " + reason.get()
                        + "; the same command goes on once that is over");
            }
            pause();
            reason = reason();
        }
        looked = System.nanoTime();
    }

    private boolean paused() {
        return Files.exists(settings.pauseFile());
    }

    private Optional<String> reason() throws SQLException {
        if (!lock.held()) {
            throw new StepFailed("the sweep has lost its lock on the store, because its connection has ended: another"
                    + " sweep could begin. Start the same command again");
        }
        if (paused()) {
            return Optional.of("the pause file exists: " + settings.pauseFile());
        }
        Replication replication;
        try (Connection connection = store.getConnection()) {
            replication = Replication.read(connection);
        }
        replication.refusal().ifPresent(why -> {
            throw new StepFailed(why);
        });
        if (replication.heldBack() > settings.slotLag()) {
            return Optional.of("a replication slot holds back " + (replication.heldBack() >> 20)
                    + " MB of the store's log; allowed are " + (settings.slotLag() >> 20)
                    + (replication.away() == null ? "" : "; nobody is connected to slot " + replication.away()));
        }
        return replication.behind() > settings.replicaLag().toSeconds()
                ? Optional.of("a replica is " + replication.behind() + " s behind; allowed are "
                        + settings.replicaLag().toSeconds())
                : Optional.empty();
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofNanos(SECOND).toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted while the sweep waited");
        }
    }
}

package io.storeveil.retention.shred;

import io.storeveil.retention.sweep.SweepContext;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Waits on the leases that workers hold. */
final class LeasedWorkers implements Workers {

    /** Twice the default lease: a worker that dies holds none after the first half. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Path leases;
    private final Clock clock;

    LeasedWorkers(SweepContext context) {
        this.leases = context.settings().keys().copies().get(0).resolve("leases");
        this.clock = context.clock();
    }

    @Override
    public void await(long version) {
        throw new UnsupportedOperationException(leases + " " + clock + LIMIT + PAUSE + version);
    }
}

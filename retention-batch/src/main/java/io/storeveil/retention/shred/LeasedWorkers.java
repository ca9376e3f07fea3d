package io.storeveil.retention.shred;

import io.storeveil.control.Leases;
import io.storeveil.retention.sweep.SweepContext;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Waits on the leases that workers hold. */
final class LeasedWorkers implements Workers {

    /** Several leases long: a worker that lives has renewed by then, and one that does not has none any more. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Leases leases;

    LeasedWorkers(SweepContext context) {
        Path first = context.settings().keys().copies().get(0);
        // Not the sweep's clock, which a test or a late run may set: a lease runs out by the worker's own time.
        this.leases = new Leases(first.resolve("leases"), Clock.systemUTC());
    }

    @Override
    public void await(long version) {
        leases.awaitVersion(version, LIMIT);
    }
}

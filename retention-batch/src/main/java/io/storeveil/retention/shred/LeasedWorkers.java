package io.storeveil.retention.shred;

import io.storeveil.control.Leases;
import io.storeveil.retention.sweep.SweepContext;
import java.time.Duration;

/** Waits on the leases that workers hold. */
final class LeasedWorkers implements Workers {

    /** Several leases long: a worker that lives has renewed by then, and one that does not has none any more. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Leases leases;

    LeasedWorkers(SweepContext context) {
        this.leases = context.keys().leases();
    }

    @Override
    public void await(long version) {
        leases.awaitVersion(version, LIMIT);
    }
}

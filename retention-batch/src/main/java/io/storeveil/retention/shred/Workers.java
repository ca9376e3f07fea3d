package io.storeveil.retention.shred;

import io.storeveil.retention.sweep.SweepContext;

/** The Connect workers that use the key state. */
@FunctionalInterface
interface Workers {

    /**
     * Returns when no worker uses a version older than this one.
     *
     * @throws io.storeveil.control.KeyStateUnavailable if one still does when patience is over
     */
    void await(long version);

    static Workers of(SweepContext context) {
        return new LeasedWorkers(context);
    }
}

package io.storeveil.retention.sweep;

import io.storeveil.control.KeyStateStore;
import io.storeveil.policy.Policy;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.StoreTransaction;
import java.time.Clock;
import javax.sql.DataSource;

/**
 * What a step works with.
 *
 * @param store   the store's database
 * @param control the control database, never restored together with the store
 * @param clock   for what is written down; what is over is decided by the run's cut-off alone
 * @param brakes  to be asked before each transaction that changes the store
 */
public record SweepContext(
        Run run,
        Policy policy,
        Settings settings,
        DataSource store,
        DataSource control,
        KeyStateStore keys,
        Clock clock,
        Brakes brakes) {

    /** Without brakes. */
    public SweepContext(
            Run run,
            Policy policy,
            Settings settings,
            DataSource store,
            DataSource control,
            KeyStateStore keys,
            Clock clock) {
        this(run, policy, settings, store, control, keys, clock, Brakes.NONE);
    }

    /** How many statements the store may have to work on at once. A simulation is one transaction. */
    public int parallelism() {
        return run.simulate() ? 1 : settings.sweep().parallelism();
    }

    /** How the store is changed. */
    public StoreTransaction transaction() {
        return new StoreTransaction(
                store, settings.sweep().lockTimeout(), settings.sweep().statementTimeout());
    }
}

package io.storeveil.retention.sweep;

import io.storeveil.control.KeyStateStore;
import io.storeveil.policy.Policy;
import io.storeveil.retention.settings.Settings;
import java.time.Clock;
import javax.sql.DataSource;

/**
 * What a step works with.
 *
 * @param store   the store's database
 * @param control the control database, never restored together with the store
 * @param clock   for what is written down; what is over is decided by the run's cut-off alone
 */
public record SweepContext(
        Run run,
        Policy policy,
        Settings settings,
        DataSource store,
        DataSource control,
        KeyStateStore keys,
        Clock clock) {}

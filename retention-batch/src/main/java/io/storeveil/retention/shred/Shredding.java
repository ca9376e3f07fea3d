package io.storeveil.retention.shred;

import io.storeveil.control.KeyStateStore;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerKey;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.util.Set;

/**
 * Takes leaves away from everybody who has the key state: first closed (values become "erased"), later punctured and the
 * older state's key-encryption keys destroyed. Either may be started again at any point: a leaf that is closed stays
 * closed, one that is gone stays gone.
 */
public final class Shredding {

    private final KeyStateStore keys;
    private final Workers workers;

    public Shredding(SweepContext context) {
        this(context.keys(), Workers.of(context));
    }

    Shredding(KeyStateStore keys, Workers workers) {
        this.keys = keys;
        this.workers = workers;
    }

    /** From its return on, no worker encrypts under these leaves. */
    public void close(Set<KeyReference> leaves) {
        KeyState current = keys.current();
        if (!gone(current, leaves)) {
            current = current.closing(leaves);
            keys.publish(current);
        }
        workers.await(current.version());
    }

    /**
     * From its return on, no copy of the key state that opens has these leaves.
     *
     * @return the version that has them no more
     */
    long destroy(Set<KeyReference> leaves) {
        KeyState current = keys.current();
        Canaries canaries = Canaries.of(current);
        KeyState punctured = current.puncture(leaves);
        requireGone(punctured, leaves, canaries);
        keys.publish(punctured);
        requireGone(keys.current(), leaves, canaries);
        workers.await(punctured.version());
        keys.destroyOlderKeys();
        return punctured.version();
    }

    private static void requireGone(KeyState state, Set<KeyReference> leaves, Canaries canaries) {
        if (!gone(state, leaves)) {
            throw new StepFailed("key state " + state.version() + " still derives a key that it should have lost; the "
                    + "older key-encryption keys were kept, nothing counts as shredded");
        }
        if (!canaries.deriveFrom(state)) {
            throw new StepFailed("key state " + state.version() + " has lost a key that it should have kept; the older "
                    + "key-encryption keys were kept: put the state back with them, and report this");
        }
    }

    private static boolean gone(KeyState state, Set<KeyReference> leaves) {
        return leaves.stream().allMatch(leaf -> state.ownerKey(leaf) instanceof OwnerKey.Erased);
    }
}

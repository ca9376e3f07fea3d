package io.storeveil.control;

import io.storeveil.keys.KeyState;

/**
 * Where the versions of the key state live, outside every store: at least two verified copies, one writer at a time,
 * each publication a compare-and-swap from v to v+1.
 */
public interface KeyStateStore {

    /** The current version, opened. @throws KeyStateUnavailable if no copy opens; says why */
    KeyState current();

    /** The number of the current version, without opening it: cheap, for polling. */
    long currentVersion();

    /**
     * Seals {@code next} under a fresh key-encryption key, writes every copy, reads each back, and swaps.
     *
     * @throws KeyStateUnavailable if the current version is not {@code next.version() - 1}, or a copy fails; nothing
     *     has changed then
     */
    void publish(KeyState next);

    /** Destroys every key-encryption key but the current version's: older copies open nothing from here on. */
    void destroyOlderKeys();

    /** What the workers say of the version that each of them works with. */
    Leases leases();
}

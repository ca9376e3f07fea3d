package io.storeveil.connect;

import io.storeveil.control.DirectoryKeyStateStore;
import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.control.KeyStateWatcher;
import io.storeveil.keys.Keyring;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One watcher of the key state, and one lease, for all transforms of a worker with the same settings. A lost lease is
 * waited for, as long as a lease lasts; then the task stops.
 */
final class SharedKeys implements Keys {

    private static final long PAUSE_MILLIS = 50;
    private static final Map<Place, Shared> OPEN = new HashMap<>();

    private record Place(List<Path> copies, Path keyEncryptionKeys, Duration poll, Duration lease) {}

    private static final class Shared {

        private final KeyStateWatcher watcher;
        private int users;

        private Shared(KeyStateWatcher watcher) {
            this.watcher = watcher;
        }
    }

    private final Place place;
    private final KeyStateWatcher watcher;
    private boolean closed;

    private SharedKeys(Place place, KeyStateWatcher watcher) {
        this.place = place;
        this.watcher = watcher;
    }

    /** @throws KeyStateUnavailable if there is no key state there that opens */
    static Keys open(List<Path> copies, Path keyEncryptionKeys, Duration poll, Duration lease) {
        Place place = new Place(copies, keyEncryptionKeys, poll, lease);
        synchronized (OPEN) {
            Shared shared = OPEN.computeIfAbsent(place, SharedKeys::watch);
            shared.users++;
            return new SharedKeys(place, shared.watcher);
        }
    }

    private static Shared watch(Place place) {
        DirectoryKeyStateStore store = new DirectoryKeyStateStore(place.copies, place.keyEncryptionKeys);
        return new Shared(KeyStateWatcher.open(store, store.leases(), place.poll, place.lease));
    }

    @Override
    public Keyring current() {
        try {
            return watcher.keyring();
        } catch (KeyStateUnavailable e) {
            return waitForOne();
        }
    }

    @Override
    public long leaseLeftMillis() {
        return watcher.leaseLeft().toMillis();
    }

    private Keyring waitForOne() {
        long end = System.nanoTime() + place.lease.toNanos();
        while (true) {
            try {
                Thread.sleep(PAUSE_MILLIS);
                return watcher.keyring();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KeyStateUnavailable("interrupted while waiting for the key state", e);
            } catch (KeyStateUnavailable e) {
                if (System.nanoTime() >= end) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        synchronized (OPEN) {
            Shared shared = OPEN.get(place);
            if (closed || shared == null) {
                return;
            }
            closed = true;
            shared.users--;
            if (shared.users == 0) {
                OPEN.remove(place);
                shared.watcher.close();
            }
        }
    }
}

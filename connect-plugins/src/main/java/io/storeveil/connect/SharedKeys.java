package io.storeveil.connect;

import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.control.KeyStateWatcher;
import io.storeveil.control.Unknown;
import io.storeveil.keys.Keyring;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;

/**
 * One watcher of the key state, and one lease, for all transforms of a worker with the same settings. A lost lease is
 * waited for, as long as a lease lasts; then the task stops.
 */
final class SharedKeys implements Keys {

    private static final long PAUSE_MILLIS = 50;
    private static final Map<KeySettings, Shared> OPEN = new HashMap<>();

    private static final class Shared {

        private final KeyStateWatcher watcher;
        private int users;

        private Shared(KeyStateWatcher watcher) {
            this.watcher = watcher;
        }
    }

    private final KeySettings settings;
    private final KeyStateWatcher watcher;
    private final Supplier<Map<Unknown, Long>> heldBack;
    private boolean closed;

    private SharedKeys(KeySettings settings, KeyStateWatcher watcher, Supplier<Map<Unknown, Long>> heldBack) {
        this.settings = settings;
        this.watcher = watcher;
        this.heldBack = heldBack;
        watcher.lookOutFor(heldBack);
    }

    /**
     * @param heldBack what this transform left out so far because the policy does not know it; asked now and then
     * @throws ConfigException if there is no key state there that opens
     */
    static Keys open(KeySettings settings, Supplier<Map<Unknown, Long>> heldBack) {
        synchronized (OPEN) {
            Shared shared = OPEN.computeIfAbsent(settings, SharedKeys::watch);
            shared.users++;
            return new SharedKeys(settings, shared.watcher, heldBack);
        }
    }

    private static Shared watch(KeySettings settings) {
        try {
            return new Shared(KeyStateWatcher.open(settings.place().openToRead(), settings.poll(), settings.lease()));
        } catch (KeyStateUnavailable | IllegalArgumentException e) {
            throw new ConfigException(KeySettings.COPIES + ": the key state cannot be opened: " + e.getMessage());
        }
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
        long end = System.nanoTime() + settings.lease().toNanos();
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
            Shared shared = OPEN.get(settings);
            if (closed || shared == null) {
                return;
            }
            closed = true;
            watcher.noMore(heldBack);
            shared.users--;
            if (shared.users == 0) {
                OPEN.remove(settings);
                shared.watcher.close();
            }
        }
    }
}

package io.storeveil.control;

import io.storeveil.keys.KeyState;
import io.storeveil.keys.Keyring;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A worker task's view of the key state: polls for a newer version, takes it whole, and tells the sweep so by a lease.
 *
 * <p>Guarantees that a keyring is given out only while the task's lease runs, measured from before the poll that renewed
 * it, by a clock that is never set back and by the wall clock (a suspended machine stops the first), and that no version
 * older than one already seen is ever given out. A keyring is to be asked for again for each record.
 */
public final class KeyStateWatcher implements AutoCloseable {

    /** A keyring and the moments until which it may be used. */
    private record Held(KeyState state, long untilNanos, Instant until) {}

    private final KeyStateStore store;
    private final LeaseBook leases;
    private final String worker;
    private final Lookout lookout;
    private final Duration leaseTime;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Thread poller;

    private final AtomicReference<@Nullable Held> held = new AtomicReference<>();
    private volatile String trouble = "";
    private volatile boolean closed;
    private long newestSeen;

    /**
     * Opens the current version.
     *
     * @param poll   how often to look for a new version
     * @param lease  how long a version may be used without having looked; at least twice {@code poll}
     * @throws KeyStateUnavailable if the current version does not open, or the lease cannot be written
     */
    public static KeyStateWatcher open(KeyStateStore store, Duration poll, Duration lease) {
        KeyStateWatcher watcher =
                new KeyStateWatcher(store, store.leases().book(), poll, lease, Clock.systemUTC(), System::nanoTime);
        watcher.first();
        watcher.poller.start();
        return watcher;
    }

    KeyStateWatcher(
            KeyStateStore store, LeaseBook leases, Duration poll, Duration lease, Clock clock, LongSupplier nanoTime) {
        if (poll.isNegative() || poll.isZero() || lease.compareTo(poll.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("a lease of " + lease.toMillis() + " ms with a poll every "
                    + poll.toMillis() + " ms would run out by itself; it must be at least twice as long");
        }
        this.store = store;
        this.leases = leases;
        this.worker = WorkerName.fresh();
        this.lookout = new Lookout(leases, worker);
        this.leaseTime = lease;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.poller = new Thread(() -> pollEvery(poll), "storeveil-key-state");
        this.poller.setDaemon(true);
    }

    void first() {
        try {
            poll();
        } catch (KeyStateUnavailable e) {
            leases.giveBack(worker);
            throw e;
        }
    }

    private void pollEvery(Duration interval) {
        while (!closed) {
            try {
                Thread.sleep(interval.toMillis());
                poll();
            } catch (InterruptedException e) {
                return;
            } catch (KeyStateUnavailable e) {
                trouble = String.valueOf(e.getMessage());
            } catch (RuntimeException | OutOfMemoryError e) {
                trouble = "polling failed with " + e.getClass().getName();
            }
        }
    }

    /**
     * One look. A lease is written before the pointer is read and again with what was found: a sweep that has moved the
     * pointer either sees the first, and waits, or has its version read here.
     */
    synchronized void poll() {
        dropIfOver();
        Instant until = clock.instant().plus(leaseTime);
        long untilNanos = nanoTime.getAsLong() + leaseTime.toNanos();
        Held before = held.get();
        if (before == null) {
            renew(0, until);
        }
        long version = store.currentVersion();
        if (version < newestSeen) {
            held.set(null);
            throw new KeyStateUnavailable("the key state went back from version " + newestSeen + " to " + version
                    + "; an older one is never used again");
        }
        KeyState state = before != null && before.state().version() == version ? before.state() : store.current();
        if (state.version() < newestSeen) {
            held.set(null);
            throw new KeyStateUnavailable("the key state went back from version " + newestSeen);
        }
        newestSeen = state.version();
        renew(state.version(), until);
        held.set(new Held(state, untilNanos, until));
        trouble = "";
        lookout.look(clock.instant());
    }

    private void renew(long version, Instant until) {
        if (closed) {
            throw new KeyStateUnavailable("the key state's watcher is closed");
        }
        leases.renew(worker, version, leaseTime, until);
    }

    private void dropIfOver() {
        Held now = held.get();
        if (now != null && isOver(now)) {
            held.compareAndSet(now, null);
        }
    }

    private boolean isOver(Held now) {
        // for each record: in milliseconds, as an instant would be made anew
        return nanoTime.getAsLong() - now.untilNanos() >= 0
                || clock.millis() >= now.until().toEpochMilli();
    }

    /** @throws KeyStateUnavailable if the lease has run out or the key state went back; it may come back later */
    public Keyring keyring() {
        Held now = held.get();
        if (closed) {
            throw new KeyStateUnavailable("the key state's watcher is closed");
        }
        if (now == null || isOver(now)) {
            held.compareAndSet(now, null);
            throw new KeyStateUnavailable("the lease on the key state is lost"
                    + (trouble.isEmpty() ? "" : ", because " + trouble)
                    + "; nothing is protected under a key state that may be out of date");
        }
        return now.state();
    }

    /** How long the keyring that is held may still be given out without another look; zero once that is over. */
    public Duration leaseLeft() {
        Held now = held.get();
        if (closed || now == null || isOver(now)) {
            return Duration.ZERO;
        }
        Duration byNanos = Duration.ofNanos(now.untilNanos() - nanoTime.getAsLong());
        Duration byClock = Duration.between(clock.instant(), now.until());
        return byNanos.compareTo(byClock) < 0 ? byNanos : byClock;
    }

    /**
     * From now on, what this tells is written down beside the lease, for the next report.
     *
     * @param met how often so far, by name; only ever grows; asked from another thread
     */
    public synchronized void lookOutFor(Supplier<Map<Unknown, Long>> met) {
        lookout.add(met);
    }

    /** Asks it for the last time. */
    public synchronized void noMore(Supplier<Map<Unknown, Long>> met) {
        lookout.remove(met, clock.instant());
    }

    /** Stops polling and gives the lease back. */
    @Override
    public void close() {
        closed = true;
        poller.interrupt();
        synchronized (this) {
            held.set(null);
            leases.giveBack(worker);
        }
    }
}

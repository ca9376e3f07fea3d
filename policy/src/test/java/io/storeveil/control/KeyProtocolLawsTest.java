package io.storeveil.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.control.SealedKeyStateStore.Moment;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The protocol in simulated time: workers whose clocks differ by what is allowed, who poll, miss polls, stand still between
 * the two checks of a record, and die; a writer who dies at any moment and begins again. The law: once the wait for a
 * closing version is over, no record is handed on under the leaf that closed.
 */
class KeyProtocolLawsTest {

    private static final Duration POLL = Duration.ofSeconds(10);
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final int STEPS = 400;

    /** A process that dies: no clean-up runs. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private final class Time extends Clock {

        private final long ahead;

        Time(long ahead) {
            this.ahead = ahead;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusMillis(now + ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** One worker, and the record that it may be in the middle of. */
    private final class Worker {

        private final KeyStateWatcher watcher;
        private @Nullable Keyring working;
        private int owner;

        Worker(long clockAhead) {
            Time clock = new Time(clockAhead);
            watcher = new KeyStateWatcher(
                    store, new FileLeases(leases, clock), POLL, LEASE, clock, () -> now * 1_000_000);
        }

        void poll() {
            try {
                watcher.poll();
            } catch (KeyStateUnavailable later) {
                return;
            }
        }

        void begin(int who) {
            owner = who;
            working = keyring();
        }

        /** As Protect does it: handed on only under the keyring that is still the present one. */
        void handOn() {
            Keyring made = working;
            working = null;
            if (made != null && made == keyring() && made.ownerKey(owner(owner)) instanceof OwnerKey.Present) {
                handedOn++;
                assertThat(closed).as("owners closed for every worker").doesNotContain(owner);
            }
        }

        private @Nullable Keyring keyring() {
            try {
                return watcher.keyring();
            } catch (KeyStateUnavailable none) {
                return null;
            }
        }
    }

    private final List<Integer> closed = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private long now;
    private long handedOn;
    private SealedKeyStateStore store;
    private SealedKeyStateStore.Parts parts;
    private Path leases;
    private long closing;
    private int leaving;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingIsHandedOnUnderALeafThatIsClosedForAll(long seed, @TempDir Path disk) {
        Random random = new Random(seed);
        KeyStatePlace place =
                KeyStatePlace.inDirectories(List.of(disk.resolve("one"), disk.resolve("two")), disk.resolve("keys"));
        parts = place.parts();
        store = place.open();
        leases = disk.resolve("one/leases");
        store.init();
        int shreds = 0;
        for (int step = 0; step < STEPS; step++) {
            now += random.nextInt(6_000);
            if (workers.size() < 3) {
                workers.add(new Worker(random.nextInt(5_001) - 5_000));
            }
            Worker worker = workers.get(random.nextInt(workers.size()));
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> worker.poll();
                case 3, 4, 5, 6 -> worker.begin(random.nextBoolean() ? leaving : random.nextInt(8));
                case 7, 8, 9 -> worker.handOn();
                case 10 -> shreds += sweep(random);
                default -> {
                    if (random.nextInt(10) == 0) {
                        workers.remove(worker);
                    }
                }
            }
        }
        assertThat(handedOn).as("records that were handed on").isPositive();
        assertThat(shreds).isPositive();
        assertThat(store.problems()).isEmpty();
    }

    /** One look of a sweep, which may die in the middle of a publication. */
    private int sweep(Random random) {
        Leases held = new Leases(new FileLeases(leases, new Time(0)));
        if (closing > 0) {
            if (held.held().stream().anyMatch(lease -> lease.version() < closing)) {
                return 0;
            }
            if (!closed.contains(leaving)) {
                closed.add(leaving);
            }
            workers.forEach(worker -> {
                worker.handOn();
                worker.begin(leaving);
                worker.handOn();
            });
            KeyReference leaf = store.current().reference(owner(leaving));
            return publish(store.current().puncture(Set.of(leaf)), random) ? finish() : 0;
        }
        leaving = closed.size();
        if (leaving < 6) {
            KeyState next = store.current().closing(Set.of(store.current().reference(owner(leaving))));
            closing = publish(next, random) ? next.version() : 0;
        }
        return 0;
    }

    private int finish() {
        closing = 0;
        store.destroyOlderKeys();
        return 1;
    }

    /** @return whether the version became the current one */
    private boolean publish(KeyState next, Random random) {
        Moment death = random.nextBoolean() ? Moment.values()[random.nextInt(Moment.values().length)] : null;
        try {
            new SealedKeyStateStore(parts, moment -> {
                        if (moment == death) {
                            throw new Killed();
                        }
                    })
                    .publish(next);
        } catch (Killed died) {
            return store.currentVersion() == next.version();
        }
        return true;
    }

    private static OwnerId owner(int number) {
        return OwnerId.of("public.customer", List.of(number));
    }
}

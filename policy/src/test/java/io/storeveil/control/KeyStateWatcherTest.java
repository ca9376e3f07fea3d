package io.storeveil.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStateWatcherTest {

    private static final OwnerId OWNER = OwnerId.of("public.customer", List.of(42));
    private static final Duration POLL = Duration.ofSeconds(10);
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Instant START = Instant.parse("2026-11-01T02:00:00Z");

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong wallOffset = new AtomicLong();
    private final Clock clock = new MovedClock();

    private SealedKeyStateStore store;
    private LeaseBook book;
    private Path keys;
    private Path leaseFiles;

    private final class MovedClock extends Clock {

        @Override
        public Instant instant() {
            return START.plusNanos(nanos.get() + wallOffset.get());
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void aFirstVersion(@TempDir Path disk) {
        keys = disk.resolve("keys");
        leaseFiles = disk.resolve("one/leases");
        store = KeyStatePlace.inDirectories(List.of(disk.resolve("one"), disk.resolve("two")), keys)
                .open();
        book = new FileLeases(leaseFiles, clock);
        store.init();
    }

    @Test
    void whatIsHeldBack_isToldAtThePollAfter_andAtTheEnd() {
        Unknown nickname = new Unknown("shop", "public.customer", "nickname");
        AtomicLong times = new AtomicLong();
        Supplier<Map<Unknown, Long>> met = () -> Map.of(nickname, times.get());
        KeyStateWatcher watcher = watcher();
        watcher.lookOutFor(met);
        watcher.poll();
        assertThat(leases().noticed()).isEmpty();
        times.set(5);
        nanos.addAndGet(POLL.toNanos());
        watcher.poll();
        Instant first = clock.instant();
        assertThat(leases().noticed()).containsExactly(new Sighting(nickname, 5, first));

        nanos.addAndGet(POLL.toNanos());
        watcher.poll();
        assertThat(leases().noticed()).containsExactly(new Sighting(nickname, 5, first));
        times.set(6);
        watcher.noMore(met);
        watcher.close();

        assertThat(leases().noticed()).containsExactly(new Sighting(nickname, 6, clock.instant()));
    }

    @Test
    void aNewVersion_isTakenAtTheNextPoll_andTheLeaseSaysSo() {
        KeyStateWatcher watcher = watcher();
        assertThat(leases().held()).extracting(Leases.Held::version).containsExactly(1L);
        KeyState state = store.current();
        store.publish(state.puncture(List.of(state.reference(OWNER))));
        assertThat(watcher.keyring().version()).isEqualTo(1);

        watcher.poll();

        assertThat(watcher.keyring().version()).isEqualTo(2);
        assertThat(watcher.keyring().ownerKey(OWNER)).isInstanceOf(OwnerKey.Erased.class);
        assertThat(leases().held())
                .extracting(Leases.Held::version, Leases.Held::until)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(2L, START.plus(LEASE)));
    }

    @Test
    void anUnchangedVersion_keepsItsKeyringAndItsCache() {
        KeyStateWatcher watcher = watcher();
        Object before = watcher.keyring();
        watcher.poll();
        assertThat(watcher.keyring()).isSameAs(before);
    }

    @Test
    void aLeaseThatIsNotRenewed_runsOut_andComesBackWithTheNextPoll() {
        KeyStateWatcher watcher = watcher();
        pass(LEASE.minusMillis(1));
        assertThatCode(watcher::keyring).doesNotThrowAnyException();
        pass(Duration.ofMillis(1));
        assertThatThrownBy(watcher::keyring)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("the lease on the key state is lost");
        watcher.poll();
        assertThat(watcher.keyring().version()).isEqualTo(1);
    }

    @Test
    void aMachineThatSlept_hasLostItsLease_thoughItsOwnClockStoodStill() {
        KeyStateWatcher watcher = watcher();
        wallOffset.set(LEASE.toNanos());
        assertThatThrownBy(watcher::keyring).isInstanceOf(KeyStateUnavailable.class);
    }

    @Test
    void aWallClockSetBack_prolongsNothing() {
        KeyStateWatcher watcher = watcher();
        wallOffset.set(-Duration.ofHours(1).toNanos());
        pass(LEASE);
        assertThatThrownBy(watcher::keyring).isInstanceOf(KeyStateUnavailable.class);
    }

    @Test
    void anOlderVersion_isNeverUsed_andTheNewerOneIsDropped() throws IOException {
        KeyState first = store.current();
        store.publish(first.closing(List.of()));
        KeyStateWatcher watcher = watcher();
        assertThat(watcher.keyring().version()).isEqualTo(2);
        Files.writeString(keys.resolve("current"), "1\n");
        assertThatThrownBy(watcher::poll)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("went back from version 2 to 1");
        assertThatThrownBy(watcher::keyring).isInstanceOf(KeyStateUnavailable.class);
        Files.writeString(keys.resolve("current"), "2\n");
        watcher.poll();
        assertThat(watcher.keyring().version()).isEqualTo(2);
    }

    @Test
    void aLeaseThatCannotBeWritten_isNoLease() throws IOException {
        KeyStateWatcher watcher = watcher();
        leases().held().forEach(held -> delete(leaseFiles.resolve(held.worker() + ".properties")));
        Files.delete(leaseFiles);
        assertThatThrownBy(watcher::poll)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("the lease on the key state cannot be written");
        pass(LEASE);
        assertThatThrownBy(watcher::keyring).isInstanceOf(KeyStateUnavailable.class);
    }

    @Test
    void aClosedWatcher_givesItsLeaseBack() {
        KeyStateWatcher watcher = watcher();
        watcher.close();
        assertThat(leases().held()).isEmpty();
        assertThatThrownBy(watcher::keyring).isInstanceOf(KeyStateUnavailable.class);
        assertThatThrownBy(watcher::poll).isInstanceOf(KeyStateUnavailable.class);
        assertThat(leases().held()).isEmpty();
    }

    @Test
    void aLeaseTooShortForItsPolls_isRefused() {
        assertThatThrownBy(() -> KeyStateWatcher.open(store, POLL, POLL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a lease of 10000 ms with a poll every 10000 ms would run out by itself; it must be at least"
                                + " twice as long");
    }

    @Test
    void awaitVersion_namesTheWorkerThatIsBehind_untilItsLeaseHasRunOut() {
        KeyStateWatcher watcher = watcher();
        String worker = leases().held().get(0).worker();
        assertThatThrownBy(() -> leases().awaitVersion(2, Duration.ofMillis(300)))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("older than version 2")
                .hasMessageContaining(worker);
        pass(LEASE.plus(Leases.CLOCK_ALLOWANCE));
        assertThatThrownBy(() -> leases().awaitVersion(2, Duration.ofMillis(300)))
                .isInstanceOf(KeyStateUnavailable.class);
        pass(Duration.ofNanos(1));
        leases().awaitVersion(2, Duration.ofMillis(300));
        assertThatThrownBy(watcher::keyring).isInstanceOf(KeyStateUnavailable.class);
    }

    @Test
    void theLeaseOfAKilledTask_isTidiedAwayADayLater() {
        watcher();
        pass(Duration.ofHours(24));
        leases().awaitVersion(2, Duration.ofSeconds(5));
        assertThat(leaseFiles).isNotEmptyDirectory();
        pass(Duration.ofHours(1));
        leases().awaitVersion(2, Duration.ofSeconds(5));
        assertThat(leaseFiles).isEmptyDirectory();
    }

    @Test
    void leasesThatCannotBeRead_areNotTakenForNone() throws IOException {
        Files.writeString(leaseFiles.resolve("x.properties"), "version=\n");
        assertThatThrownBy(() -> leases().held())
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("is not a lease");
        assertThatThrownBy(() -> new Leases(new FileLeases(keys.resolve("missing"), clock)).held())
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("nobody knows what the workers hold");
    }

    private KeyStateWatcher watcher() {
        KeyStateWatcher watcher = new KeyStateWatcher(store, book, POLL, LEASE, clock, nanos::get);
        watcher.first();
        return watcher;
    }

    private Leases leases() {
        return new Leases(book);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

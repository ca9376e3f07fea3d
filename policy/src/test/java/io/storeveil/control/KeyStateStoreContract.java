package io.storeveil.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.storeveil.control.SealedKeyStateStore.Moment;
import io.storeveil.control.SealedKeyStateStore.Parts;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store of the key state must do, wherever its pieces are. Two copies; the rest is up to the place. */
abstract class KeyStateStoreContract {

    static final OwnerId OWNER = OwnerId.of("public.customer", List.of(42));

    /** A process that dies: no clean-up runs. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    SealedKeyStateStore store;
    Parts parts;

    /** An empty place with two copies. */
    abstract KeyStatePlace place(Path disk) throws Exception;

    @BeforeEach
    final void anEmptyPlace(@TempDir Path disk) throws Exception {
        KeyStatePlace place = place(disk);
        parts = place.parts();
        store = place.open();
    }

    @Test
    void aFirstVersion_isVersionOneAndOpens() {
        KeyState first = store.init();
        assertThat(store.currentVersion()).isEqualTo(1);
        assertThat(store.current().encode()).isEqualTo(first.encode());
        assertThat(store.problems()).isEmpty();
    }

    @Test
    void aSecondInit_isRefused() {
        store.init();
        assertThatThrownBy(store::init)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessage(parts.pointer().place() + ": there is a key state already");
        assertThat(store.currentVersion()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void anInitThatDies_isRunAgain(Moment moment) {
        SealedKeyStateStore dying = dyingAt(moment);
        assertThatThrownBy(dying::init).isInstanceOf(Killed.class);
        if (moment == Moment.SWAPPED) {
            assertThat(store.current().version()).isEqualTo(1);
        } else {
            assertThatThrownBy(store::current)
                    .isInstanceOf(KeyStateUnavailable.class)
                    .hasMessageContaining("keys init was begun and not finished; run it again");
            assertThat(store.init().version()).isEqualTo(1);
        }
    }

    @Test
    void nothingThere_saysWhatMakesOne() {
        assertThatThrownBy(store::current)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("there is no key state")
                .hasMessageContaining("keys init makes one");
    }

    @Test
    void aPublishedVersion_isTheCurrentOne() {
        KeyState first = store.init();
        KeyState next = first.puncture(List.of(first.reference(OWNER)));
        store.publish(next);
        assertThat(store.currentVersion()).isEqualTo(2);
        assertThat(store.current().encode()).isEqualTo(next.encode());
        assertThat(store.current().ownerKey(OWNER)).isInstanceOf(OwnerKey.Erased.class);
    }

    @Test
    void whatWorkersHeldBack_isAddedUpByName() {
        store.init();
        Unknown diary = new Unknown("shop", "public.diary", "");
        Unknown odd = new Unknown("shop", "public.Odd\ttable", "a = b\n%");
        Instant early = Instant.parse("2026-11-01T02:00:00Z");
        Instant late = Instant.parse("2026-11-01T03:00:00Z");
        LeaseBook book = store.leases().book();
        book.notice("one", List.of(new Sighting(diary, 2, early)));
        book.notice("one", List.of(new Sighting(diary, 3, early), new Sighting(odd, 1, early)));
        book.notice("other", List.of(new Sighting(diary, 4, late)));

        assertThat(store.leases().noticed()).containsExactly(new Sighting(odd, 1, early), new Sighting(diary, 7, late));
        assertThat(store.leases().held()).isEmpty();
    }

    @Test
    void aVersionThatDoesNotFollowTheCurrentOne_isRefusedAndChangesNothing() {
        KeyState first = store.init();
        store.publish(first.closing(List.of()));
        assertThatThrownBy(() -> store.publish(first.closing(List.of(first.reference(OWNER)))))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("version 2 of the key state cannot follow version 2");
        assertThat(store.current().closing()).isEmpty();
        assertThat(store.problems()).isEmpty();
    }

    @Test
    void ofTwoWritersAtOnce_exactlyOneWins() throws Exception {
        KeyState state = store.init();
        ExecutorService writers = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 5; round++) {
                KeyState next = state.closing(List.of());
                CyclicBarrier start = new CyclicBarrier(2);
                Callable<Boolean> writer = () -> {
                    SealedKeyStateStore own = new SealedKeyStateStore(parts);
                    start.await();
                    try {
                        own.publish(next);
                        return true;
                    } catch (KeyStateUnavailable cameSecond) {
                        return false;
                    }
                };
                Future<Boolean> left = writers.submit(writer);
                Future<Boolean> right = writers.submit(writer);
                assertThat(List.of(left.get(), right.get())).containsExactlyInAnyOrder(true, false);
                state = next;
            }
        } finally {
            writers.shutdownNow();
        }
        assertThat(store.currentVersion()).isEqualTo(6);
        assertThat(store.problems()).isEmpty();
    }

    @Test
    void aReaderWhileVersionsAreReplacedAndTheirKeysDestroyed_alwaysOpensOne() throws Exception {
        KeyState first = store.init();
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            Future<Long> read = reader.submit(() -> {
                long version = 0;
                while (version < 11) {
                    long next = store.current().version();
                    assertThat(next).isGreaterThanOrEqualTo(version);
                    version = next;
                }
                return version;
            });
            KeyState state = first;
            for (int i = 0; i < 10; i++) {
                state = state.closing(List.of());
                store.publish(state);
                store.destroyOlderKeys();
            }
            assertThat(read.get()).isEqualTo(11);
        } finally {
            reader.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void aWriterThatDies_leavesTheOldVersionOrTheNewOne_andTheNextWriterGoesOn(Moment moment) {
        KeyState first = store.init();
        SealedKeyStateStore dying = dyingAt(moment);
        KeyState next = first.puncture(List.of(first.reference(OWNER)));
        assertThatThrownBy(() -> dying.publish(next)).isInstanceOf(Killed.class);

        long current = moment == Moment.SWAPPED ? 2 : 1;
        assertThat(store.currentVersion()).isEqualTo(current);
        KeyState opened = store.current();
        assertThat(opened.version()).isEqualTo(current);
        KeyState another = opened.closing(List.of());
        store.publish(another);
        store.destroyOlderKeys();
        assertThat(store.current().encode()).isEqualTo(another.encode());
        onlyTheCurrentEditionIsLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"KEY_WRITTEN", "COPY_WRITTEN", "COPIES_VERIFIED"})
    void aWriteThatFails_changesNothingAndLeavesNothing(Moment moment) {
        KeyState first = store.init();
        SealedKeyStateStore failing = new SealedKeyStateStore(parts, reached -> {
            if (reached == moment) {
                throw new KeyStateUnavailable("the disk is full");
            }
        });
        assertThatThrownBy(() -> failing.publish(first.closing(List.of()))).isInstanceOf(KeyStateUnavailable.class);
        assertThat(store.currentVersion()).isEqualTo(1);
        onlyTheCurrentEditionIsLeft();
    }

    @Test
    void aCopyThatReadsBackAsSomethingElse_isNotPublished() {
        KeyState first = store.init();
        StateCopy second = parts.copies().get(1);
        SealedKeyStateStore failing = new SealedKeyStateStore(parts, reached -> {
            if (reached == Moment.COPY_WRITTEN && second.editions().size() == 2) {
                damage(second, latest(second));
            }
        });
        assertThatThrownBy(() -> failing.publish(first.closing(List.of())))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("a copy was written, but")
                .hasMessageContaining("is damaged");
        assertThat(store.currentVersion()).isEqualTo(1);
        assertThat(store.problems()).isEmpty();
    }

    @Test
    void aDamagedCopy_isReported_andTheOtherUsed_untilTheNextVersionReplacesIt() {
        KeyState first = store.init();
        StateCopy damaged = parts.copies().get(0);
        damage(damaged, current());
        assertThat(store.current().encode()).isEqualTo(first.encode());
        assertThat(store.problems())
                .containsExactly(damaged.place(current()) + " is damaged, or sealed under another key-encryption key");
        store.publish(first.closing(List.of()));
        assertThat(store.problems()).isEmpty();
    }

    @Test
    void aMissingCopy_isReported_andTheOtherUsed() {
        store.init();
        StateCopy second = parts.copies().get(1);
        second.delete(current());
        assertThat(store.current().version()).isEqualTo(1);
        assertThat(store.problems()).containsExactly(second.place(current()) + " is missing");
    }

    @Test
    void aCopyOfAnotherVersionUnderTheCurrentName_doesNotOpen() {
        KeyState first = store.init();
        StateCopy copy = parts.copies().get(0);
        byte[] old = copy.read(current());
        store.publish(first.closing(List.of()));
        copy.delete(current());
        copy.create(current(), old);
        assertThat(store.problems()).singleElement().asString().startsWith(copy.place(current()));
        assertThat(store.current().version()).isEqualTo(2);
    }

    @Test
    void noCopyThatOpens_saysWhatIsWrongWithEach() {
        store.init();
        StateCopy one = parts.copies().get(0);
        StateCopy two = parts.copies().get(1);
        one.delete(current());
        damage(two, current());
        assertThatThrownBy(store::current)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessage("no copy of the key state opens: " + one.place(current()) + " is missing; "
                        + two.place(current()) + " is damaged, or sealed under another key-encryption key");
    }

    @Test
    void olderKeys_areKeptWhileOnlyOneCopyOpens() {
        KeyState first = store.init();
        store.publish(first.closing(List.of()));
        damage(parts.copies().get(0), current());
        assertThatThrownBy(store::destroyOlderKeys)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("kept while fewer than 2 copies");
        assertThat(parts.keys().editions()).hasSize(2);
    }

    @Test
    void yesterdaysCopyAndPointer_openNothingOnceTheOlderKeysAreDestroyed() {
        KeyState first = store.init();
        KeyReference reference = first.reference(OWNER);
        Edition old = current();
        byte[] backup = parts.copies().get(0).read(old);
        byte[] keyThen = parts.keys().open(old, SealedState.wrappedKey(backup));

        store.publish(first.puncture(List.of(reference)));
        store.destroyOlderKeys();

        onlyTheCurrentEditionIsLeft();
        assertThatThrownBy(() -> parts.keys().open(old, SealedState.wrappedKey(backup)))
                .isInstanceOf(KeyStateUnavailable.class);
        // What the destroyed key was good for: this is why it must go.
        assertThat(SealedState.openState(1, backup, keyThen).ownerKey(reference))
                .isInstanceOf(OwnerKey.Present.class);

        parts.copies().get(0).create(old, backup);
        try (Pointer.Turn turn = parts.pointer().take()) {
            turn.swap(current(), old);
        }
        assertThatThrownBy(store::current)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("no copy of the key state opens");
    }

    @Test
    void everyPublication_hasAFreshKey_andEveryCopyItsOwnNonce() {
        KeyState first = store.init();
        byte[] one = parts.copies().get(0).read(current());
        assertThat(one).isNotEqualTo(parts.copies().get(1).read(current()));
        byte[] keyOfOne = parts.keys().open(current(), SealedState.wrappedKey(one));
        store.publish(first.closing(List.of()));
        byte[] two = parts.copies().get(0).read(current());
        assertThat(parts.keys().open(current(), SealedState.wrappedKey(two)))
                .hasSize(32)
                .isNotEqualTo(keyOfOne);
    }

    @Test
    void aPointerThatIsLost_isNotTakenForAnEmptyPlace() {
        store.init();
        losePointer();
        assertThatThrownBy(store::init)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("is missing; restore it with the key-encryption keys");
        assertThat(parts.copies().get(0).editions()).hasSize(1);
    }

    abstract void losePointer();

    @Test
    void aLease_isSeenUntilItIsGivenBack() {
        store.init();
        parts.leases().renew("a", 1, Duration.ofMinutes(1), Instant.now().plusSeconds(60));
        parts.leases().renew("b", 0, Duration.ofMinutes(1), Instant.now().plusSeconds(60));
        parts.leases().renew("b", 1, Duration.ofMinutes(2), Instant.now().plusSeconds(120));
        assertThat(store.leases().held())
                .extracting(Leases.Held::worker, Leases.Held::version)
                .containsExactlyInAnyOrder(tuple("a", 1L), tuple("b", 1L));
        parts.leases().giveBack("a");
        assertThat(store.leases().held()).extracting(Leases.Held::worker).containsExactly("b");
    }

    @Test
    void aLeaseOfAnOlderVersion_isWaitedFor_andNamed() {
        store.init();
        parts.leases().renew("slow", 1, Duration.ofMinutes(1), Instant.now().plusSeconds(60));
        assertThatThrownBy(() -> store.leases().awaitVersion(2, Duration.ofMillis(300)))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("slow");
        parts.leases().renew("slow", 2, Duration.ofMinutes(1), Instant.now().plusSeconds(60));
        store.leases().awaitVersion(2, Duration.ofMinutes(1));
    }

    @Test
    void aRunningWatcher_takesAPublishedVersion_whileTheSweepWaits() throws Exception {
        store.init();
        try (KeyStateWatcher watcher = KeyStateWatcher.open(store, Duration.ofMillis(100), Duration.ofSeconds(60))) {
            CompletableFuture<Void> waiting =
                    CompletableFuture.runAsync(() -> store.leases().awaitVersion(2, Duration.ofSeconds(60)));
            store.publish(store.current().closing(List.of()));
            waiting.get(60, TimeUnit.SECONDS);
            assertThat(watcher.keyring().version()).isEqualTo(2);
            store.destroyOlderKeys();
            assertThat(watcher.keyring().version()).isEqualTo(2);
        }
        assertThat(store.leases().held()).isEmpty();
    }

    final Edition current() {
        return parts.pointer().current();
    }

    final void onlyTheCurrentEditionIsLeft() {
        assertThat(parts.keys().editions()).containsExactly(current());
        parts.copies().forEach(copy -> assertThat(copy.editions()).containsExactly(current()));
    }

    private SealedKeyStateStore dyingAt(Moment moment) {
        return new SealedKeyStateStore(parts, reached -> {
            if (reached == moment) {
                throw new Killed();
            }
        });
    }

    private static Edition latest(StateCopy copy) {
        return copy.editions().stream()
                .max(Comparator.comparingLong(Edition::version))
                .orElseThrow();
    }

    static void damage(StateCopy copy, Edition edition) {
        byte[] bytes = copy.read(edition);
        bytes[bytes.length / 2] ^= 1;
        copy.delete(edition);
        copy.create(edition, bytes);
    }
}

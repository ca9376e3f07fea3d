package io.storeveil.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.control.DirectoryKeyStateStore.Moment;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DirectoryKeyStateStoreTest {

    private static final OwnerId OWNER = OwnerId.of("public.customer", List.of(42));

    /** A process that dies: no clean-up runs. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private Path disk;
    private Path one;
    private Path two;
    private Path keys;
    private DirectoryKeyStateStore store;

    @BeforeEach
    void emptyDirectories(@TempDir Path empty) {
        disk = empty;
        one = disk.resolve("one");
        two = disk.resolve("two");
        keys = disk.resolve("keys");
        store = new DirectoryKeyStateStore(List.of(one, two), keys);
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
                .hasMessage(keys.resolve("current") + ": there is a key state already");
        assertThat(store.currentVersion()).isEqualTo(1);
    }

    @Test
    void anInitOverCopiesWhosePointerIsLost_isRefused() throws IOException {
        store.init();
        Files.delete(keys.resolve("current"));
        assertThatThrownBy(store::init)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("is missing; restore it with the key-encryption keys");
        assertThat(one.resolve("state-1.sealed")).exists();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void anInitThatDies_isRunAgain(Moment moment) {
        DirectoryKeyStateStore dying = dyingAt(moment);
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
                .hasMessageContaining("there is no key state here; keys init makes one");
    }

    @Test
    void oneCopyOnly_isRefused() {
        assertThatThrownBy(() -> new DirectoryKeyStateStore(List.of(one, one.resolve("../one")), keys))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs at least 2 different directories");
    }

    @Test
    void keyEncryptionKeysAmongTheCopies_areRefused() {
        assertThatThrownBy(() -> new DirectoryKeyStateStore(List.of(one, two), two))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("need one of their own");
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
    void aVersionThatDoesNotFollowTheCurrentOne_isRefusedAndChangesNothing() {
        KeyState first = store.init();
        store.publish(first.closing(List.of()));
        assertThatThrownBy(() -> store.publish(first.closing(List.of(first.reference(OWNER)))))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("version 2 of the key state cannot follow version 2");
        assertThat(store.current().closing()).isEmpty();
    }

    @Test
    void ofTwoWritersAtOnce_exactlyOneWins() throws Exception {
        KeyState state = store.init();
        ExecutorService writers = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 10; round++) {
                KeyState next = state.closing(List.of());
                CyclicBarrier start = new CyclicBarrier(2);
                Callable<Boolean> writer = () -> {
                    DirectoryKeyStateStore own = new DirectoryKeyStateStore(List.of(one, two), keys);
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
        assertThat(store.currentVersion()).isEqualTo(11);
        assertThat(store.problems()).isEmpty();
    }

    @Test
    void aReaderWhileVersionsAreReplacedAndTheirKeysDestroyed_alwaysOpensOne() throws Exception {
        KeyState first = store.init();
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            Future<Long> read = reader.submit(() -> {
                long version = 0;
                while (version < 21) {
                    long next = store.current().version();
                    assertThat(next).isGreaterThanOrEqualTo(version);
                    version = next;
                }
                return version;
            });
            KeyState state = first;
            for (int i = 0; i < 20; i++) {
                state = state.closing(List.of());
                store.publish(state);
                store.destroyOlderKeys();
            }
            assertThat(read.get()).isEqualTo(21);
        } finally {
            reader.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void aWriterThatDies_leavesTheOldVersionOrTheNewOne_andTheNextWriterGoesOn(Moment moment) throws IOException {
        KeyState first = store.init();
        DirectoryKeyStateStore dying = dyingAt(moment);
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
        assertThat(files(keys)).containsExactlyInAnyOrder("current", "kek-" + (current + 1), "writer.lock");
        assertThat(files(one)).containsExactlyInAnyOrder("leases", "state-" + (current + 1) + ".sealed");
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"KEY_WRITTEN", "COPY_WRITTEN", "COPIES_VERIFIED"})
    void aWriteThatFails_changesNothingAndLeavesNothing(Moment moment) throws IOException {
        KeyState first = store.init();
        DirectoryKeyStateStore failing = new DirectoryKeyStateStore(List.of(one, two), keys, reached -> {
            if (reached == moment) {
                throw new KeyStateUnavailable("the disk is full");
            }
        });
        assertThatThrownBy(() -> failing.publish(first.closing(List.of()))).isInstanceOf(KeyStateUnavailable.class);
        assertThat(files(keys)).containsExactlyInAnyOrder("current", "kek-1", "writer.lock");
        assertThat(files(one)).containsExactlyInAnyOrder("leases", "state-1.sealed");
        assertThat(files(two)).containsExactly("state-1.sealed");
    }

    @Test
    void aCopyThatReadsBackAsSomethingElse_isNotPublished() {
        KeyState first = store.init();
        DirectoryKeyStateStore failing = new DirectoryKeyStateStore(List.of(one, two), keys, reached -> {
            if (reached == Moment.COPY_WRITTEN && Files.exists(two.resolve("state-2.sealed"))) {
                damage(two.resolve("state-2.sealed"));
            }
        });
        assertThatThrownBy(() -> failing.publish(first.closing(List.of())))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("state-2.sealed was written, but is damaged");
        assertThat(store.currentVersion()).isEqualTo(1);
        assertThat(store.problems()).isEmpty();
    }

    @Test
    void aDamagedCopy_isReported_andTheOtherUsed_untilTheNextVersionReplacesIt() {
        KeyState first = store.init();
        damage(one.resolve("state-1.sealed"));
        assertThat(store.current().encode()).isEqualTo(first.encode());
        assertThat(store.problems())
                .containsExactly(
                        one.resolve("state-1.sealed") + " is damaged, or sealed under another key-encryption key");
        store.publish(first.closing(List.of()));
        assertThat(store.problems()).isEmpty();
    }

    @Test
    void aMissingCopy_isReported_andTheOtherUsed() throws IOException {
        store.init();
        Files.delete(two.resolve("state-1.sealed"));
        assertThat(store.current().version()).isEqualTo(1);
        assertThat(store.problems()).containsExactly(two.resolve("state-1.sealed") + " is missing");
    }

    @Test
    void aCopyOfAnotherVersionUnderTheCurrentName_doesNotOpen() throws IOException {
        KeyState first = store.init();
        byte[] old = Files.readAllBytes(one.resolve("state-1.sealed"));
        store.publish(first.closing(List.of()));
        Files.write(one.resolve("state-2.sealed"), old);
        assertThat(store.problems()).containsExactly(one.resolve("state-2.sealed") + " holds version 1, not 2");
    }

    @Test
    void noCopyThatOpens_saysWhatIsWrongWithEach() throws IOException {
        store.init();
        Files.delete(one.resolve("state-1.sealed"));
        damage(two.resolve("state-1.sealed"));
        assertThatThrownBy(store::current)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessage("no copy of the key state opens: " + one.resolve("state-1.sealed") + " is missing; "
                        + two.resolve("state-1.sealed") + " is damaged, or sealed under another key-encryption key");
    }

    @Test
    void olderKeys_areKeptWhileOnlyOneCopyOpens() {
        KeyState first = store.init();
        store.publish(first.closing(List.of()));
        damage(one.resolve("state-2.sealed"));
        assertThatThrownBy(store::destroyOlderKeys)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("kept while fewer than 2 copies");
        assertThat(keys.resolve("kek-1")).exists();
    }

    @Test
    void yesterdaysBackupOfTheCopies_opensNothingOnceTheOlderKeysAreDestroyed() throws IOException {
        KeyState first = store.init();
        KeyReference reference = first.reference(OWNER);
        Path backup = disk.resolve("backup.sealed");
        Files.copy(one.resolve("state-1.sealed"), backup);
        byte[] keyThen = Files.readAllBytes(keys.resolve("kek-1"));

        store.publish(first.puncture(List.of(reference)));
        store.destroyOlderKeys();

        assertThat(files(keys)).containsExactlyInAnyOrder("current", "kek-2", "writer.lock");
        assertThat(files(one)).containsExactlyInAnyOrder("leases", "state-2.sealed");
        byte[] sealed = Files.readAllBytes(backup);
        byte[] keyNow = Files.readAllBytes(keys.resolve("kek-2"));
        assertThatThrownBy(() -> SealedState.open(1, sealed, keyNow)).isInstanceOf(KeyStateUnavailable.class);
        // What the destroyed key was good for: this is why it must go.
        assertThat(SealedState.openState(1, sealed, keyThen).ownerKey(reference))
                .isInstanceOf(OwnerKey.Present.class);

        Files.copy(backup, one.resolve("state-1.sealed"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(keys.resolve("current"), "1\n");
        assertThatThrownBy(store::current)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("kek-1 is missing");
    }

    @Test
    void everyPublication_hasAFreshKey_andEveryCopyItsOwnNonce() throws IOException {
        KeyState first = store.init();
        assertThat(Files.readAllBytes(one.resolve("state-1.sealed")))
                .isNotEqualTo(Files.readAllBytes(two.resolve("state-1.sealed")));
        store.publish(first.closing(List.of()));
        assertThat(Files.readAllBytes(keys.resolve("kek-1")))
                .hasSize(32)
                .isNotEqualTo(Files.readAllBytes(keys.resolve("kek-2")));
    }

    @Test
    void files_areReadableByTheirOwnerOnly_andAnOpenOneIsReported() throws IOException {
        store.init();
        for (Path file : List.of(one.resolve("state-1.sealed"), two.resolve("state-1.sealed"), keys.resolve("kek-1"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        Files.setPosixFilePermissions(keys.resolve("kek-1"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(store.problems())
                .containsExactly(keys.resolve("kek-1") + " is open to others than its owner; chmod 600");
    }

    private DirectoryKeyStateStore dyingAt(Moment moment) {
        return new DirectoryKeyStateStore(List.of(one, two), keys, reached -> {
            if (reached == moment) {
                throw new Killed();
            }
        });
    }

    private static void damage(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> files(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        }
        return names;
    }
}

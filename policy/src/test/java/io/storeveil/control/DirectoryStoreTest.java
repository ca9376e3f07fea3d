package io.storeveil.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DirectoryStoreTest extends KeyStateStoreContract {

    private Path one;
    private Path two;
    private Path keys;

    @Override
    KeyStatePlace place(Path disk) {
        one = disk.resolve("one");
        two = disk.resolve("two");
        keys = disk.resolve("keys");
        return KeyStatePlace.inDirectories(List.of(one, two), keys);
    }

    @Override
    void losePointer() {
        try {
            Files.delete(keys.resolve("current"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theFiles_areCalledByTheirVersion() throws IOException {
        store.publish(store.init().closing(List.of()));
        assertThat(files(keys)).containsExactlyInAnyOrder("current", "kek-1", "kek-2", "writer.lock");
        assertThat(files(one)).containsExactlyInAnyOrder("leases", "state-1.sealed", "state-2.sealed");
        assertThat(files(two)).containsExactlyInAnyOrder("state-1.sealed", "state-2.sealed");
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

    @Test
    void aKeyThatIsMissing_isNamed() throws IOException {
        store.init();
        Files.delete(keys.resolve("kek-1"));
        assertThatThrownBy(store::current)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining(keys.resolve("kek-1") + " is missing");
    }

    @Test
    void oneCopyOnly_isRefused() {
        assertThatThrownBy(() -> KeyStatePlace.inDirectories(List.of(one, one.resolve("../one")), keys)
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs at least 2 different places");
    }

    @Test
    void keyEncryptionKeysAmongTheCopies_areRefused() {
        assertThatThrownBy(() ->
                        KeyStatePlace.inDirectories(List.of(one, two), two).open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("need one of their own");
    }

    private static List<String> files(Path directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        }
        return names;
    }
}

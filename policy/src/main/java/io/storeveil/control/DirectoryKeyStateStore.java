package io.storeveil.control;

import io.storeveil.keys.KeyState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The key state in directories: {@code state-<v>.sealed} in each copy's, and in that of the key-encryption keys
 * {@code kek-<v>} and {@code current}, the pointer whose atomic replacement is the one moment at which a version
 * becomes the current one. Whatever lies beyond the pointer is a dead writer's, and is discarded by the next.
 *
 * <p>For one machine and for trying out: a file system may keep the blocks of a deleted key-encryption key. Without that
 * directory no copy opens; it is never to be backed up together with one.
 */
public final class DirectoryKeyStateStore implements KeyStateStore {

    /** Moments at which a test may stop a writer. */
    enum Moment {
        KEY_WRITTEN,
        COPY_WRITTEN,
        COPIES_VERIFIED,
        SWAPPED
    }

    private static final String STATE = "state-";
    private static final String SEALED = ".sealed";
    private static final String KEK = "kek-";
    private static final int FEWEST_COPIES = 2;
    private static final int ATTEMPTS = 5;

    private final List<Path> copies;
    private final Path keys;
    private final Consumer<Moment> interruption;

    /**
     * @param copies            at least two directories, best on different disks
     * @param keyEncryptionKeys a directory that is none of them
     * @throws IllegalArgumentException if there are fewer than two, or two are the same
     */
    public DirectoryKeyStateStore(List<Path> copies, Path keyEncryptionKeys) {
        this(copies, keyEncryptionKeys, moment -> {});
    }

    DirectoryKeyStateStore(List<Path> copies, Path keyEncryptionKeys, Consumer<Moment> interruption) {
        this.copies = copies.stream()
                .map(copy -> copy.toAbsolutePath().normalize())
                .distinct()
                .toList();
        this.keys = keyEncryptionKeys.toAbsolutePath().normalize();
        this.interruption = interruption;
        if (this.copies.size() < FEWEST_COPIES) {
            throw new IllegalArgumentException("the key state needs at least " + FEWEST_COPIES
                    + " different directories for its copies, and has " + this.copies
                    + "; losing the only copy would make every encrypted value unreadable");
        }
        if (this.copies.contains(keys)) {
            throw new IllegalArgumentException(keys
                    + " is a directory of key state copies; the key-encryption keys need one of their own, or whoever"
                    + " takes the copy has its key");
        }
    }

    /**
     * Creates the directories and the first version.
     *
     * @throws KeyStateUnavailable if there is a key state already, or files of one whose pointer is lost
     */
    public KeyState init() {
        try {
            Durable.createDirectories(keys);
            for (Path copy : copies) {
                Durable.createDirectories(copy);
            }
            Durable.createDirectories(leases());
        } catch (IOException e) {
            throw new KeyStateUnavailable("cannot create the directories of the key state: " + e, e);
        }
        KeyState first = KeyState.create();
        return writing(() -> {
            begin();
            write(first);
            return first;
        });
    }

    /** A pointer to version 0 says that whatever lies beyond it is an unfinished beginning, and not a lost pointer. */
    private void begin() throws IOException {
        if (Files.exists(pointer())) {
            if (readPointer() != 0) {
                throw new KeyStateUnavailable(pointer() + ": there is a key state already");
            }
            return;
        }
        for (Path copy : copies) {
            refuseIfAny(versions(copy, STATE, SEALED, version -> true), copy);
        }
        refuseIfAny(versions(keys, KEK, "", version -> true), keys);
        Durable.replace(pointer(), "0\n".getBytes(StandardCharsets.US_ASCII));
    }

    private void refuseIfAny(List<Long> versions, Path directory) {
        if (!versions.isEmpty()) {
            throw new KeyStateUnavailable(directory + " holds files of a key state, but " + pointer()
                    + " is missing; restore it with the key-encryption keys, or empty all directories to start anew");
        }
    }

    /** Where workers leave their leases: beside the first copy. */
    public Path leases() {
        return copies.get(0).resolve("leases");
    }

    @Override
    public long currentVersion() {
        try {
            long version = readPointer();
            if (version == 0) {
                throw new KeyStateUnavailable(pointer() + ": keys init was begun and not finished; run it again");
            }
            return version;
        } catch (NoSuchFileException e) {
            throw new KeyStateUnavailable(
                    pointer() + " does not exist: there is no key state here; keys init makes one", e);
        } catch (IOException e) {
            throw new KeyStateUnavailable(pointer() + " cannot be read: " + e, e);
        }
    }

    @Override
    public KeyState current() {
        List<String> problems = List.of();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long version = currentVersion();
            problems = new ArrayList<>();
            for (Path copy : copies) {
                KeyState state = open(copy, version, problems);
                if (state != null) {
                    return state;
                }
            }
            if (currentVersion() == version) {
                break;
            }
        }
        throw new KeyStateUnavailable("no copy of the key state opens: " + String.join("; ", problems));
    }

    private @Nullable KeyState open(Path copy, long version, List<String> problems) {
        try {
            byte[] key = readKey(version);
            return SealedState.openState(version, Files.readAllBytes(stateFile(copy, version)), key);
        } catch (NoSuchFileException e) {
            problems.add(e.getFile() + " is missing");
        } catch (IOException e) {
            problems.add(stateFile(copy, version) + " cannot be read: " + e);
        } catch (KeyStateUnavailable e) {
            problems.add(stateFile(copy, version) + " " + e.getMessage());
        }
        return null;
    }

    /** What is wrong with the current version's copies and files, each with where; empty if nothing is. Opens them all. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        try {
            long version = currentVersion();
            byte @Nullable [] first = null;
            for (Path copy : copies) {
                KeyState state = open(copy, version, problems);
                byte[] encoded = state == null ? null : state.encode();
                if (first != null && encoded != null && !Arrays.equals(first, encoded)) {
                    problems.add(stateFile(copy, version) + " differs from another copy of the same version");
                }
                first = first == null ? encoded : first;
                reportIfOpenToOthers(stateFile(copy, version), problems);
            }
            reportIfOpenToOthers(keyFile(version), problems);
        } catch (KeyStateUnavailable e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return List.copyOf(problems);
    }

    private static void reportIfOpenToOthers(Path file, List<String> problems) {
        try {
            if (Files.exists(file) && Durable.isOpenToOthers(file)) {
                problems.add(file + " is open to others than its owner; chmod 600");
            }
        } catch (IOException e) {
            problems.add(file + ": cannot read its permissions: " + e);
        }
    }

    @Override
    public void publish(KeyState next) {
        writing(() -> {
            long current = currentVersion();
            if (current != next.version() - 1) {
                throw new KeyStateUnavailable("version " + next.version() + " of the key state cannot follow version "
                        + current + ", which is the current one; another writer came first");
            }
            write(next);
            return next;
        });
    }

    private void write(KeyState next) throws IOException {
        long version = next.version();
        discardBeyond(version - 1);
        try {
            byte[] encoded = next.encode();
            Durable.create(keyFile(version), SealedState.freshKey());
            interruption.accept(Moment.KEY_WRITTEN);
            byte[] key = readKey(version);
            for (Path copy : copies) {
                Durable.create(stateFile(copy, version), SealedState.seal(version, encoded, key));
                interruption.accept(Moment.COPY_WRITTEN);
            }
            for (Path copy : copies) {
                verify(stateFile(copy, version), version, encoded);
            }
            interruption.accept(Moment.COPIES_VERIFIED);
            Durable.replace(pointer(), (version + "\n").getBytes(StandardCharsets.US_ASCII));
            interruption.accept(Moment.SWAPPED);
        } catch (IOException | RuntimeException e) {
            if (!pointsTo(version)) {
                discardBeyond(version - 1);
            }
            throw e;
        }
    }

    private void verify(Path file, long version, byte[] encoded) throws IOException {
        KeyState read;
        try {
            read = SealedState.openState(version, Files.readAllBytes(file), readKey(version));
        } catch (KeyStateUnavailable e) {
            throw new KeyStateUnavailable(file + " was written, but " + e.getMessage(), e);
        }
        if (!Arrays.equals(encoded, read.encode())) {
            throw new KeyStateUnavailable(file + " was written, but reads back as another state");
        }
    }

    private boolean pointsTo(long version) throws IOException {
        try {
            return readPointer() == version;
        } catch (NoSuchFileException noneYet) {
            return false;
        }
    }

    /** @throws KeyStateUnavailable also if fewer than two copies of the current version open; nothing is destroyed then */
    @Override
    public void destroyOlderKeys() {
        writing(() -> {
            long current = currentVersion();
            List<String> problems = new ArrayList<>();
            long open = copies.stream()
                    .filter(copy -> open(copy, current, problems) != null)
                    .count();
            if (open < FEWEST_COPIES) {
                throw new KeyStateUnavailable("older key-encryption keys are kept while fewer than " + FEWEST_COPIES
                        + " copies of the key state open: " + String.join("; ", problems));
            }
            for (long version : versions(keys, KEK, "", other -> other != current)) {
                Durable.destroy(keyFile(version));
            }
            for (Path copy : copies) {
                for (long version : versions(copy, STATE, SEALED, other -> other != current)) {
                    Durable.delete(stateFile(copy, version));
                }
            }
            return current;
        });
    }

    private void discardBeyond(long current) throws IOException {
        for (long version : versions(keys, KEK, "", other -> other > current)) {
            Durable.destroy(keyFile(version));
        }
        for (Path copy : copies) {
            for (long version : versions(copy, STATE, SEALED, other -> other > current)) {
                Durable.delete(stateFile(copy, version));
            }
        }
    }

    private interface Writing<T> {
        T run() throws IOException;
    }

    private <T> T writing(Writing<T> work) {
        try {
            WriterLock lock = WriterLock.hold(keys.resolve("writer.lock"));
            try {
                return work.run();
            } finally {
                lock.close();
            }
        } catch (NoSuchFileException e) {
            throw new KeyStateUnavailable(e.getFile() + " does not exist; the key state is unchanged", e);
        } catch (IOException e) {
            throw new KeyStateUnavailable("the key state cannot be written: " + e, e);
        }
    }

    private static List<Long> versions(Path directory, String prefix, String suffix, LongPredicate wanted)
            throws IOException {
        List<Long> versions = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.matches(prefix + "[0-9]{1,18}" + suffix)) {
                    long version = Long.parseLong(name.substring(prefix.length(), name.length() - suffix.length()));
                    if (wanted.test(version)) {
                        versions.add(version);
                    }
                }
            }
        }
        return versions;
    }

    private long readPointer() throws IOException {
        String text = Files.readString(pointer(), StandardCharsets.US_ASCII).strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new KeyStateUnavailable(pointer() + " does not hold a version number", e);
        }
    }

    private byte[] readKey(long version) throws IOException {
        byte[] key = Files.readAllBytes(keyFile(version));
        if (key.length != SealedState.KEY) {
            throw new KeyStateUnavailable(
                    "cannot be opened: " + keyFile(version) + " has " + key.length + " bytes, not " + SealedState.KEY);
        }
        return key;
    }

    private Path pointer() {
        return keys.resolve("current");
    }

    private Path keyFile(long version) {
        return keys.resolve(KEK + version);
    }

    private static Path stateFile(Path copy, long version) {
        return copy.resolve(STATE + version + SEALED);
    }
}

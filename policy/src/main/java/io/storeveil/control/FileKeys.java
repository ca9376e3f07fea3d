package io.storeveil.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Key-encryption keys as files {@code kek-<edition>}. For one machine and for trying out: a file system may keep the
 * blocks of a deleted file, and a backup of the directory keeps them for certain.
 */
final class FileKeys implements KeyEncryptionKeys {

    private static final EditionFiles NAMES = new EditionFiles("kek-", "");
    private static final byte[] NOTHING = {};

    private final Path directory;

    FileKeys(Path directory) {
        this.directory = directory;
    }

    @Override
    public void prepare() {
        try {
            Durable.createDirectories(directory);
        } catch (IOException e) {
            throw new KeyStateUnavailable("cannot create " + directory + ": " + e, e);
        }
    }

    @Override
    public Sealing create(Edition edition) {
        Path file = NAMES.in(directory, edition);
        try {
            Durable.create(file, SealedState.freshKey());
            return new Sealing(open(edition, NOTHING), NOTHING);
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be written: " + e, e);
        }
    }

    @Override
    public byte[] open(Edition edition, byte[] wrapped) {
        Path file = NAMES.in(directory, edition);
        byte[] key;
        try {
            key = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new KeyStateUnavailable(file + " is missing", e);
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be read: " + e, e);
        }
        if (key.length != SealedState.KEY) {
            throw new KeyStateUnavailable(file + " has " + key.length + " bytes, not " + SealedState.KEY);
        }
        return key;
    }

    @Override
    public List<Edition> editions() {
        return NAMES.list(directory);
    }

    @Override
    public void destroy(Edition edition) {
        Path file = NAMES.in(directory, edition);
        try {
            Durable.destroy(file);
        } catch (NoSuchFileException gone) {
            return;
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be destroyed: " + e, e);
        }
    }

    @Override
    public List<String> problems(Edition edition) {
        return Durable.problemsOf(NAMES.in(directory, edition));
    }

    @Override
    public String place() {
        return directory.toString();
    }
}

package io.storeveil.control;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Key-encryption keys as files {@code kek-<edition>}. For one machine and for trying out: a file system may keep the
 * blocks of a deleted file, and a backup of the directory keeps them for certain.
 */
final class FileKeys implements KeyEncryptionKeys {

    private static final byte[] NOTHING = {};

    private final EditionFiles files;

    FileKeys(Path directory) {
        this.files = new EditionFiles(directory, "kek-", "");
    }

    @Override
    public void prepare() {
        files.prepare();
    }

    @Override
    public Sealing create(Edition edition) {
        files.create(edition, SealedState.freshKey());
        return new Sealing(open(edition, NOTHING), NOTHING);
    }

    @Override
    public byte[] open(Edition edition, byte[] wrapped) {
        byte[] key = files.read(edition);
        if (key.length != SealedState.KEY) {
            throw new KeyStateUnavailable(files.of(edition) + " has " + key.length + " bytes, not " + SealedState.KEY);
        }
        return key;
    }

    @Override
    public List<Edition> editions() {
        return files.list();
    }

    @Override
    public void destroy(Edition edition) {
        Path file = files.of(edition);
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
        return Durable.problemsOf(files.of(edition));
    }

    @Override
    public String place() {
        return files.directory().toString();
    }
}

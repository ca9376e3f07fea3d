package io.storeveil.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Copies as files {@code state-<edition>.sealed}. */
final class DirectoryCopy implements StateCopy {

    private static final EditionFiles NAMES = new EditionFiles("state-", ".sealed");

    private final Path directory;

    DirectoryCopy(Path directory) {
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
    public void create(Edition edition, byte[] sealed) {
        Path file = NAMES.in(directory, edition);
        try {
            Durable.create(file, sealed);
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be written: " + e, e);
        }
    }

    @Override
    public byte[] read(Edition edition) {
        Path file = NAMES.in(directory, edition);
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new KeyStateUnavailable(file + " is missing", e);
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be read: " + e, e);
        }
    }

    @Override
    public List<Edition> editions() {
        return NAMES.list(directory);
    }

    @Override
    public void delete(Edition edition) {
        Path file = NAMES.in(directory, edition);
        try {
            Durable.delete(file);
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be deleted: " + e, e);
        }
    }

    @Override
    public List<String> problems(Edition edition) {
        return Durable.problemsOf(NAMES.in(directory, edition));
    }

    @Override
    public String place(Edition edition) {
        return NAMES.in(directory, edition).toString();
    }

    @Override
    public String place() {
        return directory.toString();
    }
}

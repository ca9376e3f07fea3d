package io.storeveil.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Copies as files {@code state-<edition>.sealed}. */
final class DirectoryCopy implements StateCopy {

    private final EditionFiles files;

    DirectoryCopy(Path directory) {
        this.files = new EditionFiles(directory, "state-", ".sealed");
    }

    @Override
    public void prepare() {
        files.prepare();
    }

    @Override
    public void create(Edition edition, byte[] sealed) {
        files.create(edition, sealed);
    }

    @Override
    public byte[] read(Edition edition) {
        return files.read(edition);
    }

    @Override
    public List<Edition> editions() {
        return files.list();
    }

    @Override
    public void delete(Edition edition) {
        Path file = files.of(edition);
        try {
            Durable.delete(file);
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be deleted: " + e, e);
        }
    }

    @Override
    public List<String> problems(Edition edition) {
        return Durable.problemsOf(files.of(edition));
    }

    @Override
    public String place(Edition edition) {
        return files.of(edition).toString();
    }

    @Override
    public String place() {
        return files.directory().toString();
    }
}

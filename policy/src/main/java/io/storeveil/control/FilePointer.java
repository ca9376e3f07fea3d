package io.storeveil.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file {@code current}, replaced atomically. The operating system's lock on {@code writer.lock} keeps writers apart: it
 * goes only when its process has ended, so that a writer that lives is the only one.
 */
final class FilePointer implements Pointer {

    private final Path directory;
    private final Path file;

    FilePointer(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("current");
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
    public boolean exists() {
        return Files.exists(file);
    }

    @Override
    public void begin() {
        write(Edition.NONE);
    }

    @Override
    public Edition current() {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (NoSuchFileException e) {
            throw new KeyStateUnavailable(file + " does not exist: there is no key state here; keys init makes one", e);
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be read: " + e, e);
        }
        return Edition.parse(text).orElseThrow(() -> new KeyStateUnavailable(file + " does not hold a version number"));
    }

    @Override
    public Turn take() {
        WriterLock lock;
        try {
            lock = WriterLock.hold(directory.resolve("writer.lock"));
        } catch (NoSuchFileException e) {
            throw new KeyStateUnavailable(directory + " does not exist; the key state is unchanged", e);
        } catch (IOException e) {
            throw new KeyStateUnavailable(directory + " cannot be written: " + e, e);
        }
        return new Turn() {
            @Override
            public long number() {
                return 0;
            }

            @Override
            public void swap(Edition expected, Edition next) {
                Edition found = current();
                if (!found.equals(expected)) {
                    throw new KeyStateUnavailable(file + " stands at " + found + ", not at " + expected);
                }
                write(next);
            }

            @Override
            public void close() {
                lock.close();
            }
        };
    }

    private void write(Edition edition) {
        try {
            Durable.replace(file, (edition + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be written: " + e, e);
        }
    }

    @Override
    public String place() {
        return file.toString();
    }
}

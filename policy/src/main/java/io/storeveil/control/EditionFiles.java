package io.storeveil.control;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory with a file for each edition, called by it between two fixed parts. Whatever fails is a {@link
 * KeyStateUnavailable} that names the file.
 */
record EditionFiles(Path directory, String prefix, String suffix) {

    Path of(Edition edition) {
        return directory.resolve(prefix + edition + suffix);
    }

    void prepare() {
        try {
            Durable.createDirectories(directory);
        } catch (IOException e) {
            throw new KeyStateUnavailable("cannot create " + directory + ": " + e, e);
        }
    }

    void create(Edition edition, byte[] bytes) {
        Path file = of(edition);
        try {
            Durable.create(file, bytes);
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be written: " + e, e);
        }
    }

    byte[] read(Edition edition) {
        Path file = of(edition);
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new KeyStateUnavailable(file + " is missing", e);
        } catch (IOException e) {
            throw new KeyStateUnavailable(file + " cannot be read: " + e, e);
        }
    }

    List<Edition> list() {
        List<Edition> editions = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.length() > prefix.length() + suffix.length()
                        && name.startsWith(prefix)
                        && name.endsWith(suffix)) {
                    Edition.parse(name.substring(prefix.length(), name.length() - suffix.length()))
                            .ifPresent(editions::add);
                }
            }
        } catch (IOException e) {
            throw new KeyStateUnavailable(directory + " cannot be read: " + e, e);
        }
        return editions;
    }
}

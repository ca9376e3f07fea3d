package io.storeveil.control;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the files of editions are called: the edition between two fixed parts. */
record EditionFiles(String prefix, String suffix) {

    Path in(Path directory, Edition edition) {
        return directory.resolve(prefix + edition + suffix);
    }

    /** @throws KeyStateUnavailable if the directory cannot be read */
    List<Edition> list(Path directory) {
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

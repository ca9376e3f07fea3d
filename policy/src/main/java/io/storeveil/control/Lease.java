package io.storeveil.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/** One task's promise not to work with its version of the key state after a moment, unless it renews the promise. */
final class Lease implements AutoCloseable {

    private final Path file;

    Lease(Path directory) {
        this.file = directory.resolve(UUID.randomUUID() + ".properties");
    }

    void renew(long version, Instant until) throws IOException {
        Durable.replace(file, ("version=" + version + "\nuntil=" + until + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Gives the version up. A lease that cannot be removed runs out by itself. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException itRunsOut) {
            return;
        }
    }
}

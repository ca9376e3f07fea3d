package io.storeveil.control;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One writer at a time, in this process and in others on this file system; released by a process that dies. */
final class WriterLock {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 20;

    private final FileChannel channel;

    private WriterLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws KeyStateUnavailable if another writer holds it for longer than 30 seconds */
    static WriterLock hold(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            long start = System.nanoTime();
            while (tryLock(channel) == null) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new KeyStateUnavailable(file + ": another writer has held the key state for "
                            + PATIENCE.toSeconds() + " seconds; is another sweep running?");
                }
                Thread.sleep(PAUSE_MILLIS);
            }
            held = true;
            return new WriterLock(channel);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyStateUnavailable(file + ": interrupted while waiting for the key state's writer", e);
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldInThisProcess) {
            return null;
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new KeyStateUnavailable("the key state's writer lock cannot be given back: " + e, e);
        }
    }
}

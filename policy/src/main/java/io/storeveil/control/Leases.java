package io.storeveil.control;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** What the workers say of the version of the key state that each of them works with. */
public final class Leases {

    /** How far the workers' clocks and ours may be apart. */
    static final Duration CLOCK_ALLOWANCE = Duration.ofSeconds(5);

    private static final Duration DEAD_AFTER = Duration.ofDays(1);
    private static final String PATTERN = "*.properties";
    private static final long PAUSE_MILLIS = 100;

    /**
     * @param worker  the task's random name
     * @param version the newest it is sure to use; 0 while it opens its first
     * @param until   when the task stops by itself, unless it renews this
     */
    public record Held(String worker, long version, Instant until) {}

    private final Path directory;
    private final Clock clock;

    public Leases(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** The leases that have not run out. @throws KeyStateUnavailable if one cannot be read: who holds what is unknown */
    public List<Held> held() {
        List<Held> held = new ArrayList<>();
        Instant now = clock.instant().minus(CLOCK_ALLOWANCE);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PATTERN)) {
            for (Path file : files) {
                read(file, held);
            }
        } catch (NoSuchFileException e) {
            throw new KeyStateUnavailable(
                    directory + " does not exist, so nobody knows what the workers hold; make it again only once all of"
                            + " them are known to be stopped",
                    e);
        } catch (IOException e) {
            throw new KeyStateUnavailable(directory + ": the workers' leases cannot be read: " + e, e);
        }
        held.removeIf(lease -> lease.until().isBefore(now));
        return List.copyOf(held);
    }

    private static void read(Path file, List<Held> held) throws IOException {
        Properties lease = new Properties();
        try {
            lease.load(new StringReader(Files.readString(file)));
            String name = String.valueOf(file.getFileName());
            held.add(new Held(
                    name.substring(0, name.length() - ".properties".length()),
                    Long.parseLong(lease.getProperty("version", "")),
                    Instant.parse(lease.getProperty("until", ""))));
        } catch (NoSuchFileException givenBackMeanwhile) {
            return;
        } catch (NumberFormatException | DateTimeException e) {
            throw new KeyStateUnavailable(
                    file + " is not a lease; delete it once the worker that wrote it is known to be stopped", e);
        }
    }

    /**
     * Waits until no worker works with an older version: each has taken this one, or its lease has run out.
     *
     * @throws KeyStateUnavailable if that has not happened after {@code max}; names the workers
     */
    public void awaitVersion(long version, Duration max) {
        long start = System.nanoTime();
        boolean emptyBefore = false;
        while (true) {
            List<Held> behind =
                    held().stream().filter(lease -> lease.version() < version).toList();
            // A listing may miss a file that is being replaced: believe it the second time.
            if (behind.isEmpty() && emptyBefore) {
                forgetTheDead();
                return;
            }
            emptyBefore = behind.isEmpty();
            if (!emptyBefore && System.nanoTime() - start >= max.toNanos()) {
                throw new KeyStateUnavailable(
                        "after " + max.toSeconds() + " seconds these workers still have a key state"
                                + " older than version " + version + ": " + behind);
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KeyStateUnavailable("interrupted while waiting for the workers' leases", e);
            }
        }
    }

    /** A task that was killed leaves its lease; a day after it ran out, nobody renews it. */
    private void forgetTheDead() {
        Instant longAgo = clock.instant().minus(DEAD_AFTER);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PATTERN)) {
            for (Path file : files) {
                List<Held> lease = new ArrayList<>();
                read(file, lease);
                if (!lease.isEmpty() && lease.get(0).until().isBefore(longAgo)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException tidiedAnotherDay) {
            return;
        }
    }
}

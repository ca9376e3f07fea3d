package io.storeveil.control;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
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

/** Leases as files {@code <worker>.properties}, judged by wall clocks. */
final class FileLeases implements LeaseBook {

    private static final Duration DEAD_AFTER = Duration.ofDays(1);
    private static final String SUFFIX = ".properties";

    private final Path directory;
    private final Clock clock;

    FileLeases(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
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
    public void renew(String worker, long version, Duration time, Instant until) {
        try {
            Durable.replace(
                    directory.resolve(worker + SUFFIX),
                    ("version=" + version + "\nuntil=" + until + "\n").getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new KeyStateUnavailable("the lease on the key state cannot be written: " + e, e);
        }
    }

    @Override
    public void giveBack(String worker) {
        try {
            Files.deleteIfExists(directory.resolve(worker + SUFFIX));
        } catch (IOException itRunsOut) {
            return;
        }
    }

    @Override
    public List<Leases.Held> held() {
        List<Leases.Held> held = new ArrayList<>();
        Instant now = clock.instant().minus(Leases.CLOCK_ALLOWANCE);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
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

    private static void read(Path file, List<Leases.Held> held) throws IOException {
        Properties lease = new Properties();
        try {
            lease.load(new StringReader(Files.readString(file)));
            String name = String.valueOf(file.getFileName());
            held.add(new Leases.Held(
                    name.substring(0, name.length() - SUFFIX.length()),
                    Long.parseLong(lease.getProperty("version", "")),
                    Instant.parse(lease.getProperty("until", ""))));
        } catch (NoSuchFileException givenBackMeanwhile) {
            return;
        } catch (NumberFormatException | DateTimeException e) {
            throw new KeyStateUnavailable(
                    file + " is not a lease; delete it once the worker that wrote it is known to be stopped", e);
        }
    }

    /** A task that was killed leaves its lease; a day after it ran out, nobody renews it. */
    @Override
    public void forgetTheDead() {
        Instant longAgo = clock.instant().minus(DEAD_AFTER);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                List<Leases.Held> lease = new ArrayList<>();
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

package io.storeveil.control;

import java.io.IOException;
import java.io.StringReader;
import java.net.URLDecoder;
import java.net.URLEncoder;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Leases as files {@code <worker>.properties}, judged by wall clocks. */
final class FileLeases implements LeaseBook {

    private static final Duration DEAD_AFTER = Duration.ofDays(1);
    private static final Duration NOTICED_FOR = Duration.ofDays(30);
    private static final String SUFFIX = ".properties";
    private static final String NOTICED = ".noticed";

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

    @Override
    public void notice(String worker, List<Sighting> sightings) {
        String lines = sightings.stream()
                .map(sighting -> Stream.of(
                                sighting.what().store(),
                                sighting.what().table(),
                                sighting.what().column(),
                                String.valueOf(sighting.times()),
                                sighting.last().toString())
                        .map(word -> URLEncoder.encode(word, StandardCharsets.UTF_8))
                        .collect(Collectors.joining("\t")))
                .collect(Collectors.joining("\n"));
        try {
            Durable.replace(directory.resolve(worker + NOTICED), lines.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new KeyStateUnavailable("what was held back cannot be written down: " + e, e);
        }
    }

    @Override
    public List<Sighting> noticed() {
        List<Sighting> sightings = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + NOTICED)) {
            for (Path file : files) {
                Files.readAllLines(file, StandardCharsets.ISO_8859_1)
                        .forEach(line -> sightings.add(sighting(line.split("\t", -1))));
            }
        } catch (NoSuchFileException nobodyHeldAnythingBack) {
            return List.of();
        } catch (IOException e) {
            throw new KeyStateUnavailable(directory + ": what the workers held back cannot be read: " + e, e);
        } catch (NumberFormatException | DateTimeException | ArrayIndexOutOfBoundsException e) {
            throw new KeyStateUnavailable(directory + ": a file *" + NOTICED + " is not what a worker writes", e);
        }
        return sightings;
    }

    private static Sighting sighting(String[] words) {
        String[] clear = Stream.of(words)
                .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
                .toArray(String[]::new);
        return new Sighting(
                new Unknown(clear[0], clear[1], clear[2]), Long.parseLong(clear[3]), Instant.parse(clear[4]));
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
        forgetWhatWasNoticed();
    }

    private void forgetWhatWasNoticed() {
        Instant longAgo = clock.instant().minus(NOTICED_FOR);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + NOTICED)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(longAgo)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException tidiedAnotherDay) {
            return;
        }
    }
}

package io.storeveil.demo.canary;

import io.storeveil.demo.canary.Canaries.Sign;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Looks for every canary in files, topics and databases, and counts what it has looked through. Safe for threads. */
public final class CanarySearch {

    private static final int PIECE = 4 << 20;

    private final Canaries canaries;
    private final ByteSearch search;
    private final Map<String, Place> places = new ConcurrentHashMap<>();

    /** One place that was looked through: what was found there, and how much there was. */
    private static final class Place {
        private final BitSet patterns = new BitSet();
        private final Map<Long, Boolean> days = new ConcurrentHashMap<>();
        private final AtomicLong amount = new AtomicLong();
    }

    public CanarySearch(Canaries canaries) {
        this.canaries = canaries;
        this.search = new ByteSearch(canaries.patterns());
    }

    /**
     * Every file below the folder, byte by byte. Kafka preallocates its indexes and locks nothing that is only read; it
     * renames files meanwhile (checkpoints, segments), so that the folder is listed again until nothing new is in it.
     */
    public void files(String place, Path folder) throws IOException {
        Set<Path> seen = new HashSet<>();
        List<Path> fresh;
        do {
            fresh = listed(folder).stream().filter(seen::add).toList();
            fresh.parallelStream().forEach(file -> file(place, file));
        } while (!fresh.isEmpty());
    }

    private static List<Path> listed(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && !file.toString().endsWith("index")) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (file.equals(folder) || !(e instanceof NoSuchFileException)) {
                    throw e;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    /** Every row of every table, as the database itself writes it down. */
    public void database(String place, Connection connection) throws SQLException {
        database(place, Map.of(), connection);
    }

    /** @param schemas places of their own, by the schemas that are told apart from the others */
    public void database(String otherwise, Map<String, String> schemas, Connection connection) throws SQLException {
        Map<String, String> tables = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select format('%I.%I', schemaname, tablename), schemaname"
                        + " from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")) {
            while (found.next()) {
                tables.put(
                        String.valueOf(found.getString(1)),
                        schemas.getOrDefault(String.valueOf(found.getString(2)), otherwise));
            }
        }
        connection.setAutoCommit(false);
        for (String table : tables.keySet()) {
            String place = String.valueOf(tables.get(table));
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(2_000);
                try (ResultSet rows =
                        statement.executeQuery("select row_to_json(t)::text, t::text from " + table + " as t")) {
                    while (rows.next()) {
                        text(place, rows.getString(1) + "\n" + rows.getString(2));
                        add(place, 1);
                    }
                }
            }
        }
        connection.rollback();
    }

    /** Every record of every topic, internal ones included, decoded as far as it can be. */
    public void topics(String place, String bootstrapServers) {
        new Decoded(bootstrapServers, this, place).read();
    }

    public Result result() {
        Map<Integer, Boolean> values = new TreeMap<>();
        Map<String, Map<String, Integer>> found = new TreeMap<>();
        Map<String, Long> amounts = new TreeMap<>();
        places.forEach((name, place) -> {
            amounts.put(name, place.amount.get());
            List<Sign> signs = new ArrayList<>();
            synchronized (place.patterns) {
                place.patterns.stream().mapToObj(canaries::sign).forEach(signs::add);
            }
            place.days
                    .keySet()
                    .forEach(day -> signs.add(
                            java.util.Objects.requireNonNull(canaries.days().get(day))));
            for (Sign sign : signs) {
                values.put(sign.value(), true);
                found.computeIfAbsent(name, unused -> new TreeMap<>())
                        .merge(sign.column() + " as " + sign.form(), 1, Integer::sum);
            }
        });
        return new Result(canaries.count(), values.size(), canaries.forms(), found, amounts);
    }

    /**
     * @param searched how many different values
     * @param found    how many of them were found anywhere
     * @param forms    how many forms they have together
     * @param where    place to "table.column as form" to how many values
     * @param amounts  place to what was looked through: bytes of files, records, rows
     */
    public record Result(
            int searched, int found, int forms, Map<String, Map<String, Integer>> where, Map<String, Long> amounts) {}

    void add(String place, long amount) {
        place(place).amount.addAndGet(amount);
    }

    void text(String place, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        bytes(place, bytes, bytes.length);
    }

    void bytes(String place, byte[] bytes, int length) {
        search.search(bytes, length, pattern -> {
            BitSet patterns = place(place).patterns;
            synchronized (patterns) {
                patterns.set(pattern);
            }
        });
    }

    /** An integer of a record, whatever its column is called. */
    void integer(String place, long number) {
        if (canaries.days().containsKey(number)) {
            place(place).days.put(number, true);
        }
    }

    private Place place(String name) {
        return places.computeIfAbsent(name, unused -> new Place());
    }

    private void file(String place, Path file) {
        byte[] piece = new byte[PIECE];
        int kept = 0;
        try (InputStream in = Files.newInputStream(file)) {
            int read;
            while ((read = in.readNBytes(piece, kept, PIECE - kept)) > 0) {
                int length = kept + read;
                bytes(place, piece, length);
                add(place, read);
                kept = Math.min(search.overlap(), length);
                System.arraycopy(piece, length - kept, piece, 0, kept);
            }
        } catch (NoSuchFileException e) {
            // what it is called now is in the next listing
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.storeveil.connect;

import static java.util.Objects.requireNonNull;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** A real Debezium with one choice of the settings that decide types. Several can read one database at a time. */
final class ModesCapture implements AutoCloseable {

    /** The settings, and Debezium's own choice first. */
    static final List<String> SETTINGS = List.of(
            "decimal.handling.mode",
            "time.precision.mode",
            "binary.handling.mode",
            "interval.handling.mode",
            "hstore.handling.mode",
            "include.unknown.datatypes");

    /** Together every value of each setting, and those of binary data with unknown types too. */
    static final List<List<String>> CHOICES = List.of(
            List.of("precise", "adaptive", "bytes", "numeric", "json", "false"),
            List.of("double", "adaptive_time_microseconds", "base64", "string", "map", "true"),
            List.of("string", "connect", "base64-url-safe", "numeric", "json", "true"),
            List.of("precise", "isostring", "hex", "string", "map", "true"),
            List.of("double", "microseconds", "bytes", "numeric", "json", "true"),
            List.of("string", "nanoseconds", "hex", "string", "map", "false"));

    private final int number;
    private final List<SourceRecord> records = new CopyOnWriteArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private volatile @Nullable String failure;

    ModesCapture(int number, int port) {
        this.number = number;
        engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(settings(port))
                .using((success, message, error) -> failure = success ? null : message + " " + error)
                .notifying(event -> records.add(event.record()))
                .build();
        thread.execute(engine);
    }

    private Properties settings(int port) {
        Properties settings = new Properties();
        settings.put("name", "store" + number);
        settings.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        settings.put("database.hostname", "localhost");
        settings.put("database.port", String.valueOf(port));
        settings.put("database.user", "postgres");
        settings.put("database.password", "postgres");
        settings.put("database.dbname", "postgres");
        settings.put("topic.prefix", "store" + number);
        settings.put("slot.name", "store" + number);
        settings.put("publication.name", "store" + number);
        settings.put("plugin.name", "pgoutput");
        settings.put("schema.include.list", "public");
        settings.put("column.propagate.source.type", ".*");
        settings.put("poll.interval.ms", "50");
        settings.putAll(modes());
        return settings;
    }

    Map<String, String> modes() {
        Map<String, String> modes = new java.util.LinkedHashMap<>();
        for (int i = 0; i < SETTINGS.size(); i++) {
            modes.put(SETTINGS.get(i), CHOICES.get(number).get(i));
        }
        return modes;
    }

    /** The first records, once there are so many. */
    List<SourceRecord> await(int count) throws InterruptedException {
        long end = System.nanoTime() + 120_000_000_000L;
        while (records.size() < count) {
            if (failure != null || System.nanoTime() > end) {
                throw new AssertionError("connector " + number + " sent " + records.size() + " records: " + failure);
            }
            Thread.sleep(20);
        }
        return List.copyOf(records);
    }

    int number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        requireNonNull(engine).close();
        thread.shutdownNow();
    }
}

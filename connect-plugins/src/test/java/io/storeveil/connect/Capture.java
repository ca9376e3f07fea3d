package io.storeveil.connect;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;

/** What a real Debezium makes of a real PostgreSQL. */
final class Capture implements AutoCloseable {

    private final EmbeddedPostgres postgres;
    private final List<SourceRecord> records = new CopyOnWriteArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;

    /** @param ddl runs before the capture begins */
    Capture(String... ddl) throws Exception {
        this(Map.of(), ddl);
    }

    /** @param more settings of the connector, and others for these */
    Capture(Map<String, String> more, String... ddl) throws Exception {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("wal_level", "logical")
                .start();
        execute(ddl);
        engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(settings(more))
                .notifying(event -> records.add(event.record()))
                .build();
        thread.execute(engine);
    }

    private Properties settings(Map<String, String> more) {
        Properties settings = new Properties();
        settings.put("name", "shop");
        settings.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        settings.put("database.hostname", "localhost");
        settings.put("database.port", String.valueOf(postgres.getPort()));
        settings.put("database.user", "postgres");
        settings.put("database.password", "postgres");
        settings.put("database.dbname", "postgres");
        settings.put("topic.prefix", "shop");
        settings.put("plugin.name", "pgoutput");
        settings.put("schema.include.list", "public,storeveil");
        settings.put("column.propagate.source.type", ".*");
        settings.put("provide.transaction.metadata", "true");
        settings.put("heartbeat.interval.ms", "300");
        settings.put("poll.interval.ms", "50");
        settings.put("skipped.operations", "none");
        settings.putAll(more);
        return settings;
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of the first row, as text. */
    String text(String query) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** All records up to the first that is as wanted. */
    List<SourceRecord> until(Predicate<SourceRecord> wanted) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (records.stream().noneMatch(wanted)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("nothing as wanted within 90 seconds, but: "
                        + records.stream().map(SourceRecord::topic).toList());
            }
            Thread.sleep(50);
        }
        return List.copyOf(records);
    }

    @Override
    public void close() throws IOException {
        engine.close();
        thread.shutdownNow();
        postgres.close();
    }
}

package io.storeveil.connect;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.runtime.isolation.PluginClassLoader;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL that the real task of Debezium's JDBC sink writes to, from its own archive as in a worker. */
final class Warehouse implements AutoCloseable {

    private static final Schema KEY =
            SchemaBuilder.struct().name("key").field("id", Schema.INT64_SCHEMA).build();
    private static final Path SINK = Path.of("target/sink/debezium-connector-jdbc");

    private final PluginClassLoader loader;
    private final DataSource database;
    private final String url;
    private SinkTask task;
    private long offset;

    Warehouse(EmbeddedPostgres server, String name) throws Exception {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        database = server.getDatabase("postgres", name);
        url = server.getJdbcUrl("postgres", name);
        loader = new PluginClassLoader(SINK.toUri().toURL(), jars(), getClass().getClassLoader());
        task = start();
    }

    private static URL[] jars() throws Exception {
        try (Stream<Path> files = Files.list(SINK)) {
            List<URL> urls = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".jar")).toList()) {
                urls.add(file.toUri().toURL());
            }
            return urls.toArray(URL[]::new);
        }
    }

    private SinkTask start() throws Exception {
        SinkTask started = (SinkTask) loader.loadClass("io.debezium.connector.jdbc.JdbcSinkConnectorTask")
                .getConstructor()
                .newInstance();
        started.initialize((SinkTaskContext) Proxy.newProxyInstance(
                SinkTaskContext.class.getClassLoader(),
                new Class<?>[] {SinkTaskContext.class},
                (proxy, method, arguments) -> method.getReturnType() == Set.class ? Set.of() : null));
        inLoader(() -> started.start(Map.of(
                "name", "warehouse",
                "task.id", "0",
                "connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector",
                "connection.url", url,
                "connection.username", "postgres",
                "connection.password", "postgres",
                "insert.mode", "upsert",
                "primary.key.mode", "record_key",
                "schema.evolution", "basic",
                "collection.name.format", "${topic}")));
        return started;
    }

    /**
     * Writes rows with one column "id" for their key.
     *
     * @return what the sink says, or null; it is started anew after a failure, of which it speaks at the next call only
     */
    @Nullable
    Throwable put(String table, List<Struct> rows) throws Exception {
        List<SinkRecord> records = new ArrayList<>();
        for (Struct row : rows) {
            Struct key = new Struct(KEY).put("id", offset);
            records.add(new SinkRecord(table, 0, KEY, key, row.schema(), row, offset++, 0L, TimestampType.CREATE_TIME));
        }
        inLoader(() -> task.put(records));
        Throwable failure = (Throwable)
                task.getClass().getMethod("getLastProcessingException").invoke(task);
        if (failure != null) {
            inLoader(task::stop);
            task = start();
        }
        return failure;
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Types as PostgreSQL writes them, by column. */
    Map<String, String> columns(String table) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select attname, format_type(atttypid, atttypmod) from"
                        + " pg_attribute where attrelid = '\"" + table + "\"'::regclass and attnum > 0")) {
            while (rows.next()) {
                types.put(rows.getString(1), rows.getString(2));
            }
        }
        return types;
    }

    private void inLoader(Runnable action) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            action.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public void close() throws Exception {
        inLoader(task::stop);
        loader.close();
    }
}

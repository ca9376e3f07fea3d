package io.storeveil.retention.stores;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.storeveil.retention.settings.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections of a test itself, which are kept: a new one costs PostgreSQL a process, and that one everything it has to read
 * anew. Their name is {@code test}, for tests that look for those of a sweep.
 */
public final class Connections {

    /** More than any test uses at once. Who asked for theirs longest ago loses them, and StoreServer's database with them. */
    private static final int DATABASES = 12;

    private static final Map<String, HikariDataSource> KEPT = new LinkedHashMap<>(16, 0.75f, true);

    private Connections() {}

    public static DataSource to(Settings.Database database) {
        return to(database.url(), database.user());
    }

    public static synchronized DataSource to(String url, String user) {
        DataSource kept = KEPT.computeIfAbsent(user + "@" + url, key -> open(url, user));
        if (KEPT.size() > DATABASES) {
            HikariDataSource eldest = KEPT.remove(KEPT.keySet().iterator().next());
            eldest.close();
            PGSimpleDataSource database = (PGSimpleDataSource) eldest.getDataSource();
            StoreServer.drop(database.getPortNumbers()[0], String.valueOf(database.getDatabaseName()));
        }
        return kept;
    }

    /** Whoever copies or drops a database wants nobody in it. */
    public static synchronized void leave(String database) {
        KEPT.forEach((url, connections) -> {
            if (url.matches(".*/" + database + "(\\?.*)?") && connections.getHikariPoolMXBean() != null) {
                connections.getHikariPoolMXBean().softEvictConnections();
            }
        });
    }

    private static HikariDataSource open(String url, String user) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(user);
        source.setPassword("");
        source.setApplicationName("test");
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }
}

package io.storeveil.retention.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What {@code application.yaml} says: where everything is. */
public record Settings(
        Database store,
        Database control,
        Optional<Database> warehouse,
        Kafka kafka,
        Connect connect,
        Keys keys,
        Path reports) {

    public record Database(String url, String user, String password) {

        public DataSource dataSource() {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(url);
            source.setUser(user);
            source.setPassword(password);
            return source;
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Database[" + url + ", " + user + "]";
        }
    }

    public record Kafka(String bootstrapServers) {}

    public record Connect(String url, String source, String sink, String topicPrefix) {}

    public record Keys(List<Path> copies, Path keyEncryptionKeys) {}
}

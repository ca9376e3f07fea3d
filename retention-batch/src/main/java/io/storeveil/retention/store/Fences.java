package io.storeveil.retention.store;

import io.storeveil.keys.KeyReference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A hold that is placed while rows go: a condition in the deleting statement alone would race. The sweep shares the
 * fences before it looks at the holds and until it commits; whoever places a hold takes the subject's exclusively.
 */
public final class Fences {

    /** For a chunk: its subjects are spread over nearly all shards anyway. */
    public static final String SHARE_ALL = "select 1 from storeveil.fence order by shard for share";

    private static final int SHARDS = 64;

    private Fences() {}

    public static int shard(KeyReference subject) {
        return subject.toBytes()[0] & (SHARDS - 1);
    }

    public static void share(Connection connection, KeyReference subject) throws SQLException {
        take(connection, subject, "for share");
    }

    /** Waits for every sweep transaction that concerns the subject. */
    public static void close(Connection connection, KeyReference subject) throws SQLException {
        take(connection, subject, "for update");
    }

    public static void shareAll(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(SHARE_ALL);
        }
    }

    /** Waits for every sweep transaction, and for everybody who freezes a person or writes down what one refuses. */
    public static void closeAll(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1 from storeveil.fence order by shard for update");
        }
    }

    private static void take(Connection connection, KeyReference subject, String lock) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select 1 from storeveil.fence where shard = ? " + lock)) {
            statement.setInt(1, shard(subject));
            statement.execute();
        }
    }
}

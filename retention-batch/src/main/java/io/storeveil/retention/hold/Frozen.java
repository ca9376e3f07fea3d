package io.storeveil.retention.hold;

import io.storeveil.keys.KeyReference;
import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.subject.Subject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whose rows no sweep may touch, in the store, where the sweep's own statements read it. It is written first and cleared
 * last: whatever is interrupted, a person is frozen too long rather than too short.
 */
public final class Frozen {

    /** By what: the first two lines of the precedence. */
    public enum Line {
        HOLD,
        RESTRICTION;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A sweep's transactions are short; one that takes longer than this is stuck. */
    private static final String PATIENCE = "set local lock_timeout = '90s'";

    private final DataSource store;

    public Frozen(DataSource store) {
        this.store = store;
    }

    /**
     * When this returns, no transaction of a sweep that began before can still touch the person. What was there before is
     * in force again.
     */
    public void add(Subject subject, KeyReference reference, String id, Line line) {
        try {
            StoreSchema.open(store);
            inStore(connection -> {
                Fences.close(connection, reference);
                try (PreparedStatement insert = connection.prepareStatement(
                        "insert into storeveil.hold (id, subject_kind, subject_key, reason_ref, line) values (?, ?, ?, ?, ?)"
                                + " on conflict (id) do update set released_at = null")) {
                    insert.setString(1, id);
                    insert.setString(2, subject.kind().name());
                    insert.setString(3, subject.storeText());
                    insert.setString(4, id);
                    insert.setString(5, line.word());
                    insert.executeUpdate();
                }
            });
        } catch (SQLException failed) {
            throw new CommandFailed("the " + line.word() + " could not be placed in the store: SQLSTATE "
                    + failed.getSQLState() + "; nobody is frozen by it, try again");
        }
    }

    /** Who it was about is forgotten; changes nothing where it has been cleared before. */
    public void clear(String id) {
        try {
            inStore(connection -> {
                try (PreparedStatement update = connection.prepareStatement("update storeveil.hold set released_at ="
                        + " clock_timestamp(), subject_key = '' where id = ? and released_at is null")) {
                    update.setString(1, id);
                    update.executeUpdate();
                }
            });
        } catch (SQLException failed) {
            throw new CommandFailed("it is still in the store: SQLSTATE " + failed.getSQLState()
                    + "; the person stays frozen, end it again");
        }
    }

    /** What is in force in the store, by id. */
    public Set<String> ids(Line line) {
        try {
            StoreSchema.open(store);
        } catch (SQLException failed) {
            throw new CommandFailed("the store cannot be reached: SQLSTATE " + failed.getSQLState());
        }
        return new HashSet<>(JdbcClient.create(store)
                .sql("select id from storeveil.hold where released_at is null and line = ?")
                .param(line.word())
                .query(String.class)
                .list());
    }

    private interface Work {
        void in(Connection connection) throws SQLException;
    }

    private void inStore(Work work) throws SQLException {
        try (Connection connection = store.getConnection();
                Statement limits = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                limits.execute(PATIENCE);
                work.in(connection);
                connection.commit();
            } catch (SQLException failed) {
                connection.rollback();
                throw failed;
            }
        }
    }
}

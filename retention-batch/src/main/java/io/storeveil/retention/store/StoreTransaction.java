package io.storeveil.retention.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/**
 * Short transactions in the store that never wait long for the shop, and are tried again when the shop was in the way:
 * the work may run several times, and must not keep anything outside the transaction.
 */
public final class StoreTransaction {

    /** Serialisation failure, deadlock, lock timeout. */
    private static final Set<String> AGAIN = Set.of("40001", "40P01", "55P03");

    private static final int TRIES = 5;
    /** For what only looks, at whole tables. */
    private static final String LOOKING = "; set local statement_timeout = '1h'";

    private final DataSource store;
    private final String limits;

    /**
     * @param lockTimeout      how long a statement waits for a lock
     * @param statementTimeout how long a statement that changes rows may take; an idle transaction may not last longer
     */
    public StoreTransaction(DataSource store, Duration lockTimeout, Duration statementTimeout) {
        this.store = store;
        this.limits = "set local lock_timeout = " + lockTimeout.toMillis() + "; set local statement_timeout = "
                + statementTimeout.toMillis() + "; set local idle_in_transaction_session_timeout = "
                + statementTimeout.toMillis() + "; set local row_security = off";
    }

    /** What happens inside one transaction. */
    public interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** @throws SQLException of the last try */
    public <T> T run(Work<T> work) throws SQLException {
        return again(work, limits);
    }

    /** @param opening SQL that goes to the store together with the beginning of each try, in one round trip */
    public <T> T run(String opening, Work<T> work) throws SQLException {
        return again(work, limits + "; " + opening);
    }

    /** The same, for questions that may take long and lock nothing. */
    public <T> T look(Work<T> work) throws SQLException {
        return again(work, limits + LOOKING);
    }

    /** The same, opened as {@link #run(String, Work)} is. */
    public <T> T look(String opening, Work<T> work) throws SQLException {
        return again(work, limits + LOOKING + "; " + opening);
    }

    private <T> T again(Work<T> work, String opening) throws SQLException {
        for (int tried = 1; ; tried++) {
            try {
                return attempt(work, opening);
            } catch (SQLException failed) {
                String state = failed.getSQLState();
                if (tried == TRIES || state == null || !AGAIN.contains(state)) {
                    throw failed;
                }
                pause(tried);
            }
        }
    }

    /** Without a second try: for work that has something better to do than to wait again. */
    public <T> T once(Work<T> work) throws SQLException {
        return attempt(work, limits);
    }

    /** The same, opened as {@link #run(String, Work)} is. */
    public <T> T once(String opening, Work<T> work) throws SQLException {
        return attempt(work, limits + "; " + opening);
    }

    private <T> T attempt(Work<T> work, String opening) throws SQLException {
        try (Connection connection = store.getConnection()) {
            connection.setAutoCommit(false);
            try {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(opening);
                }
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException failed) {
                undo(connection, failed);
                throw failed;
            }
        }
    }

    /** A connection that is gone has undone it by itself; why it went is what the caller must be told. */
    private static void undo(Connection connection, Exception failed) {
        try {
            connection.rollback();
        } catch (SQLException gone) {
            failed.addSuppressed(gone);
        }
    }

    public static boolean lockTimedOut(SQLException failed) {
        return "55P03".equals(failed.getSQLState());
    }

    public static boolean statementTimedOut(SQLException failed) {
        return "57014".equals(failed.getSQLState());
    }

    private static void pause(int tried) throws SQLException {
        try {
            Thread.sleep(100L * (1L << tried) + ThreadLocalRandom.current().nextLong(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", "57014", e);
        }
    }
}

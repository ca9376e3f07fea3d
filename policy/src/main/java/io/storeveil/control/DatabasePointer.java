package io.storeveil.control;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * The row of {@code storeveil.key_state}. A writer first takes the next turn, and its swap is one statement that demands
 * both the expected edition and that turn: a writer that was stalled, or cut off, swaps nothing once another has begun.
 * The advisory lock beside it is a courtesy to a writer at work, and guards nothing.
 */
final class DatabasePointer implements Pointer {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 100;
    /** Any number that no other program locks: "writ" in ASCII. */
    private static final long LOCK = 0x77726974L;

    private final Database database;
    private final KeyStateTables tables;

    DatabasePointer(Database database) {
        this.database = database;
        this.tables = new KeyStateTables(database);
    }

    @Override
    public void prepare() {
        tables.prepare();
    }

    @Override
    public boolean exists() {
        return !tables.list("select version from storeveil.key_state where version >= 0", row -> row.getLong(1))
                .isEmpty();
    }

    @Override
    public void begin() {
        tables.update("update storeveil.key_state set version = 0 where version = -1");
    }

    @Override
    public Edition current() {
        List<Edition> found = tables.list(
                "select version, written_in_turn from storeveil.key_state where version >= 0",
                row -> new Edition(row.getLong(1), row.getLong(2)));
        if (found.isEmpty()) {
            throw new KeyStateUnavailable("there is no key state in " + place() + "; keys init makes one");
        }
        return found.get(0);
    }

    @Override
    public Turn take() {
        try {
            Connection connection = database.connect();
            boolean taken = false;
            try {
                awaitOthers(connection);
                List<Long> turn = KeyStateTables.list(
                        connection,
                        "update storeveil.key_state set newest_turn = newest_turn + 1 returning newest_turn",
                        row -> row.getLong(1));
                if (turn.isEmpty()) {
                    throw new KeyStateUnavailable("there is no key state in " + place() + "; keys init makes one");
                }
                taken = true;
                return new DatabaseTurn(connection, turn.get(0));
            } finally {
                if (!taken) {
                    connection.close();
                }
            }
        } catch (SQLException e) {
            throw tables.unavailable(e);
        }
    }

    private void awaitOthers(Connection connection) throws SQLException {
        long start = System.nanoTime();
        while (!KeyStateTables.list(connection, "select pg_try_advisory_lock(?)", row -> row.getBoolean(1), LOCK)
                .get(0)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new KeyStateUnavailable(place() + ": another writer has held the key state for "
                        + PATIENCE.toSeconds() + " seconds; is another sweep running?");
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KeyStateUnavailable(place() + ": interrupted while waiting for the key state's writer", e);
            }
        }
    }

    @Override
    public String place() {
        return tables.place();
    }

    private final class DatabaseTurn implements Turn {

        private final Connection connection;
        private final long number;

        DatabaseTurn(Connection connection, long number) {
            this.connection = connection;
            this.number = number;
        }

        @Override
        public long number() {
            return number;
        }

        @Override
        public void swap(Edition expected, Edition next) {
            try {
                int swapped = KeyStateTables.update(
                        connection,
                        """
                        update storeveil.key_state set version = ?, written_in_turn = ?
                        where version = ? and written_in_turn = ? and newest_turn = ?""",
                        next.version(),
                        next.turn(),
                        expected.version(),
                        expected.turn(),
                        number);
                if (swapped != 1) {
                    throw new KeyStateUnavailable("version " + next.version() + " of the key state was not published: "
                            + "another writer took over in " + place());
                }
            } catch (SQLException e) {
                throw tables.unavailable(e);
            }
        }

        /** The lock goes with the connection, also with one that is broken. */
        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException itIsBroken) {
                return;
            }
        }
    }
}

package io.storeveil.retention.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;

/** One sweep per store: a session-level advisory lock, gone with its connection whatever happens to the process. */
public final class SweepLock implements AutoCloseable {

    /** "veil" and "swee" in ASCII. */
    private static final int SPACE = 0x7665696c;

    private static final int KEY = 0x73776565;

    private final Connection connection;

    private SweepLock(Connection connection) {
        this.connection = connection;
    }

    /** Empty if another session has it. */
    public static Optional<SweepLock> take(DataSource store) throws SQLException {
        Connection connection = store.getConnection();
        try (Statement statement = connection.createStatement();
                ResultSet taken = statement.executeQuery("select pg_try_advisory_lock(" + SPACE + ", " + KEY + ")")) {
            if (taken.next() && taken.getBoolean(1)) {
                return Optional.of(new SweepLock(connection));
            }
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
        connection.close();
        return Optional.empty();
    }

    /** For a message: who has it, since when. */
    public static String holder(DataSource store) throws SQLException {
        try (Connection connection = store.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select a.pid, a.application_name, a.client_addr::text,"
                        + " a.backend_start::text from pg_locks l join pg_stat_activity a on a.pid = l.pid"
                        + " where l.locktype = 'advisory' and l.granted and l.classid = " + SPACE + " and l.objid = "
                        + KEY + " and l.database = (select oid from pg_database where datname = current_database())")) {
            return row.next()
                    ? "backend " + row.getInt(1) + " (" + row.getString(2) + " from "
                            + Optional.ofNullable(row.getString(3)).orElse("this machine") + ", since "
                            + row.getString(4) + ")"
                    : "a session that has just ended";
        }
    }

    /** False once its connection has ended, and with it the lock. */
    public boolean held() {
        try (Statement statement = connection.createStatement()) {
            return statement.execute("select 1");
        } catch (SQLException gone) {
            return false;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

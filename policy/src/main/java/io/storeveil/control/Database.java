package io.storeveil.control;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL database, and who logs in there. Connections give up on a database that does not answer, so that nobody
 * waits for ever behind a broken network.
 *
 * @param url jdbc:postgresql://HOST:PORT/DATABASE; its own parameters win over the defaults here
 */
public record Database(String url, String user, String password) {

    private static final int CONNECT_SECONDS = 5;
    private static final int ANSWER_SECONDS = 20;

    /** A new connection, in auto-commit mode; to be closed by the caller. */
    public Connection connect() throws SQLException {
        // not DriverManager, which does not see the drivers of a Connect plugin
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setSocketTimeout(ANSWER_SECONDS);
        source.setTcpKeepAlive(true);
        source.setApplicationName("storeveil");
        source.setUrl(url);
        source.setUser(user);
        source.setPassword(password);
        return source.getConnection();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Database[" + url + ", " + user + "]";
    }
}

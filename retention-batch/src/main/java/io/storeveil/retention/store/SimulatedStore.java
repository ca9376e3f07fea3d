package io.storeveil.retention.store;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A store in which everything happens and nothing stays: all work shares one transaction, whose commits are savepoints,
 * and closing it rolls back. Rows that a real run would change stay locked until then.
 */
public final class SimulatedStore implements DataSource, AutoCloseable {

    private final Connection connection;
    private @Nullable Savepoint savepoint;

    public SimulatedStore(DataSource store) throws SQLException {
        connection = store.getConnection();
        connection.setAutoCommit(false);
    }

    @Override
    public Connection getConnection() {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "setAutoCommit", "commit" -> {
                            savepoint = connection.setSavepoint();
                            return null;
                        }
                        case "rollback" -> {
                            if (arguments != null) {
                                connection.rollback((Savepoint) arguments[0]);
                            } else if (savepoint != null) {
                                connection.rollback(savepoint);
                            }
                            return null;
                        }
                        case "getAutoCommit" -> {
                            return false;
                        }
                        case "close", "setReadOnly", "setTransactionIsolation" -> {
                            return null;
                        }
                        default -> {
                            try {
                                return method.invoke(connection, arguments);
                            } catch (InvocationTargetException failed) {
                                throw failed.getCause();
                            }
                        }
                    }
                });
    }

    @Override
    public Connection getConnection(String user, String password) {
        return getConnection();
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("not a wrapper for " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}

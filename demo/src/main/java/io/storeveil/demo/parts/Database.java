package io.storeveil.demo.parts;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A database of a PostgreSQL cluster on this machine, and who owns it. */
public record Database(int port, String user, String name) {

    private static final String MAINTENANCE = "postgres";

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), user, "");
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://localhost:" + port + "/" + name;
    }

    /** A new, empty database in the same cluster. */
    public Database another(String newName) {
        maintain("create database \"" + newName + "\"");
        return new Database(port, user, newName);
    }

    /** A new database in the same cluster with all that this one holds; nobody may be connected to it meanwhile. */
    public Database copy(String newName) {
        maintain("create database \"" + newName + "\" template \"" + name + "\"");
        return new Database(port, user, newName);
    }

    /** Removes it with all it holds, and whoever is connected to it, replication slots included. */
    public void drop() {
        refuse();
        maintain(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = '" + name + "'");
        maintain("drop database \"" + name + "\" with (force)");
    }

    /** From now on nobody is let in, and who was in is thrown out: to its clients, a database that is down. */
    public void refuse() {
        maintain("alter database \"" + name + "\" with allow_connections false");
        maintain("select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '" + name + "'");
    }

    /** Ends what {@link #refuse} began. */
    public void accept() {
        maintain("alter database \"" + name + "\" with allow_connections true");
    }

    private void maintain(String sql) {
        try (Connection connection = new Database(port, user, MAINTENANCE).connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("the cluster of the database '" + name + "' refuses: " + sql, e);
        }
    }
}

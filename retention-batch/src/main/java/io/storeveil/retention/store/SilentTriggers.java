package io.storeveil.retention.store;

import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.Trigger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Updates on which the shop's own triggers do not fire, where this user may silence them: one that sets the time of the last
 * change would move a clock, one that keeps old versions would keep what is to be forgotten. Foreign keys are not looked at
 * either: only for updates that change none, or take one away.
 */
public final class SilentTriggers {

    private SilentTriggers() {}

    /** Whether some would fire on an update. */
    public static boolean wouldFire(CatalogTable table) {
        return table.triggers().stream().anyMatch(trigger -> trigger.enabled() && updates(trigger));
    }

    private static boolean updates(Trigger trigger) {
        return trigger.events().contains("UPDATE");
    }

    /** What happens while they are silent. */
    public interface Update {
        int run() throws SQLException;
    }

    /** @return what the update returns */
    public static int around(Connection connection, CatalogTable table, Update update) throws SQLException {
        if (!wouldFire(table) || !allowed(connection)) {
            return update.run();
        }
        set(connection, "replica");
        int changed = update.run();
        set(connection, "origin");
        return changed;
    }

    /** By superusers, and since PostgreSQL 15 by those who were granted it. */
    private static boolean allowed(Connection connection) throws SQLException {
        String granted = connection.getMetaData().getDatabaseMajorVersion() < 15
                ? "false"
                : "has_parameter_privilege('session_replication_role', 'SET')";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('is_superuser') = 'on' or " + granted)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static void set(Connection connection, String role) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local session_replication_role = " + role);
        }
    }
}

package io.storeveil.retention.expire;

import io.storeveil.policy.TableName;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/**
 * Vacuums and analyses the tables that the run changed: dead rows still hold what was deleted, and the planner's
 * statistics hold values of rows that are gone.
 */
public final class VacuumStep implements Step {

    @Override
    public String name() {
        return "vacuum";
    }

    @Override
    public void run(SweepContext context) throws SQLException {
        if (context.run().simulate()) {
            return;
        }
        try (Connection connection = context.store().getConnection()) {
            Set<String> changed = changed(connection, context.run().id());
            for (TableName table : context.policy().tables().keySet()) {
                if (changed.contains(table.toString())) {
                    vacuum(context, connection, table);
                }
            }
        }
    }

    private void vacuum(SweepContext context, Connection connection, TableName table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("vacuum (analyze) " + Sql.name(table));
        } catch (SQLException failed) {
            if (!connection.isValid(5)) {
                throw failed;
            }
            new RunRecords(context.control(), context.clock())
                    .finding(
                            context.run(),
                            name(),
                            Severity.WARNING,
                            table.toString(),
                            "could not be vacuumed (SQLSTATE " + failed.getSQLState()
                                    + "): statistics and dead rows keep values until autovacuum comes by");
        }
    }

    private static Set<String> changed(Connection connection, String run) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select distinct table_name from storeveil.journal where run = ? and table_name is not null")) {
            query.setString(1, run);
            try (ResultSet row = query.executeQuery()) {
                Set<String> tables = new HashSet<>();
                while (row.next()) {
                    tables.add(row.getString(1));
                }
                return tables;
            }
        }
    }
}

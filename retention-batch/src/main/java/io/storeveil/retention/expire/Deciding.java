package io.storeveil.retention.expire;

import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rules whose clock runs from rows that the same run deletes: decided once a run, before the first row goes, and written
 * to {@code storeveil.expiring}. What a night leaves over, the next one takes up as it was decided: nothing dates it any
 * more.
 */
final class Deciding {

    private final Ownership ownership;
    private final List<Rule> rules;
    private final String run;

    /** @param rules all of them */
    Deciding(Ownership ownership, List<Rule> rules, String run) {
        this.ownership = ownership;
        this.rules = rules.stream()
                .filter(rule -> RuleSql.decidedBefore(rule, ownership))
                .toList();
        this.run = Sql.literal(run);
    }

    /** A run that is started again keeps what was decided. */
    int decide(Connection connection) throws SQLException {
        String begun = "insert into storeveil.expiring (run, table_name, rule, row_key) values (" + run
                + ", '', '', '{}') on conflict do nothing";
        if (execute(connection, begun) == 0) {
            return 0;
        }
        takeUp(connection);
        for (Rule rule : rules) {
            RuleSql sql = RuleSql.of(rule, ownership);
            execute(
                    connection,
                    "insert into storeveil.expiring (run, table_name, rule, row_key, clock) select " + run + ", "
                            + Sql.literal(rule.table().toString()) + ", " + Sql.literal(rule.name()) + ", "
                            + sql.keyArray() + ", " + sql.clock() + " from " + sql.from() + " where " + sql.eligible()
                            + " on conflict do nothing");
        }
        // A planner that still thinks it empty would read all of it for each row.
        execute(connection, "analyze storeveil.expiring");
        return rules.size();
    }

    private void takeUp(Connection connection) throws SQLException {
        String names =
                rules.stream().map(rule -> ", " + Sql.literal(rule.name())).collect(Collectors.joining());
        execute(
                connection,
                "delete from storeveil.expiring x where x.run <> " + run + " and (x.rule not in (''"
                        + names + ") or x.rule = '' or exists (select 1 from"
                        + " storeveil.expiring other where other.run > x.run and other.run <> " + run
                        + " and other.table_name = x.table_name and other.rule = x.rule"
                        + " and other.row_key = x.row_key))");
        execute(connection, "update storeveil.expiring set run = " + run + " where run <> " + run);
    }

    /** @param left rules that have left rows over */
    int end(Connection connection, List<Rule> left) throws SQLException {
        String done = rules.stream()
                .filter(rule -> !left.contains(rule))
                .map(rule -> ", " + Sql.literal(rule.name()))
                .collect(Collectors.joining());
        return execute(
                connection, "delete from storeveil.expiring where run = " + run + " and rule in (''" + done + ")");
    }

    private static int execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}

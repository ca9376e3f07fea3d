package io.storeveil.retention.precedence;

import io.storeveil.retention.sweep.Run;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Which line of the precedence decided what, run by run, in the control database. Writing again is writing once. */
public final class Decisions {

    private static final Comparator<Decision> ORDER = Comparator.comparing(Decision::table)
            .thenComparing(Decision::rule)
            .thenComparing(Decision::besides)
            .thenComparing(Decision::by);

    private static final int BATCH = 500;

    private final JdbcClient control;
    private final JdbcTemplate batch;
    private final TransactionTemplate transaction;

    public Decisions(DataSource control) {
        this.control = JdbcClient.create(control);
        this.batch = new JdbcTemplate(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
    }

    /** Replaces what this run has of a rule. */
    public void ofRule(Run run, String table, String rule, List<Decision> decisions) {
        transaction.executeWithoutResult(status -> {
            control.sql("delete from storeveil.run_decision"
                            + " where run = :run and request = '' and table_name = :table and rule = :rule")
                    .param("run", run.id())
                    .param("table", table)
                    .param("rule", rule)
                    .update();
            insert(run.id(), decisions);
        });
    }

    /** Replaces what a run has of a request; a run that the control database does not know has nothing. */
    public void ofRequest(String run, String request, List<Decision> decisions) {
        transaction.executeWithoutResult(status -> {
            control.sql("delete from storeveil.run_decision where run = :run and request = :request")
                    .param("run", run)
                    .param("request", request)
                    .update();
            insert(run, decisions);
        });
    }

    private void insert(String run, List<Decision> decisions) {
        batch.batchUpdate(
                """
                insert into storeveil.run_decision
                    (run, request, table_name, rule, columns, besides, line, ground, until, rows)
                select id, ?, ?, ?, ?, ?, ?, ?, ?, ? from storeveil.run where id = ?""",
                decisions,
                BATCH,
                (statement, decision) -> {
                    statement.setString(1, decision.request() == null ? "" : decision.request());
                    statement.setString(2, decision.table());
                    statement.setString(3, decision.rule());
                    statement.setArray(
                            4,
                            statement
                                    .getConnection()
                                    .createArrayOf("text", decision.columns().toArray()));
                    statement.setBoolean(5, decision.besides());
                    statement.setString(6, decision.by().word());
                    statement.setString(7, decision.ground());
                    statement.setObject(8, decision.until(), Types.DATE);
                    statement.setLong(9, decision.rows());
                    statement.setString(10, run);
                });
    }

    /** By table, rule and line, those of all requests together; whose hold or restriction it was is left out. */
    public List<Decision> of(String run) {
        return control
                .sql(
                        """
                        select '' as request, table_name, rule, columns, besides, line,
                            case when line in ('hold', 'restriction') then '' else ground end as ground,
                            max(until) as until, sum(rows)::bigint as rows
                        from storeveil.run_decision where run = :run group by 2, 3, 4, 5, 6, 7 order by columns, 7""")
                .param("run", run)
                .query((row, n) -> decision(row))
                .list()
                .stream()
                .sorted(ORDER)
                .toList();
    }

    /** What a run has of a request. */
    public List<Decision> of(String run, String request) {
        return control.sql("select * from storeveil.run_decision where run = :run and request = :request")
                .param("run", run)
                .param("request", request)
                .query((row, n) -> decision(row))
                .list();
    }

    /** What was decided about the rows of one person, in the last run that looked at the request. */
    public List<Decision> ofRequest(String request) {
        return control
                .sql(
                        """
                        select d.* from storeveil.run_decision d where d.request = :request and d.run = (
                            select r.id from storeveil.run_decision x join storeveil.run r on r.id = x.run
                            where x.request = :request and not r.simulate order by r.started_at desc, r.id desc limit 1)
                        order by columns, ground""")
                .param("request", request)
                .query((row, n) -> decision(row))
                .list()
                .stream()
                .sorted(ORDER)
                .toList();
    }

    private static Decision decision(ResultSet row) throws SQLException {
        String request = row.getString("request");
        Array columns = row.getArray("columns");
        return new Decision(
                request.isEmpty() ? null : request,
                row.getString("table_name"),
                row.getString("rule"),
                List.of((String[]) columns.getArray()),
                row.getBoolean("besides"),
                Precedence.of(row.getString("line")),
                row.getString("ground"),
                row.getObject("until", LocalDate.class),
                row.getLong("rows"));
    }
}

package io.storeveil.retention.precedence;

import io.storeveil.retention.sweep.Run;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which line of the precedence decided what, run by run, in the control database. Writing again is writing once. */
public final class Decisions {

    private final JdbcClient control;

    public Decisions(DataSource control) {
        this.control = JdbcClient.create(control);
    }

    /** Replaces what this run has of the same table, columns, line and ground. */
    public void record(Run run, Decision decision) {
        control.sql(
                        """
                        insert into storeveil.run_decision (run, request, table_name, columns, line, ground, until, rows)
                        values (:run, :request, :table, :columns, :line, :ground, :until, :rows)
                        on conflict (run, request, table_name, columns, line, ground)
                            do update set until = excluded.until, rows = excluded.rows""")
                .param("run", run.id())
                .param("request", decision.request() == null ? "" : decision.request())
                .param("table", decision.table())
                .param("columns", decision.columns().toArray(String[]::new))
                .param("line", decision.by().word())
                .param("ground", decision.ground())
                .param("until", decision.until())
                .param("rows", decision.rows())
                .update();
    }

    /** By table, then by line. */
    public List<Decision> of(String run) {
        return control.sql("select * from storeveil.run_decision where run = :run"
                        + " order by table_name, columns, line, ground, request")
                .param("run", run)
                .query((row, n) -> decision(row))
                .list();
    }

    /** What was decided about the rows of one person, in the last run that looked at the request. */
    public List<Decision> ofRequest(String request) {
        return control.sql(
                        """
                        select d.* from storeveil.run_decision d where d.request = :request and d.run = (
                            select r.id from storeveil.run_decision x join storeveil.run r on r.id = x.run
                            where x.request = :request and not r.simulate order by r.started_at desc, r.id desc limit 1)
                        order by table_name, columns, line, ground""")
                .param("request", request)
                .query((row, n) -> decision(row))
                .list();
    }

    private static Decision decision(ResultSet row) throws SQLException {
        String request = row.getString("request");
        Array columns = row.getArray("columns");
        return new Decision(
                request.isEmpty() ? null : request,
                row.getString("table_name"),
                List.of((String[]) columns.getArray()),
                Precedence.of(row.getString("line")),
                row.getString("ground"),
                row.getObject("until", LocalDate.class),
                row.getLong("rows"));
    }
}

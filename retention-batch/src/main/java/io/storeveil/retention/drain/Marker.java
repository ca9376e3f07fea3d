package io.storeveil.retention.drain;

import io.storeveil.retention.sweep.Run;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The journal's row that says: everything this run changes stands before me. It travels the same way as the changes;
 * where it has arrived, they have.
 */
record Marker(long id, String run, Instant at) {

    private static final String RULE = "drain";

    /** The run's marker, written now unless it already stands behind all that the journal holds. */
    static Marker write(DataSource store, Run run) {
        JdbcClient sql = JdbcClient.create(store);
        return last(sql, run).orElseGet(() -> {
            sql.sql(
                            """
                            insert into storeveil.journal (run, step, action, rule, rows)
                            values (:run, 'drain', 'marker', :rule, 0)""")
                    .param("run", run.id())
                    .param("rule", RULE)
                    .update();
            return last(sql, run)
                    .orElseThrow(() -> new IllegalStateException("the marker of " + run.id() + " was not written"));
        });
    }

    /** The run's marker, if the drain of this run has written it. */
    static Optional<Marker> written(DataSource store, Run run) {
        return last(JdbcClient.create(store), run);
    }

    private static Optional<Marker> last(JdbcClient sql, Run run) {
        return sql.sql(
                        """
                        select id, at from storeveil.journal m
                        where run = :run and action = 'marker' and rule = :rule
                          and not exists (select 1 from storeveil.journal later where later.id > m.id)
                        order by id desc limit 1""")
                .param("run", run.id())
                .param("rule", RULE)
                .query((row, n) -> new Marker(
                        row.getLong("id"),
                        run.id(),
                        row.getObject("at", OffsetDateTime.class).toInstant()))
                .optional();
    }
}

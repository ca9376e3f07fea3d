package io.storeveil.retention.plan;

import io.storeveil.retention.approval.PlanRecords;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.settings.Limits;
import io.storeveil.retention.sweep.Run;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whether a rule finds more rows than it usually does: measured by what it did on the nights on which it acted, and by the
 * size of its table. Median and median absolute deviation, so that a few odd nights do not become the measure. A person's
 * approval of a plan covers the rows that this plan showed, until they have gone.
 */
final class Breaker {

    /** Fewer say nothing about what is usual. */
    private static final int NIGHTS_AT_LEAST = 7;

    private static final int NIGHTS = 30;
    /** Of a normal distribution, what its median absolute deviation has to be multiplied by to be its deviation. */
    private static final double DEVIATIONS = 1.4826;

    private static final String HISTORY =
            """
            select r.business_date, sum(c.done) as done from storeveil.run r
            join storeveil.run_count c on c.run = r.id and c.rule = :rule
            join storeveil.plan_rule p on p.run = r.id and p.rule = :rule and p.rule_sha256 = :sha256 and not p.observes
            where r.store = :store and r.id <> :run and not r.simulate and r.exit_code in (0, 3)
            group by r.business_date order by r.business_date desc limit :nights""";

    private record Night(LocalDate date, long done) {}

    private final JdbcClient control;
    private final PlanRecords plans;
    private final Run run;
    private final Limits.Breaker limits;

    Breaker(SweepContext context) {
        DataSource database = context.control();
        this.control = JdbcClient.create(database);
        this.plans = new PlanRecords(database, context.clock());
        this.run = context.run();
        this.limits = context.settings().sweep().limits().breaker();
    }

    /**
     * Why the rule should only observe tonight, with the figures; empty where nothing is out of the ordinary.
     *
     * @param rows that it would change
     */
    Optional<String> trips(Connection store, Rule rule, long rows) throws SQLException {
        if (rows <= limits.least()) {
            return Optional.empty();
        }
        Optional<String> why = unusual(rule, rows);
        if (why.isEmpty()) {
            why = tooLarge(store, rule, rows);
        }
        return why.isPresent() && rows > plans.approvedRows(rule.name(), rule.sha256(), run) + limits.least()
                ? why
                : Optional.empty();
    }

    private Optional<String> unusual(Rule rule, long rows) {
        List<Night> nights = control.sql(HISTORY)
                .param("rule", rule.name())
                .param("sha256", rule.sha256())
                .param("store", run.store())
                .param("run", run.id())
                .param("nights", NIGHTS)
                .query((row, n) -> new Night(row.getObject("business_date", LocalDate.class), row.getLong("done")))
                .list();
        if (nights.size() < NIGHTS_AT_LEAST) {
            return Optional.empty();
        }
        double[] aDay = new double[nights.size()];
        for (int i = 0; i < aDay.length; i++) {
            aDay[i] = i + 1 == aDay.length
                    ? nights.get(i).done()
                    : (double) nights.get(i).done()
                            / days(nights.get(i + 1).date(), nights.get(i).date());
        }
        double median = Median.of(aDay);
        double deviation = DEVIATIONS * Median.deviation(aDay);
        long days = days(nights.get(0).date(), run.businessDate());
        double most = days * (median + Math.max(limits.times() * deviation, (limits.times() - 1) * median));
        return rows <= most
                ? Optional.empty()
                : Optional.of("abnormal: " + rows + " rows, where " + nights.size() + " nights before took "
                        + Math.round(median) + " a day in the median (deviation " + Math.round(deviation) + ")"
                        + (days == 1 ? "" : ", and the last one is " + days + " days ago") + ": more than "
                        + Math.max(Math.round(most), limits.least()) + " need a person");
    }

    private static long days(LocalDate from, LocalDate to) {
        return Math.max(1, ChronoUnit.DAYS.between(from, to));
    }

    /** Counts no further than the answer needs: so many times the rows that expire, whatever the size of the table. */
    private Optional<String> tooLarge(Connection store, Rule rule, long rows) throws SQLException {
        if (limits.share() == 100) {
            return Optional.empty();
        }
        long enough = rows * 100 / limits.share() + 1;
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from (select from " + Sql.name(rule.table())
                        + " limit " + enough + ") found")) {
            row.next();
            long all = row.getLong(1);
            return rows * 100 <= all * limits.share()
                    ? Optional.empty()
                    : Optional.of("abnormal: " + rows + " of the table's " + all + " rows: more than " + limits.share()
                            + " % need a person");
        }
    }
}

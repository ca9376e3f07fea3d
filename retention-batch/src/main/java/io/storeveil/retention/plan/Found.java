package io.storeveil.retention.plan;

import io.storeveil.policy.Column;
import io.storeveil.policy.Purpose;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.precedence.JournalledDecisions;
import io.storeveil.retention.precedence.Precedence;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule finds: the sum, and which line of the precedence decides about how many of its rows.
 *
 * @param waiting deferred rows of people who are erased whole on another night
 */
public record Found(RuleCount count, long waiting, List<Decision> decisions) {

    private static final String LAW = "by law: ";
    private static final String BY_LINE =
            """
            select case when hold then 'hold' when held then 'restriction' else coalesce('by law: ' || law,
                    case when open then 'open-contract' when waiting then 'waiting' when needed then 'kept' else '' end) end as line,
                count(*), min(since) from (%s) found group by 1""";

    /**
     * Looks at what is left of a rule.
     *
     * @param found {@link RuleSql#found} or {@link RuleSql#foundSoFar}
     * @param done  rows that are done already
     */
    public static Found of(Connection store, Rule rule, String found, Thresholds thresholds, long done)
            throws SQLException {
        Lines lines = new Lines(rule, thresholds);
        try (Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(BY_LINE.formatted(found))) {
            while (row.next()) {
                lines.add(row.getString(1), row.getLong(2), row.getObject(3, LocalDate.class));
            }
        }
        return lines.sum(done);
    }

    /**
     * The same, for a rule that has been carried out: mostly nothing is left, and that is quicker to see.
     *
     * @param done rows that are done already
     */
    public static Found left(Connection store, Rule rule, RuleSql sql, Thresholds thresholds, long done)
            throws SQLException {
        return sql.countEligible().any(store)
                ? of(store, rule, sql.found(thresholds), thresholds, done)
                : new Lines(rule, thresholds).sum(done);
    }

    /** Only how many there are, and nothing of why. */
    static Found sized(Rule rule, long eligible) {
        return new Found(
                new RuleCount(rule.table().toString(), rule.name(), eligible, 0, 0, 0, eligible, 0), 0, List.of());
    }

    /** How many rows the rule would change. */
    long going() {
        return count.deferred() - waiting;
    }

    /** Rows that went because the last row that referred to them did. */
    public static Found gone(String table, String rule, long rows) {
        return new Found(
                new RuleCount(table, rule, rows, rows, 0, 0, 0, 0),
                0,
                List.of(new Decision(null, table, rule, List.of(), false, Precedence.EXPIRED, "", null, rows)));
    }

    /** Replaces what the run has of the rule. */
    public void write(SweepContext context) {
        new RunRecords(context.control(), context.clock()).count(context.run(), count);
        new Decisions(context.control()).ofRule(context.run(), count.table(), count.rule(), decisions);
    }

    private static final class Lines {

        private final Rule rule;
        private final Thresholds thresholds;
        private final List<Decision> decisions = new ArrayList<>();
        private long left;
        private long held;
        private long deferred;
        private long waiting;

        Lines(Rule rule, Thresholds thresholds) {
            this.rule = rule;
            this.thresholds = thresholds;
        }

        void add(String line, long rows, @Nullable LocalDate since) {
            left += rows;
            if (line.isEmpty() || line.equals("waiting")) {
                deferred += rows;
                waiting += line.isEmpty() ? 0 : rows;
            } else if (line.startsWith(LAW)) {
                Purpose law = thresholds.purpose(line.substring(LAW.length()));
                decided(
                        Precedence.LEGAL_MINIMUM,
                        JournalledDecisions.reference(law) + ", for rows that refer to it",
                        thresholds.latestEnd(law),
                        rows);
            } else {
                Precedence by = Precedence.of(line);
                held += by == Precedence.HOLD ? rows : 0;
                decided(by, ground(by, since), null, rows);
            }
        }

        private static String ground(Precedence by, @Nullable LocalDate since) {
            return switch (by) {
                case OPEN_CONTRACT -> since == null ? "" : "the oldest untouched since " + since;
                case KEPT -> JournalledDecisions.REFERRED_TO;
                default -> "";
            };
        }

        Found sum(long done) {
            long kept = left - held - deferred;
            if (done + deferred > 0) {
                Rule.Refusal refusal = rule.refusal();
                decided(
                        refusal == null ? Precedence.EXPIRED : Precedence.CONSENT_WITHDRAWN,
                        String.join(
                                ", ",
                                refusal == null
                                        ? rule.purposes()
                                        : refusal.chosen().keySet()),
                        null,
                        done + deferred);
            }
            return new Found(
                    new RuleCount(rule.table().toString(), rule.name(), done + left, done, held, kept, deferred, 0),
                    waiting,
                    decisions);
        }

        private void decided(Precedence by, String ground, @Nullable LocalDate until, long rows) {
            List<String> columns = rule.kind() == Rule.Kind.ANONYMISE
                    ? rule.columns().stream().map(Column::name).toList()
                    : List.of();
            decisions.add(
                    new Decision(null, rule.table().toString(), rule.name(), columns, false, by, ground, until, rows));
        }
    }
}

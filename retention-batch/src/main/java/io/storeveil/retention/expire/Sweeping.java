package io.storeveil.retention.expire;

import io.storeveil.retention.ownership.AtRestValue;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.plan.Family;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Stretches;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.JournalEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One transaction's worth of one rule in one statement that carries all of the rule's conditions, and so looks at each row
 * once: those that are due in a stretch of the walk, with what goes along with them. A stretch in which somebody is in the
 * way is left as it was, for {@link Chunk} to take row by row.
 */
final class Sweeping implements Turn {

    static final Set<String> IN_THE_WAY = Set.of("55P03", "23503");
    static final String SHORT = "set local lock_timeout = '250ms'";

    private final Going going;
    private final Ownership ownership;
    private final Journal journal;
    private final RuleSql sql;
    private final Stretches stretches;
    /** The statement but for where the stretch lies, which is asked between the two. */
    private final String change;

    private final String answer;

    /** @param family of one rule, where nothing goes along; that rule may also be one that anonymises */
    Sweeping(Family family, Ownership ownership, OwnerKeys keys, Journal journal, Stubs stubs, String run) {
        Rule head = family.head();
        this.ownership = ownership;
        this.journal = journal;
        this.sql = RuleSql.decided(head, ownership, run).takingAlong(family.tables());
        this.stretches = sql.stretches();
        this.going = new Going(family, ownership, keys, stubs.atOnce(head, "a"));
        this.change = head.kind() == Rule.Kind.DELETE
                ? ", g0 as (delete from " + Sql.name(head.table()) + " a" + sql.dueBeside("using")
                : ", g0 as (update " + Sql.name(head.table()) + " a set " + atRest(head) + sql.dueBeside("from");
        this.answer = going.sql(stretches.reach());
    }

    Stretches stretches() {
        return stretches;
    }

    @Override
    public String opening() {
        return Fences.SHARE_ALL + "; " + sql.settled() + "; " + SHORT;
    }

    @Override
    public Outcome take(
            Connection connection, Stretches.Part part, @Nullable List<String> after, int rows, Runnable answered)
            throws SQLException {
        try {
            return change(connection, part, after, rows, answered);
        } catch (SQLException failed) {
            if (!IN_THE_WAY.contains(String.valueOf(failed.getSQLState()))) {
                throw failed;
            }
            connection.rollback();
            List<String> end = stretches.end(connection, part, after, rows);
            return new Outcome(0, false, end, end == null);
        }
    }

    private Outcome change(
            Connection connection, Stretches.Part part, @Nullable List<String> after, int rows, Runnable answered)
            throws SQLException {
        Answers answers = going.answers();
        try (PreparedStatement statement = connection.prepareStatement(
                stretches.opening(part, after, rows) + change + stretches.within(part, after) + answer)) {
            stretches.bind(statement, part, after);
            answers.read(statement, stretches.positions(), answered);
        }
        List<JournalEntry> entries = answers.entries();
        journal.write(connection, entries);
        return new Outcome(
                answers.changed(0), answers.changed(0) == answers.begun(), answers.last(), answers.begun() < rows);
    }

    private String atRest(Rule rule) {
        return new AtRestValue(ownership).assignments(rule.table(), rule.columns(), "a");
    }
}

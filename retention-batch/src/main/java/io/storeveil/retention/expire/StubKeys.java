package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Stretches;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.Journal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One transaction's worth of the keys of {@link Stubs}: those that are gone already are left out, as the key state knows them. */
final class StubKeys implements Turn {

    private final Rule rule;
    private final OwnerKeys keys;
    private final Journal journal;
    /** By this run, before it was started again. */
    private final Set<KeyReference> taken;

    private final RuleSql sql;
    private final Stretches stretches;
    private final KeyColumns columns;
    private final boolean indexed;
    private final String found;
    private final String answer;

    StubKeys(Rule rule, Stubs stubs, Ownership ownership, OwnerKeys keys, Journal journal, Set<KeyReference> taken) {
        this.rule = rule;
        this.keys = keys;
        this.journal = journal;
        this.taken = taken;
        this.sql = RuleSql.inStretches(rule, ownership);
        // What is under a row's key in its own columns alone is seen in the row: no stretch is spent on others.
        this.stretches = sql.stretches(stubs.ofRowsAlone(rule.table()) ? stubs.nothing(rule.table(), "a") : "true");
        this.indexed = stubs.indexed(rule.table());
        this.columns = new KeyColumns(rule.table(), ownership, keys);
        this.found = ", g as (select " + Sql.list("a", ownership.ownerKey(rule.table())) + " from "
                + Sql.name(rule.table()) + " a" + sql.dueBeside(",") + " and " + stubs.nothing(rule.table(), "a");
        this.answer = ") select " + String.join(", ", stretches.reach()) + ", g.* from e, (select "
                + columns.of("g", "") + " from g) g";
    }

    Stretches stretches() {
        return stretches;
    }

    String settled() {
        return indexed ? sql.settled() : RuleSql.UNSETTLED;
    }

    @Override
    public String opening() {
        return Fences.SHARE_ALL + "; " + settled();
    }

    @Override
    public Outcome take(
            Connection connection, Stretches.Part part, @Nullable List<String> after, int rows, Runnable answered)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                stretches.opening(part, after, rows) + found + stretches.within(part, after) + answer)) {
            stretches.bind(statement, part, after);
            try (ResultSet row = statement.executeQuery()) {
                answered.run();
                if (!row.next()) {
                    return new Outcome(0, true, null, true);
                }
                List<String> last = Texts.of(row, 2, stretches.positions());
                List<KeyReference> fresh = fresh(row, stretches.positions() + 2);
                journal.write(connection, Stubs.entries(rule.table(), fresh));
                return new Outcome(fresh.size(), true, last, row.getLong(1) < rows);
            }
        }
    }

    private List<KeyReference> fresh(ResultSet row, int first) throws SQLException {
        return columns.read(row, first).stream()
                .filter(owner -> !taken.contains(owner) && !keys.state().isPunctured(owner))
                .toList();
    }
}

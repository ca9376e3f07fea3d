package io.storeveil.retention.erase;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.Allowance;
import io.storeveil.retention.plan.Approvals;
import io.storeveil.retention.plan.Found;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Rules;
import io.storeveil.retention.plan.Waiting;
import io.storeveil.retention.precedence.JournalledDecisions;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Besides those who asked for it, the people of whom nothing is needed any more: every purpose of all their rows has
 * ended. They are erased whole, along the ownership graph, as by a request; each has a line in the report instead of a
 * certificate. The rule acts once it is approved, as every rule does.
 */
public final class InactivePeople implements ErasureRequests {

    private static final String MEANWHILE = "; no other rule takes their rows meanwhile";

    private final ErasureRequests requests;
    /** Of this process: what it has erased is not found again, and must still be verified. */
    private final Map<String, Erasure> erased = new LinkedHashMap<>();
    /** By what the people were found who have not been erased yet. */
    private final Map<String, Rule> found = new HashMap<>();
    /** Of the run that asked last. */
    private @Nullable Allowance allowance;

    public InactivePeople(ErasureRequests requests) {
        this.requests = requests;
    }

    @Override
    public List<Erasure> due(SweepContext context) {
        List<Erasure> due = new ArrayList<>(requests.due(context));
        Map<String, Erasure> inactive = new LinkedHashMap<>(erased);
        Allowance tonight = new Allowance(context);
        Approvals approvals = new Approvals(context);
        allowance = tonight;
        try {
            context.transaction().look(connection -> {
                Ownership ownership = new Ownership(context.policy(), Catalog.read(connection));
                for (Rule rule :
                        rules(context, ownership).filter(approvals::acts).toList()) {
                    if (tonight.cap(rule).isPresent()) {
                        tonight.open(rule, done(connection, context, rule, "%"));
                    }
                    for (Erasure person : find(connection, context, ownership, rule, tonight.left(rule))) {
                        inactive.putIfAbsent(person.request(), person);
                        found.put(person.request(), rule);
                    }
                }
                return inactive.size();
            });
        } catch (SQLException failed) {
            throw new StepFailed("the store does not say who is inactive: SQLSTATE " + failed.getSQLState());
        }
        due.addAll(inactive.values());
        return due;
    }

    private static Stream<Rule> rules(SweepContext context, Ownership ownership) {
        return new Rules(
                        ownership,
                        new Thresholds(context.policy(), context.run().cutoff()))
                .ofInactivePeople().stream();
    }

    private static SubjectKind kind(Ownership ownership, Rule rule) {
        Optional<SubjectKind> kind = ownership.policy().subjectOf(rule.table());
        return kind.orElseThrow();
    }

    /** Those who have been inactive for longest first. */
    private static List<Erasure> find(
            Connection connection, SweepContext context, Ownership ownership, Rule rule, OptionalLong limit)
            throws SQLException {
        SubjectKind kind = kind(ownership, rule);
        OwnerKeys keys = new OwnerKeys(ownership, context.keys().current());
        RuleSql sql = RuleSql.of(rule, ownership);
        RowKey key = RowKey.columns(ownership, kind.table(), kind.key());
        List<Erasure> found = new ArrayList<>();
        try (PreparedStatement query =
                        connection.prepareStatement("select " + key.texts("a") + " from " + sql.from() + " where "
                                + sql.due() + " order by " + sql.clock() + ", " + key.texts("a")
                                + (limit.isPresent() ? " limit " + limit.getAsLong() : ""));
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                List<String> values = Texts.of(row, 1, key.size());
                KeyReference reference = keys.reference(kind.table(), values);
                String id = JournalledDecisions.INACTIVE + context.run().businessDate() + " " + reference;
                found.add(new Erasure(id, kind, values, reference, false, sql.due(), null));
            }
        }
        return found;
    }

    @Override
    public boolean mayGo(Erasure erasure) {
        Rule rule = found.get(erasure.request());
        return rule == null || allowance == null || allowance.take(rule, 1) == 1;
    }

    @Override
    public void ended(SweepContext context, Erasure erasure, boolean held, boolean finished) {
        Rule rule = found.get(erasure.request());
        if (!erasure.request().startsWith(JournalledDecisions.INACTIVE)) {
            requests.ended(context, erasure, held, finished);
        } else if (finished) {
            erased.put(erasure.request(), erasure);
            found.remove(erasure.request());
        } else if (rule != null && allowance != null) {
            allowance.giveBack(rule, 1);
        }
    }

    @Override
    public void allEnded(SweepContext context) throws SQLException {
        requests.allEnded(context);
        List<Found> counts = context.transaction().look(connection -> {
            Ownership ownership = new Ownership(context.policy(), Catalog.read(connection));
            Thresholds thresholds =
                    new Thresholds(context.policy(), context.run().cutoff());
            List<Found> found = new ArrayList<>();
            for (Rule rule : new Rules(ownership, thresholds).ofInactivePeople()) {
                String left = RuleSql.of(rule, ownership).foundSoFar();
                // People, not rows: those are counted with the requests'.
                long done = done(connection, context, rule, context.run().id());
                found.add(Found.of(connection, rule, left, thresholds, done));
            }
            return found;
        });
        counts.forEach(found -> found.write(context));
        RunRecords records = new RunRecords(context.control(), context.clock());
        leftOver(context, records, counts.stream().map(Found::count).toList());
        for (String line : context.transaction().look(connection -> lines(connection, context))) {
            records.finding(context.run(), "erase", Severity.INFO, null, line);
        }
    }

    /** Also for a rule that the circuit breaker holds back people wait; for one that nobody has approved they do not. */
    private void leftOver(SweepContext context, RunRecords records, List<RuleCount> counts) throws SQLException {
        Allowance tonight = Objects.requireNonNull(allowance);
        Approvals approvals = new Approvals(context);
        List<Rule> approved = context.transaction().look(connection -> {
            Ownership ownership = new Ownership(context.policy(), Catalog.read(connection));
            List<Rule> rules =
                    rules(context, ownership).filter(approvals::approved).toList();
            Waiting.write(connection, ownership, rules);
            return rules;
        });
        for (RuleCount count : counts) {
            for (Rule rule : approved) {
                if (count.deferred() > 0 && count.rule().equals(rule.name())) {
                    boolean acts = approvals.acts(rule);
                    boolean late = acts && tonight.closed() && !tonight.spent(rule);
                    String why = late ? tonight.late(count.deferred()) : tonight.leftOver(rule, count.deferred());
                    records.finding(
                            context.run(),
                            "erase",
                            late ? Severity.DECISION : Severity.WARNING,
                            count.table(),
                            (acts ? why : undecided(rule, count.deferred())) + MEANWHILE);
                }
            }
        }
    }

    private static String undecided(Rule rule, long people) {
        return "rule '" + rule.name() + "': " + people + " people wait for a person's decision";
    }

    /** People erased by a rule on this night, by one run of it or ({@code %}) by all. */
    private static long done(Connection connection, SweepContext context, Rule rule, String run) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select distinct subject_ref from storeveil.journal where run like ? and request like ? and rule = ?")) {
            query.setString(1, run);
            query.setString(2, JournalledDecisions.INACTIVE + context.run().businessDate() + " %");
            query.setString(3, Journal.REQUEST_DONE);
            try (ResultSet row = query.executeQuery()) {
                long done = 0;
                while (row.next()) {
                    done += owner(context, row.getString(1)).equals(rule.table()) ? 1 : 0;
                }
                return done;
            }
        }
    }

    /** One for each person that this run has erased, from the journal. */
    private static List<String> lines(Connection connection, SweepContext context) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                """
                select max(subject_ref), coalesce(sum(rows) filter (where action = 'delete'), 0),
                    count(distinct table_name) filter (where action = 'delete'),
                    coalesce(sum(rows) filter (where action = 'anonymise'), 0),
                    coalesce(sum(length(key_refs)) / ?, 0)
                from storeveil.journal where run = ? and request like ? group by request
                having bool_or(rule = ?) order by request""")) {
            query.setInt(1, KeyReference.LENGTH);
            query.setString(2, context.run().id());
            query.setString(3, JournalledDecisions.INACTIVE + "%");
            query.setString(4, Journal.REQUEST_DONE);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    lines.add(owner(context, row.getString(1)) + ": " + row.getString(1)
                            + " was erased as inactive: " + row.getLong(2) + " rows gone from " + row.getLong(3)
                            + " tables, " + row.getLong(4) + " brought to rest, " + row.getLong(5) + " keys");
                }
            }
        }
        return lines;
    }

    private static TableName owner(SweepContext context, String reference) {
        KeyReference subject = KeyReference.parse(reference);
        return context.policy().subjects().values().stream()
                .map(SubjectKind::table)
                .filter(table -> context.keys().current().isOf(subject, table.toString()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the journal names a person of no kind"));
    }
}

package io.storeveil.retention.expire;

import io.storeveil.retention.ownership.AtRestValue;
import io.storeveil.retention.ownership.Link;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Stretches;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.JournalEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One transaction's worth of one rule in one statement that carries all of the rule's conditions, and so looks at each row
 * once: those that are due in a stretch of the walk, with what goes along with them. A stretch in which somebody is in the
 * way is left as it was, for {@link Chunk} to take row by row.
 */
final class Sweeping implements Turn {

    private static final Set<String> IN_THE_WAY = Set.of("55P03", "23503");
    private static final String SHORT = "set local lock_timeout = '250ms'";

    private final List<Rule> rules;
    private final Ownership ownership;
    private final OwnerKeys keys;
    private final Journal journal;
    private final Optional<String> stub;
    private final RuleSql sql;
    private final Stretches stretches;
    /** How many texts an answer has. */
    private final int width;
    /** The statement but for where the stretch lies, which is asked between the two. */
    private final String change;

    private final String answer;

    /** @param family of one rule, where nothing goes along; that rule may also be one that anonymises */
    Sweeping(Family family, Ownership ownership, OwnerKeys keys, Journal journal, Stubs stubs, String run) {
        this.rules = downwards(family);
        this.ownership = ownership;
        this.keys = keys;
        this.journal = journal;
        this.stub = stubs.atOnce(family.head(), "a");
        this.sql = RuleSql.decided(family.head(), ownership, run).takingAlong(family.tables());
        this.stretches = sql.stretches();
        this.width = Math.max(
                stretches.positions() + 1,
                rules.stream()
                        .mapToInt(rule -> ownership.ownerKey(rule.table()).size())
                        .max()
                        .orElse(1));
        Rule head = family.head();
        this.change = head.kind() == Rule.Kind.DELETE
                ? ", g0 as (delete from " + Sql.name(head.table()) + " a" + sql.dueBeside("using")
                : ", g0 as (update " + Sql.name(head.table()) + " a set " + atRest(head) + sql.dueBeside("from");
        this.answer = returning(head) + ")" + members(family) + " " + answers();
    }

    /** Members stand children first, and are found from their owners down. */
    private static List<Rule> downwards(Family family) {
        List<Rule> rules = new ArrayList<>(List.of(family.head()));
        for (int i = family.members().size() - 1; i >= 0; i--) {
            rules.add(family.members().get(i).rule());
        }
        return List.copyOf(rules);
    }

    Stretches stretches() {
        return stretches;
    }

    @Override
    public String opening() {
        return Fences.SHARE_ALL + "; " + sql.settled() + "; " + SHORT;
    }

    @Override
    public Outcome take(Connection connection, Stretches.Part part, @Nullable List<String> after, int rows)
            throws SQLException {
        try {
            return change(connection, part, after, rows);
        } catch (SQLException failed) {
            if (!IN_THE_WAY.contains(String.valueOf(failed.getSQLState()))) {
                throw failed;
            }
            connection.rollback();
            List<String> end = stretches.end(connection, part, after, rows);
            return new Outcome(0, false, end, end == null);
        }
    }

    private Outcome change(Connection connection, Stretches.Part part, @Nullable List<String> after, int rows)
            throws SQLException {
        Answers answers = new Answers(rules, ownership, keys);
        try (PreparedStatement statement = connection.prepareStatement(
                stretches.opening(part, after, rows) + change + stretches.within(part, after) + answer)) {
            stretches.bind(statement, part, after);
            answers.read(statement, stretches.positions());
        }
        List<JournalEntry> entries = answers.entries();
        journal.write(connection, entries);
        return new Outcome(
                answers.changed(0), answers.changed(0) == answers.begun(), answers.last(), answers.begun() < rows);
    }

    private String atRest(Rule rule) {
        return new AtRestValue(ownership).assignments(rule.table(), rule.columns(), "a");
    }

    /** All deletes of a family are one statement: foreign keys are looked at when it ends, and then the children are gone. */
    private String members(Family family) {
        StringBuilder with = new StringBuilder();
        for (int i = 1; i < rules.size(); i++) {
            List<Link> down = family.members().get(family.members().size() - i).down();
            Link link = down.get(down.size() - 1);
            String owner = "g" + rules.stream().map(Rule::table).toList().indexOf(link.to());
            with.append(", g").append(i).append(" as (delete from ");
            with.append(Sql.name(link.from())).append(" a where ");
            with.append(link.joinsAny("a", owner, owner + " where true"))
                    .append(" and ")
                    .append(link.appliesTo("a"));
            with.append(returning(rules.get(i))).append(")");
        }
        return with.toString();
    }

    /** What an answer needs: the keys that are to be shredded, and what the next tables are found by. */
    private String returning(Rule rule) {
        Set<String> columns = new LinkedHashSet<>();
        if (rule.kind() == Rule.Kind.DELETE) {
            if (ownership.ownsKeys(rule.table())) {
                columns.addAll(ownership.ownerKey(rule.table()));
            }
            ownership
                    .linksInto(rule.table())
                    .forEach(link -> columns.addAll(link.owner().on().values()));
        }
        stub.ifPresent(keyless -> columns.addAll(ownership.ownerKey(rule.table())));
        return (columns.isEmpty() ? " returning 1 as one" : " returning " + Sql.list("a", columns))
                + stub.map(keyless -> ", " + keyless + " as stub").orElse("");
    }

    /** For each rule a row for each key, or one with the number of rows; those of the stubs; and one for the stretch. */
    private String answers() {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            String from = "g" + i;
            answers.add(
                    answer(i, Answers.named(rule, ownership) ? keyTexts(rule, from) : List.of("count(*)::text"), from));
        }
        if (stub.isPresent()) {
            answers.add(answer(Answers.STUB, keyTexts(rules.get(0), "g0"), "g0 where stub"));
        }
        List<String> stretch = new ArrayList<>(List.of("(select count(*) from s)::text"));
        for (int i = 0; i < stretches.positions(); i++) {
            stretch.add("e.l" + i + "::text");
        }
        answers.add(answer(Answers.STRETCH, stretch, "e"));
        return String.join(" union all ", answers);
    }

    private List<String> keyTexts(Rule rule, String from) {
        return ownership.ownerKey(rule.table()).stream()
                .map(column -> Sql.of(from, column) + "::text")
                .toList();
    }

    private String answer(int position, List<String> texts, String from) {
        List<String> columns = new ArrayList<>(texts);
        while (columns.size() < width) {
            columns.add("null");
        }
        return "select " + position + ", " + String.join(", ", columns) + " from " + from;
    }
}

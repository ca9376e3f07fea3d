package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
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
import io.storeveil.retention.store.JournalEntry.Action;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One transaction's worth of one rule in one statement that carries all of the rule's conditions, and so looks at each row
 * once: those that are due in a stretch of the walk, with what goes along with them. A stretch in which somebody is in the
 * way is left as it was, for {@link Chunk} to take row by row.
 */
final class Sweeping implements Turn {

    private static final Set<String> IN_THE_WAY = Set.of("55P03", "23503");
    private static final String SHORT = "set local lock_timeout = '250ms'";

    private final Family family;
    private final Ownership ownership;
    private final OwnerKeys keys;
    private final Journal journal;
    private final RuleSql sql;
    private final Stretches stretches;

    /** @param family of one rule, where nothing goes along; that rule may also be one that anonymises */
    Sweeping(Family family, Ownership ownership, OwnerKeys keys, Journal journal, String run) {
        this.family = family;
        this.ownership = ownership;
        this.keys = keys;
        this.journal = journal;
        this.sql = RuleSql.decided(family.head(), ownership, run).takingAlong(family.tables());
        this.stretches = sql.stretches();
    }

    Stretches stretches() {
        return stretches;
    }

    @Override
    public Outcome take(Connection connection, Stretches.Part part, @Nullable List<String> after, int rows)
            throws SQLException {
        Fences.shareAll(connection);
        sql.settle(connection);
        Stretches.Stretch stretch = stretches.next(connection, part, after, rows);
        boolean end = stretch.end() == null;
        Savepoint before = connection.setSavepoint();
        try {
            execute(connection, SHORT);
            List<JournalEntry> entries = family.head().kind() == Rule.Kind.DELETE
                    ? delete(connection, stretch)
                    : anonymise(connection, stretch);
            journal.write(connection, entries);
            return new Outcome(entries.stream().mapToLong(JournalEntry::rows).sum(), stretch.end(), end);
        } catch (SQLException failed) {
            if (!IN_THE_WAY.contains(failed.getSQLState())) {
                throw failed;
            }
            connection.rollback(before);
            return new Outcome(0, stretch.end(), end);
        }
    }

    private List<JournalEntry> anonymise(Connection connection, Stretches.Stretch stretch) throws SQLException {
        Rule rule = family.head();
        AtRestValue atRest = new AtRestValue(ownership);
        String values = rule.columns().stream()
                .map(column -> Sql.name(column.name()) + " = "
                        + atRest.of(rule.table(), column, "a").orElse(Sql.of("a", column.name())))
                .collect(Collectors.joining(", "));
        try (PreparedStatement update = connection.prepareStatement("update " + Sql.name(rule.table()) + " a set "
                + values + sql.dueBeside("from") + stretches.condition(stretch))) {
            stretches.bind(update, 1, stretch);
            int changed = update.executeUpdate();
            return changed == 0
                    ? List.of()
                    : List.of(JournalEntry.chunk(
                            Action.ANONYMISE,
                            rule.table().toString(),
                            rule.name(),
                            List.of(),
                            rule.columns().stream().map(Column::name).toList(),
                            changed));
        }
    }

    /** All deletes of a family are one statement: foreign keys are looked at when it ends, and then the children are gone. */
    private List<JournalEntry> delete(Connection connection, Stretches.Stretch stretch) throws SQLException {
        List<Rule> rules = new ArrayList<>(List.of(family.head()));
        StringBuilder with = new StringBuilder(
                "with g0 as (delete from " + Sql.name(family.head().table()) + " a" + sql.dueBeside("using")
                        + stretches.condition(stretch) + returning(family.head().table()) + ")");
        // Members stand children first, and are found from their owners down.
        for (int i = family.members().size() - 1; i >= 0; i--) {
            Family.Member member = family.members().get(i);
            Link link = member.down().get(member.down().size() - 1);
            String owner = "g" + rules.stream().map(Rule::table).toList().indexOf(link.to());
            with.append(", g").append(rules.size()).append(" as (delete from ");
            with.append(Sql.name(link.from())).append(" a where ");
            with.append(link.joinsAny("a", owner, owner + " where true"))
                    .append(" and ")
                    .append(link.appliesTo("a"));
            with.append(returning(link.from())).append(")");
            rules.add(member.rule());
        }
        int width = rules.stream()
                .mapToInt(rule -> ownership.ownerKey(rule.table()).size())
                .max()
                .orElse(1);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            answers.add(answer(i, rules.get(i).table(), width));
        }
        try (PreparedStatement delete = connection.prepareStatement(with + " " + String.join(" union all ", answers))) {
            stretches.bind(delete, 1, stretch);
            return entries(delete, rules);
        }
    }

    /** What an answer needs: the keys that are to be shredded, and what the next tables are found by. */
    private String returning(TableName table) {
        Set<String> columns = new LinkedHashSet<>();
        if (ownership.ownsKeys(table)) {
            columns.addAll(ownership.ownerKey(table));
        }
        ownership
                .linksInto(table)
                .forEach(link -> columns.addAll(link.owner().on().values()));
        return columns.isEmpty() ? " returning 1 as one" : " returning " + Sql.list("a", columns);
    }

    /** A row for each key, or one with the number of rows. */
    private String answer(int position, TableName table, int width) {
        String from = "g" + position;
        List<String> columns = new ArrayList<>();
        if (ownership.ownsKeys(table)) {
            ownership.ownerKey(table).forEach(column -> columns.add(Sql.of(from, column) + "::text"));
        } else {
            columns.add("count(*)::text");
        }
        while (columns.size() < width) {
            columns.add("null");
        }
        return "select " + position + ", " + String.join(", ", columns) + " from " + from;
    }

    private List<JournalEntry> entries(PreparedStatement delete, List<Rule> rules) throws SQLException {
        List<List<KeyReference>> references = new ArrayList<>();
        long[] gone = new long[rules.size()];
        rules.forEach(rule -> references.add(new ArrayList<>()));
        try (ResultSet row = delete.executeQuery()) {
            while (row.next()) {
                int position = row.getInt(1);
                TableName table = rules.get(position).table();
                if (ownership.ownsKeys(table)) {
                    List<String> key = new ArrayList<>();
                    for (int i = 0; i < ownership.ownerKey(table).size(); i++) {
                        key.add(row.getString(i + 2));
                    }
                    references.get(position).add(keys.reference(table, key));
                    gone[position]++;
                } else {
                    gone[position] = row.getLong(2);
                }
            }
        }
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = rules.size() - 1; i >= 0; i--) {
            if (gone[i] > 0) {
                Rule rule = rules.get(i);
                entries.add(JournalEntry.chunk(
                        Action.DELETE, rule.table().toString(), rule.name(), references.get(i), List.of(), gone[i]));
            }
        }
        return entries;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

package io.storeveil.retention.expire;

import io.storeveil.policy.Column;
import io.storeveil.retention.ownership.AtRestValue;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.plan.Family;
import io.storeveil.retention.plan.Pages;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.plan.Stretches;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.JournalEntry.Action;
import io.storeveil.retention.store.SilentTriggers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One transaction's worth of one rule, row by row: found, locked, changed and journalled together, under the fences. Rows
 * that others have locked are left out, or waited for.
 */
final class Chunk implements Turn {

    private static final String AT = ".ctid = any(cast(cast(? as text[]) as tid[]))";

    private final Family family;
    private final Rule rule;
    private final RuleSql sql;
    private final boolean waiting;
    private final Ownership ownership;
    private final Pages pages;
    private final Going going;
    private final OwnerKeys keys;
    private final Journal journal;
    private final Optional<String> stub;

    /**
     * @param family  whose members go along
     * @param sql     of the head
     * @param waiting for rows that others have locked; else they are left out
     */
    Chunk(
            Family family,
            RuleSql sql,
            boolean waiting,
            Ownership ownership,
            OwnerKeys keys,
            Journal journal,
            Stubs stubs) {
        this.family = family;
        this.rule = family.head();
        this.sql = sql;
        this.waiting = waiting;
        this.ownership = ownership;
        this.keys = keys;
        this.journal = journal;
        this.stub = stubs.atOnce(rule, "a");
        this.pages = sql.pages();
        this.going = new Going(family, ownership, keys, Optional.empty());
    }

    @Override
    public String opening() {
        boolean others = !waiting && !family.members().isEmpty();
        return Fences.SHARE_ALL + "; " + sql.settled() + (others ? "; " + Sweeping.SHORT : "");
    }

    @Override
    public Outcome take(
            Connection connection, Stretches.Part part, @Nullable List<String> after, int rows, Runnable answered)
            throws SQLException {
        Pages.Page page = pages.lock(connection, after, rows, waiting);
        if (page.places().isEmpty()) {
            return new Outcome(0, false, null, true);
        }
        long changed = change(connection, page);
        return new Outcome(
                changed,
                false,
                page.last(),
                page.last() != null && page.places().size() < rows);
    }

    @Override
    public boolean worthAnother() {
        return !waiting;
    }

    private long change(Connection connection, Pages.Page page) throws SQLException {
        List<JournalEntry> entries = new ArrayList<>();
        Map<Long, List<String>> places = new TreeMap<>();
        page.places().forEach(place -> places.computeIfAbsent(place.table(), any -> new ArrayList<>())
                .add(place.at()));
        long changed = 0;
        for (Map.Entry<Long, List<String>> rows : places.entrySet()) {
            changed += change(connection, pages.only(connection, rows.getKey()), rows.getValue(), entries);
        }
        journal.write(connection, entries);
        return changed;
    }

    /** Where somebody is in the way of a row that goes along, its row is found by halves, and left out. */
    private long change(Connection connection, String from, List<String> places, List<JournalEntry> entries)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        List<JournalEntry> changes = new ArrayList<>();
        try {
            if (rule.kind() == Rule.Kind.DELETE) {
                delete(connection, from, places, changes);
            } else {
                anonymise(connection, from, places, changes);
            }
        } catch (SQLException failed) {
            if (waiting || !Sweeping.IN_THE_WAY.contains(String.valueOf(failed.getSQLState()))) {
                throw failed;
            }
            connection.rollback(before);
            int half = places.size() / 2;
            return half == 0
                    ? 0
                    : change(connection, from, places.subList(0, half), entries)
                            + change(connection, from, places.subList(half, places.size()), entries);
        }
        connection.releaseSavepoint(before);
        entries.addAll(changes);
        return places.size();
    }

    /** @param from the one table or partition in which the places are */
    private void delete(Connection connection, String from, List<String> places, List<JournalEntry> entries)
            throws SQLException {
        List<String> lying = places;
        Leaving leaving = new Leaving(connection, ownership, keys, entries);
        if (leaving.concerns(rule.table())) {
            RowKey key = RowKey.of(ownership, rule.table());
            List<List<String>> rows = keys(connection, key, from, places);
            leaving.letGo(rule, rows);
            // Rows that let go of each other lie elsewhere now.
            lying = places(connection, key, from, rows);
        }
        Answers answers = going.answers();
        try (PreparedStatement statement = connection.prepareStatement(
                "with g0 as (delete from " + from + " a where a" + AT + going.sql(List.of()))) {
            statement.setArray(1, connection.createArrayOf("text", lying.toArray()));
            answers.read(statement, 0, () -> {});
        }
        entries.addAll(answers.entries());
        leaving.orphans();
    }

    private static List<List<String>> keys(Connection connection, RowKey key, String from, List<String> places)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select " + key.texts("a") + " from " + from + " a where a" + AT)) {
            statement.setArray(1, connection.createArrayOf("text", places.toArray()));
            return Texts.all(statement, key.size());
        }
    }

    private static List<String> places(Connection connection, RowKey key, String from, List<List<String>> rows)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select a.ctid::text from " + from + " a where " + key.among("a"))) {
            key.bind(statement, 1, rows);
            return Texts.all(statement, 1).stream().map(row -> row.get(0)).toList();
        }
    }

    private void anonymise(Connection connection, String from, List<String> places, List<JournalEntry> entries)
            throws SQLException {
        AtRestValue atRest = new AtRestValue(ownership);
        String values = atRest.assignments(rule.table(), rule.columns(), "a");
        List<String> key = stub.isPresent() ? ownership.ownerKey(rule.table()) : List.of();
        String returning = " returning " + stub.orElse("false")
                + key.stream()
                        .map(column -> ", " + Sql.of("a", column) + "::text")
                        .collect(Collectors.joining());
        try (PreparedStatement statement =
                connection.prepareStatement("update " + from + " a set " + values + " where a" + AT + returning)) {
            statement.setArray(1, connection.createArrayOf("text", places.toArray()));
            List<List<String>> rows = new ArrayList<>();
            int changed = SilentTriggers.around(connection, ownership.described(rule.table()), () -> {
                rows.addAll(Texts.all(statement, 1 + key.size()));
                return rows.size();
            });
            entries.add(JournalEntry.chunk(
                    Action.ANONYMISE,
                    rule.table().toString(),
                    rule.name(),
                    List.of(),
                    rule.columns().stream().map(Column::name).toList(),
                    changed));
            entries.addAll(Stubs.entries(
                    rule.table(),
                    rows.stream()
                            .filter(row -> "t".equals(row.get(0)))
                            .map(row -> keys.reference(rule.table(), row.subList(1, row.size())))
                            .toList()));
        }
    }
}

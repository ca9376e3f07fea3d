package io.storeveil.retention.expire;

import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.Hold;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.plan.Allowance;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.RuleSql;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.Brakes;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jgrapht.Graph;
import org.jgrapht.alg.connectivity.ConnectivityInspector;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;

/**
 * Rows that are due and only keep each other: none of them is ever the first to go. The largest set of due rows that are
 * needed by none outside of it goes, as many circles in one statement as a batch has room for.
 */
final class Circles {

    /** A row by the place of its rule. */
    private record Member(int rule, List<String> key) {}

    private final List<Rule> rules;
    private final List<RuleSql> sqls;
    private final StoreTransaction transaction;
    private final Ownership ownership;
    private final OwnerKeys keys;
    private final Journal journal;
    private final Allowance allowance;
    private final Brakes brakes;
    private final int batch;

    /** @param rules that delete, of tables whose rows can keep each other */
    Circles(
            List<Rule> rules,
            StoreTransaction transaction,
            Ownership ownership,
            OwnerKeys keys,
            Journal journal,
            Allowance allowance,
            SweepContext context) {
        this.rules = rules.stream()
                .filter(rule -> RowKey.of(ownership, rule.table()).lasting())
                .toList();
        this.sqls = this.rules.stream()
                .map(rule -> RuleSql.decided(rule, ownership, context.run().id()))
                .toList();
        this.transaction = transaction;
        this.ownership = ownership;
        this.keys = keys;
        this.journal = journal;
        this.allowance = allowance;
        this.brakes = context.brakes();
        this.batch = context.settings().sweep().batch();
    }

    void carryOut() throws SQLException {
        Set<TableName> tables = new HashSet<>();
        rules.forEach(rule -> tables.add(rule.table()));
        boolean none =
                rules.stream().flatMap(rule -> holds(rule).stream()).noneMatch(hold -> tables.contains(hold.from()));
        if (none) {
            return;
        }
        List<Set<Member>> some = new ArrayList<>();
        int rows = 0;
        for (Set<Member> circle : transaction.look(this::find)) {
            if (rows + circle.size() > batch) {
                go(some);
                some.clear();
                rows = 0;
            }
            some.add(circle);
            rows += circle.size();
        }
        go(some);
    }

    /** All of them at once, or where somebody is in the way of one, the allowance too small, or all too slow, each by itself. */
    private void go(List<Set<Member>> circles) throws SQLException {
        Set<Member> together = new LinkedHashSet<>();
        circles.forEach(together::addAll);
        boolean alone = circles.size() == 1;
        if (!together.isEmpty() && !go(together, alone) && !alone) {
            for (Set<Member> circle : circles) {
                go(circle, true);
            }
        }
    }

    private List<Hold> holds(Rule rule) {
        return new Dependents(ownership).holdingOn(rule.table());
    }

    private List<Set<Member>> find(Connection connection) throws SQLException {
        execute(connection, "create temp table circle (rule integer, row_key text[])");
        for (int i = 0; i < rules.size(); i++) {
            execute(
                    connection,
                    "insert into circle select " + i + ", " + sqls.get(i).keyArray() + " from "
                            + sqls.get(i).from() + " where " + free(i));
        }
        execute(connection, "analyze circle");
        boolean again = true;
        while (again) {
            again = false;
            for (int i = 0; i < rules.size(); i++) {
                again |= leaveOutNeeded(connection, i);
            }
        }
        List<Set<Member>> circles = circles(connection);
        execute(connection, "drop table circle");
        return circles;
    }

    /** Due, but for what refers to it. */
    private String free(int rule) {
        return sqls.get(rule).free();
    }

    private boolean leaveOutNeeded(Connection connection, int rule) throws SQLException {
        boolean some = false;
        for (Hold hold : holds(rules.get(rule))) {
            int holder = place(hold.from());
            String also = holder < 0
                    ? ""
                    : " and not exists (select 1 from circle o where o.rule = " + holder + " and "
                            + key(holder).read("k", "o.row_key") + ")";
            some |= execute(
                            connection,
                            "delete from circle c using " + name(rule) + " a where c.rule = " + rule + " and "
                                    + key(rule).read("a", "c.row_key") + " and exists (select 1 from "
                                    + Sql.name(hold.from()) + " k where " + hold.keeps("k", "a") + also + ")")
                    > 0;
        }
        return some;
    }

    /** Rows that keep each other, by whatever way round. */
    private List<Set<Member>> circles(Connection connection) throws SQLException {
        Graph<Member, DefaultEdge> graph = new SimpleGraph<>(DefaultEdge.class);
        for (int i = 0; i < rules.size(); i++) {
            for (Hold hold : holds(rules.get(i))) {
                int holder = place(hold.from());
                if (holder >= 0) {
                    edges(connection, graph, i, hold, holder);
                }
            }
        }
        return new ConnectivityInspector<>(graph).connectedSets();
    }

    private void edges(Connection connection, Graph<Member, DefaultEdge> graph, int rule, Hold hold, int holder)
            throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select " + key(rule).texts("a") + ", "
                        + key(holder).texts("k") + " from circle c join " + name(rule) + " a on "
                        + key(rule).read("a", "c.row_key") + " join " + name(holder) + " k on " + hold.keeps("k", "a")
                        + " where c.rule = " + rule)) {
            int size = key(rule).size();
            for (List<String> row : Texts.all(query, size + key(holder).size())) {
                Member held = new Member(rule, List.copyOf(row.subList(0, size)));
                Member keeps = new Member(holder, List.copyOf(row.subList(size, row.size())));
                graph.addVertex(held);
                graph.addVertex(keeps);
                if (!held.equals(keeps)) {
                    graph.addEdge(held, keeps);
                }
            }
        }
    }

    private boolean go(Set<Member> together, boolean alone) throws SQLException {
        Map<Integer, List<List<String>>> rows = new LinkedHashMap<>();
        together.forEach(member ->
                rows.computeIfAbsent(member.rule, any -> new ArrayList<>()).add(member.key));
        brakes.release();
        Map<Rule, Integer> taken = new LinkedHashMap<>();
        rows.forEach((place, keys) -> {
            Rule rule = rules.get(place);
            taken.put(rule, allowance.take(rule, keys.size()));
        });
        boolean all = taken.values().stream().mapToInt(Integer::intValue).sum() == together.size();
        boolean gone = false;
        try {
            gone = all
                    && transaction.run(
                            Fences.SHARE_ALL, connection -> stillFree(connection, rows) && go(connection, rows));
        } catch (SQLException failed) {
            // A single circle cannot be any smaller.
            if (alone || !StoreTransaction.statementTimedOut(failed)) {
                throw failed;
            }
        } finally {
            if (!gone) {
                taken.forEach(allowance::giveBack);
            }
        }
        return gone;
    }

    /** Locked, and looked at once more where no hold can come between. */
    private boolean stillFree(Connection connection, Map<Integer, List<List<String>>> rows) throws SQLException {
        for (Map.Entry<Integer, List<List<String>>> each : rows.entrySet()) {
            int rule = each.getKey();
            try (PreparedStatement lock = connection.prepareStatement(
                    "select 1 from " + sqls.get(rule).from() + " where " + free(rule) + " and "
                            + key(rule).among("a") + " for update of a skip locked")) {
                key(rule).bind(lock, 1, each.getValue());
                if (Texts.all(lock, 1).size() < each.getValue().size()) {
                    return false;
                }
            }
        }
        for (Map.Entry<Integer, List<List<String>>> each : rows.entrySet()) {
            for (Hold hold : holds(rules.get(each.getKey()))) {
                if (neededByOthers(connection, each.getKey(), hold, rows)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean neededByOthers(Connection connection, int rule, Hold hold, Map<Integer, List<List<String>>> rows)
            throws SQLException {
        int holder = place(hold.from());
        List<List<String>> but = rows.getOrDefault(holder, List.of());
        try (PreparedStatement query = connection.prepareStatement("select 1 from " + name(rule) + " a join "
                + Sql.name(hold.from()) + " k on " + hold.keeps("k", "a") + " where "
                + key(rule).among("a")
                + (but.isEmpty() ? "" : " and not (" + key(holder).among("k") + ")") + " limit 1")) {
            int next = key(rule).bind(query, 1, rows.getOrDefault(rule, List.of()));
            if (!but.isEmpty()) {
                key(holder).bind(query, next, but);
            }
            return !Texts.all(query, 1).isEmpty();
        }
    }

    private boolean go(Connection connection, Map<Integer, List<List<String>>> rows) throws SQLException {
        List<JournalEntry> entries = new ArrayList<>();
        Leaving leaving = new Leaving(connection, ownership, keys, entries);
        List<Rule> going = rows.keySet().stream().map(rules::get).toList();
        Answers answers = new Answers(going, ownership, keys, Optional.empty());
        List<String> deletes = new ArrayList<>();
        for (Map.Entry<Integer, List<List<String>>> each : rows.entrySet()) {
            Rule rule = rules.get(each.getKey());
            leaving.letGo(rule, each.getValue());
            deletes.add("g" + deletes.size() + " as (delete from " + name(each.getKey()) + " a where "
                    + key(each.getKey()).among("a") + answers.returning(rule) + ")");
        }
        try (PreparedStatement delete =
                connection.prepareStatement("with " + String.join(", ", deletes) + " " + answers.select(List.of()))) {
            int next = 1;
            for (Map.Entry<Integer, List<List<String>>> each : rows.entrySet()) {
                next = key(each.getKey()).bind(delete, next, each.getValue());
            }
            answers.read(delete, 0, () -> {});
        }
        entries.addAll(answers.entries());
        leaving.orphans();
        journal.write(connection, entries);
        return true;
    }

    /** -1 for a table of no rule. */
    private int place(TableName table) {
        return rules.stream().map(Rule::table).toList().indexOf(table);
    }

    private RowKey key(int rule) {
        return RowKey.of(ownership, rules.get(rule).table());
    }

    private String name(int rule) {
        return Sql.name(rules.get(rule).table());
    }

    private static int execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}

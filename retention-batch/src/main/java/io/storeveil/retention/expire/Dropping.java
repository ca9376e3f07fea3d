package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.expire.Partitions.Partition;
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
import io.storeveil.retention.store.JournalEntry.Action;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Drops partitions whose time is over, each in one transaction with its journal entries: those in which nothing is left,
 * and, where nobody needs a delete of each row, those all of whose rows are due. Under a lock that keeps new rows out, and
 * under the fences that keep new holds out.
 */
final class Dropping {

    /** The rule of the entry that names a partition. */
    static final String RULE = "partition dropped";

    private static final String LOCK_TAKEN = "55P03";
    /** Lacking rights; something else in the schema depends on it. */
    private static final Set<String> REFUSED = Set.of("42501", "2BP01");

    private static final int TRIES = 50;
    private static final int PAUSE = 20;

    private final SweepContext context;
    private final StoreTransaction transaction;
    private final Ownership ownership;
    private final OwnerKeys keys;
    private final Journal journal;
    private final Allowance allowance;
    private final int batch;
    private int taken;
    private boolean some;

    Dropping(
            SweepContext context,
            StoreTransaction transaction,
            Ownership ownership,
            OwnerKeys keys,
            Journal journal,
            Allowance allowance) {
        this.context = context;
        this.transaction = transaction;
        this.ownership = ownership;
        this.keys = keys;
        this.journal = journal;
        this.allowance = allowance;
        this.batch = context.settings().sweep().batch();
    }

    /** A simulation takes the rows one by one, and so counts the same. */
    void carryOut(Rule rule) throws SQLException {
        Partitions partitions = new Partitions(rule, ownership);
        if (context.run().simulate() || !partitions.some()) {
            return;
        }
        for (Partition partition : transaction.look(partitions::over)) {
            context.brakes().release();
            taken = 0;
            boolean dropped = false;
            try {
                dropped = transaction.once(
                        Fences.SHARE_ALL + "; set local statement_timeout = '1h'; " + Sweeping.SHORT,
                        connection -> drop(connection, rule, partitions, partition));
            } catch (SQLException failed) {
                told(partition, failed);
            } finally {
                allowance.giveBack(rule, dropped ? 0 : taken);
            }
            some |= dropped;
        }
    }

    /** True if it has dropped one. */
    boolean some() {
        return some;
    }

    /** What the run has dropped, also before it was started again. */
    static List<Finding> dropped(Connection connection, String run) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "select columns[1], rows::text from storeveil.journal where run = ? and rule = ? order by id")) {
            query.setString(1, run);
            query.setString(2, RULE);
            return Texts.all(query, 2).stream()
                    .map(row -> new Finding(
                            "expire",
                            Severity.INFO,
                            row.get(0),
                            "the partition was dropped, with " + row.get(1) + " rows in it"))
                    .toList();
        }
    }

    private void told(Partition partition, SQLException failed) throws SQLException {
        String state = String.valueOf(failed.getSQLState());
        if (!state.equals(LOCK_TAKEN) && !REFUSED.contains(state)) {
            throw failed;
        }
        new RunRecords(context.control(), context.clock())
                .finding(
                        context.run(),
                        "expire",
                        state.equals(LOCK_TAKEN) ? Severity.INFO : Severity.WARNING,
                        partition.name().toString(),
                        state.equals(LOCK_TAKEN)
                                ? "the partition was in use, and is dropped by a later run"
                                : "the partition cannot be dropped (SQLSTATE " + state
                                        + "): the sweep's user must own it, and nothing but the table may refer to it");
    }

    private boolean drop(Connection connection, Rule rule, Partitions partitions, Partition partition)
            throws SQLException {
        if (!partitions.over(connection).contains(partition)) {
            return false;
        }
        execute(connection, "lock table " + partition.sql() + " in share row exclusive mode");
        long rows = count(connection, "select count(*) from " + partition.sql());
        if (!partitions.over(connection).contains(partition)
                || (rows > 0 && !(partitions.mayTakeRows(connection) && due(connection, rule, partition) == rows))
                || !allowed(rule, rows)) {
            return false;
        }
        List<JournalEntry> entries = new ArrayList<>();
        if (rows > 0) {
            gone(connection, rule, partition, rows, entries);
        }
        entries.add(new JournalEntry(
                Action.MARKER,
                rule.table().toString(),
                RULE,
                null,
                null,
                null,
                List.of(),
                List.of(partition.name().toString()),
                rows));
        journal.write(connection, entries);
        lockAll(connection, partition);
        execute(connection, "alter table " + Sql.name(partition.parent()) + " detach partition " + partition.sql());
        execute(connection, "drop table " + partition.sql());
        return true;
    }

    private boolean allowed(Rule rule, long rows) {
        int wanted = (int) Math.min(Integer.MAX_VALUE, Math.max(1, rows));
        taken = allowance.take(rule, wanted);
        if (taken == wanted && rows == 0) {
            allowance.giveBack(rule, taken);
            taken = 0;
            return true;
        }
        return taken == wanted && taken == rows;
    }

    private long due(Connection connection, Rule rule, Partition partition) throws SQLException {
        RuleSql sql = RuleSql.of(rule, ownership);
        return count(
                connection,
                "select count(*) from " + sql.from() + " where " + sql.due()
                        + " and a.tableoid in (select relid from pg_partition_tree(cast(cast(" + partition.oid()
                        + " as oid) as regclass)))");
    }

    /** The same facts as of rows that go one by one, and in entries of the same size. */
    private void gone(Connection connection, Rule rule, Partition partition, long rows, List<JournalEntry> entries)
            throws SQLException {
        if (!ownership.ownsKeys(rule.table())) {
            entries.add(entry(rule, List.of(), rows));
            return;
        }
        RowKey key = RowKey.columns(ownership, rule.table(), ownership.ownerKey(rule.table()));
        List<KeyReference> references = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement("select " + key.texts("a") + " from " + partition.sql() + " a")) {
            query.setFetchSize(batch);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    references.add(keys.reference(rule.table(), Texts.of(row, 1, key.size())));
                    if (references.size() == batch) {
                        entries.add(entry(rule, List.copyOf(references), batch));
                        references.clear();
                    }
                }
            }
        }
        if (!references.isEmpty()) {
            entries.add(entry(rule, List.copyOf(references), references.size()));
        }
    }

    private static JournalEntry entry(Rule rule, List<KeyReference> references, long rows) {
        return JournalEntry.chunk(Action.DELETE, rule.table().toString(), rule.name(), references, List.of(), rows);
    }

    /** Never in the queue for a lock: everybody who uses the table would stand behind it, or in a circle with it. */
    private static void lockAll(Connection connection, Partition partition) throws SQLException {
        String lock = "lock table " + Partitions.concerned(connection, partition) + " in access exclusive mode nowait";
        for (int tried = 1; ; tried++) {
            Savepoint before = connection.setSavepoint();
            try {
                execute(connection, lock);
                return;
            } catch (SQLException taken) {
                if (!LOCK_TAKEN.equals(taken.getSQLState()) || tried == TRIES) {
                    throw taken;
                }
                connection.rollback(before);
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("interrupted", "57014", e);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long count(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}

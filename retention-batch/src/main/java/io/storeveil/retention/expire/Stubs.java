package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.EncryptedUnder;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Subjects;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.JournalEntry.Action;
import io.storeveil.retention.store.StoreTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows that stay though every value that was ever encrypted under their key has come to rest: the key goes, and with it
 * what history still holds of them. A row that the law wants a clear value of keeps its key, and so does one that is
 * held, restricted, or has an open contract.
 */
final class Stubs {

    static final String RULE = "key of a stub";

    private static final int PAGE = 5_000;

    /** @param key   the row's, by which it is found again
     *  @param owner its name as an owner of keys */
    private record Stub(List<String> key, KeyReference owner) {}

    private final StoreTransaction transaction;
    private final Ownership ownership;
    private final EncryptedUnder encrypted;
    private final OwnerKeys keys;
    private final Journal journal;

    Stubs(StoreTransaction transaction, Ownership ownership, Thresholds thresholds, OwnerKeys keys, Journal journal) {
        this.transaction = transaction;
        this.ownership = ownership;
        this.encrypted = new EncryptedUnder(ownership, thresholds);
        this.keys = keys;
        this.journal = journal;
    }

    /** @param approved tables, all of whose rules that bring something to rest are approved */
    long settle(Set<TableName> approved) throws SQLException {
        long settled = 0;
        Set<KeyReference> before = new HashSet<>(transaction.run(connection -> journal.keys(connection, RULE)));
        for (TableName table : ownership.childrenFirst()) {
            if (ownership.ownsKeys(table)
                    && RowKey.of(ownership, table).lasting()
                    && approved.containsAll(encrypted.tables(table))) {
                settled += settle(table, before);
            }
        }
        return settled;
    }

    private long settle(TableName table, Set<KeyReference> before) throws SQLException {
        String stub = encrypted
                .nothing(table, "a")
                .map(nothing -> nothing + free(table))
                .orElse(null);
        if (stub == null) {
            return 0;
        }
        long settled = 0;
        @Nullable List<String> after = null;
        List<Stub> page;
        do {
            List<String> from = after;
            page = transaction.look(connection -> page(connection, table, stub, from));
            List<List<String>> fresh = page.stream()
                    .filter(each -> !keys.state().isPunctured(each.owner()) && !before.contains(each.owner()))
                    .map(Stub::key)
                    .toList();
            if (!fresh.isEmpty()) {
                settled += transaction.run(connection -> write(connection, table, stub, fresh));
            }
            after = page.isEmpty() ? null : page.get(page.size() - 1).key();
        } while (page.size() == PAGE);
        return settled;
    }

    private String free(TableName table) {
        Subjects subjects = new Subjects(ownership);
        return " and not " + subjects.held(table, "a") + " and not " + subjects.open(table, "a");
    }

    private List<Stub> page(Connection connection, TableName table, String stub, @Nullable List<String> after)
            throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        try (PreparedStatement query = connection.prepareStatement(select(table, key) + stub
                + (after == null ? "" : " and " + key.after("a")) + " order by " + key.order("a") + " limit " + PAGE)) {
            if (after != null) {
                for (int i = 0; i < after.size(); i++) {
                    query.setString(i + 1, after.get(i));
                }
            }
            return read(query, table, key);
        }
    }

    /** Looks once more, where no hold can come between. */
    private long write(Connection connection, TableName table, String stub, List<List<String>> rows)
            throws SQLException {
        Fences.shareAll(connection);
        RowKey key = RowKey.of(ownership, table);
        try (PreparedStatement query =
                connection.prepareStatement(select(table, key) + stub + " and " + key.among("a"))) {
            key.bind(query, 1, rows);
            List<KeyReference> owners =
                    read(query, table, key).stream().map(Stub::owner).toList();
            if (!owners.isEmpty()) {
                journal.write(
                        connection,
                        List.of(JournalEntry.chunk(
                                Action.MARKER, table.toString(), RULE, owners, List.of(), owners.size())));
            }
            return owners.size();
        }
    }

    private String select(TableName table, RowKey key) {
        String owner = String.join(
                ", ",
                ownership.ownerKey(table).stream()
                        .map(column -> Sql.of("a", column) + "::text")
                        .toList());
        return "select " + key.texts("a") + ", " + owner + " from " + Sql.name(table) + " a where ";
    }

    private List<Stub> read(PreparedStatement query, TableName table, RowKey key) throws SQLException {
        List<Stub> stubs = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= key.size() + ownership.ownerKey(table).size(); i++) {
                    values.add(row.getString(i));
                }
                stubs.add(new Stub(
                        List.copyOf(values.subList(0, key.size())),
                        keys.reference(table, values.subList(key.size(), values.size()))));
            }
        }
        return stubs;
    }
}

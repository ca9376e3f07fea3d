package io.storeveil.retention.erase;

import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.SharedRows;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.subject.Born;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** One person, one transaction: everything that is theirs goes, or comes to rest, with its journal entries. */
final class Erasing {

    /** What became of a request. */
    enum Outcome {
        DONE,
        DONE_BEFORE,
        /** Somebody else has the person's key by now. */
        ANOTHER,
        HELD,
        RESTRICTED,
        OPEN_CONTRACT,
        NOBODY
    }

    private final Ownership ownership;
    private final Thresholds thresholds;
    private final OwnerKeys keys;
    private final Journal journal;

    Erasing(Ownership ownership, Thresholds thresholds, OwnerKeys keys, Journal journal) {
        this.ownership = ownership;
        this.thresholds = thresholds;
        this.keys = keys;
        this.journal = journal;
    }

    /**
     * @param ground     which holds or restrictions stand in the way
     * @param othersNeed shared rows that stay as they are, because others need them
     * @param contested  rows that an identifier finds, which others have as well
     */
    record Result(Outcome outcome, String ground, Map<TableName, Long> othersNeed, Map<TableName, Long> contested) {

        static Result of(Outcome outcome) {
            return new Result(outcome, "", Map.of(), Map.of());
        }
    }

    Result erase(Connection connection, Erasure erasure) throws SQLException {
        Fences.share(connection, erasure.subject());
        if (Journal.requestDone(connection, erasure.request())) {
            return Result.of(Outcome.DONE_BEFORE);
        }
        if (!stillDue(connection, erasure)) {
            return Result.of(Outcome.DONE_BEFORE);
        }
        if (another(connection, erasure)) {
            return Result.of(Outcome.ANOTHER);
        }
        Closure closure = new Closure(ownership, thresholds);
        List<PersonRow> people = closure.people(connection, erasure);
        Set<String> names = names(connection, erasure, people);
        Optional<Result> frozen = frozen(connection, erasure, names);
        if (frozen.isPresent()) {
            return frozen.get();
        }
        closure.find(connection, erasure.kind().table(), people);
        if (!erasure.despiteOpen() && openContract(connection, erasure, closure)) {
            return Result.of(Outcome.OPEN_CONTRACT);
        }
        boolean nobody = closure.empty();
        Map<TableName, Long> othersNeed = new TreeMap<>();
        SharedRows shared = new SharedRows(ownership);
        Changes changes = new Changes(connection, erasure, ownership, thresholds, keys);
        for (List<TableName> tables : ownership.components()) {
            long stay = new Settling(connection, ownership, tables, closure, shared, changes).settle();
            if (stay > 0) {
                othersNeed.put(tables.get(0), stay);
            }
        }
        forgetRefusals(connection, erasure, names);
        List<JournalEntry> entries = changes.entries();
        entries.add(JournalEntry.marker(
                Journal.REQUEST_DONE, erasure.request(), erasure.subject().toString()));
        journal.write(connection, entries);
        return new Result(nobody ? Outcome.NOBODY : Outcome.DONE, "", othersNeed, closure.contested());
    }

    /** The keys of all rows that are this person, as the store's own tables spell them, each fenced. */
    private Set<String> names(Connection connection, Erasure erasure, List<PersonRow> people) throws SQLException {
        Set<String> names = new LinkedHashSet<>(List.of(erasure.joinedKey()));
        for (PersonRow person : people) {
            List<String> key = new ArrayList<>();
            erasure.kind()
                    .key()
                    .forEach(column -> key.add(String.valueOf(person.values().get(column))));
            if (names.add(String.join(",", key))) {
                Fences.share(connection, keys.reference(erasure.kind().table(), key));
            }
        }
        return names;
    }

    /** A hold on one of the rows that are this person is a hold on all of them, and comes before a restriction. */
    private static Optional<Result> frozen(Connection connection, Erasure erasure, Set<String> names)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                """
                select line = 'hold', string_agg(id, ', ' order by id) from storeveil.hold
                where released_at is null and subject_kind = ? and subject_key = any(?) group by 1 order by 1 desc""")) {
            query.setString(1, erasure.kind().name());
            query.setArray(2, connection.createArrayOf("text", names.toArray()));
            try (ResultSet found = query.executeQuery()) {
                return found.next()
                        ? Optional.of(new Result(
                                found.getBoolean(1) ? Outcome.HELD : Outcome.RESTRICTED,
                                found.getString(2),
                                Map.of(),
                                Map.of()))
                        : Optional.empty();
            }
        }
    }

    /** Looks at the person's own row, and keeps it as it is found. */
    private boolean stillDue(Connection connection, Erasure erasure) throws SQLException {
        if (erasure.onlyIf() == null) {
            return true;
        }
        TableName table = erasure.kind().table();
        RowKey key = RowKey.columns(ownership, table, erasure.kind().key());
        try (PreparedStatement query = connection.prepareStatement("select 1 from " + Sql.name(table) + " a where "
                + key.among("a") + " and " + erasure.onlyIf() + " for update of a")) {
            key.bind(query, 1, List.of(erasure.key()));
            try (ResultSet found = query.executeQuery()) {
                return found.next();
            }
        }
    }

    /** True if the row under the person's key came to be at another time than the person; keeps it as it is found. */
    private boolean another(Connection connection, Erasure erasure) throws SQLException {
        SubjectKind kind = erasure.kind();
        if (erasure.born() == null || kind.created() == null) {
            return false;
        }
        RowKey key = RowKey.columns(ownership, kind.table(), kind.key());
        try (PreparedStatement query =
                connection.prepareStatement("select " + Born.sql(kind, "a") + ", " + key.texts("a") + " from "
                        + Sql.name(kind.table()) + " a where " + key.among("a") + " for update of a")) {
            key.bind(query, 1, List.of(erasure.key()));
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                String joined = String.join(",", Texts.of(row, 2, key.size()));
                return !erasure.born().equals(Born.hash(keys.state(), kind, joined, row.getString(1)));
            }
        }
    }

    /** What the store has beside its rows of what the person said. */
    private static void forgetRefusals(Connection connection, Erasure erasure, Set<String> names) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from storeveil.refusal where subject_kind = ? and subject_key = any(?)")) {
            delete.setString(1, erasure.kind().name());
            delete.setArray(2, connection.createArrayOf("text", names.toArray()));
            delete.executeUpdate();
        }
    }

    private boolean openContract(Connection connection, Erasure erasure, Closure closure) throws SQLException {
        for (Map.Entry<TableName, String> open : erasure.kind().open().entrySet()) {
            List<List<String>> rows =
                    closure.rows(open.getKey()).stream().map(PersonRow::key).toList();
            if (!rows.isEmpty() && anyOpen(connection, open.getKey(), open.getValue(), rows)) {
                return true;
            }
        }
        return false;
    }

    private boolean anyOpen(Connection connection, TableName table, String condition, List<List<String>> rows)
            throws SQLException {
        RowKey key = RowKey.of(ownership, table);
        try (PreparedStatement query = connection.prepareStatement("select 1 from " + Sql.name(table) + " a where "
                + key.among("a") + " and (" + condition + ") limit 1")) {
            key.bind(query, 1, rows);
            try (ResultSet found = query.executeQuery()) {
                return found.next();
            }
        }
    }
}

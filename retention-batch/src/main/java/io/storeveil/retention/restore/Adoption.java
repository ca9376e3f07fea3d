package io.storeveil.retention.restore;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.retention.store.Epoch;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.JournalEntry.Action;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Goes on with a restored store that a person has approved of. Its journal goes on behind every entry that was ever written,
 * so that none of its numbers is given twice; then it gets a mark of its own. Interrupted, it is done again.
 */
final class Adoption {

    /** Entries of a run that broke off, and that nobody sealed, have numbers as well. */
    private static final long ROOM = 1_000_000;

    private final SweepContext context;
    private final RestoreRecords records;

    Adoption(SweepContext context, RestoreRecords records) {
        this.context = context;
        this.records = records;
    }

    void of(Restored restored) throws SQLException {
        records.begin(restored, context.run());
        Map<String, String> settled = settled(restored);
        long goesOnAt = context.transaction().run(connection -> {
            long next = numberOn(connection, restored);
            Epoch.forget(connection);
            Set<String> done = Journal.requestsDone(connection, settled.keySet());
            List<JournalEntry> entries = new ArrayList<>(List.of(JournalEntry.marker("restored", null, null)));
            settled.forEach((request, reference) -> {
                if (!done.contains(request)) {
                    entries.add(gone(request, reference));
                }
            });
            new Journal(context.run().id(), "restore").write(connection, entries);
            return next;
        });
        Signs.epoch(context).move(context.run().id());
        records.adopted(restored, context.run(), goesOnAt);
    }

    /**
     * Erasures that this store has not seen and that nobody is to be erased for, with the people's references: those under
     * way whose person the store does not have, and those whose number has somebody who is left alone.
     */
    private Map<String, String> settled(Restored restored) {
        JdbcClient control = JdbcClient.create(context.control());
        Map<String, String> settled = new LinkedHashMap<>();
        control.sql(
                        """
                        select id, subject_ref from storeveil.request where kind = 'erase'
                            and state in ('erased', 'drained', 'shredded', 'checked')
                        union select request, subject_ref from storeveil.restored_person
                            where restore = :id and left_alone""")
                .param("id", restored.id())
                .query((RowCallbackHandler) row -> settled.put(row.getString(1), row.getString(2)));
        control.sql("select request from storeveil.restored_person where restore = :id and not left_alone")
                .param("id", restored.id())
                .query(String.class)
                .list()
                .forEach(settled::remove);
        return settled;
    }

    /** The person's rows are not here; their key may still be waiting to be destroyed. */
    private JournalEntry gone(String request, String reference) {
        KeyState keys = context.keys().current();
        KeyReference key = KeyReference.parse(reference);
        return new JournalEntry(
                Action.MARKER,
                null,
                Journal.REQUEST_DONE,
                request,
                null,
                reference,
                keys.isPunctured(key) ? List.of() : List.of(key),
                List.of(),
                0);
    }

    private long numberOn(Connection connection, Restored restored) throws SQLException {
        long known = JdbcClient.create(context.control())
                .sql(
                        """
                        select greatest(
                            (select coalesce(max(l.journal_id), 0) from storeveil.ledger_leaf l
                             join storeveil.run r on r.id = l.run where r.store = :store),
                            (select coalesce(max(s.up_to_journal_id), 0) from storeveil.shred s
                             join storeveil.run r on r.id = s.run where r.store = :store),
                            :ended)""")
                .param("store", restored.store())
                .param("ended", restored.journalEndedAt())
                .query(Long.class)
                .single();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select setval(pg_get_serial_sequence('storeveil.journal', 'id'), greatest(" + (known + ROOM)
                                + ", (select coalesce(max(id), 0) + 1 from storeveil.journal)), false)")) {
            row.next();
            return row.getLong(1);
        }
    }
}

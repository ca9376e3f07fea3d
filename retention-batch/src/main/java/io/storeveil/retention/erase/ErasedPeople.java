package io.storeveil.retention.erase;

import io.storeveil.keys.Keyring;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.subject.Born;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who was erased, in the control database, for good: a backup may bring them back when nobody else knows of them any more.
 * Written before the rows go, and confirmed when they are gone.
 */
public final class ErasedPeople {

    /**
     * One row that was an erased person.
     *
     * @param number hash of its key
     * @param born   hash of its key and of when the person came to be; null where nothing said when
     */
    public record Row(String request, String number, @Nullable String born, String reference) {}

    private final SweepContext context;
    private final Keyring keys;

    public ErasedPeople(SweepContext context) {
        this.context = context;
        this.keys = context.keys().current();
    }

    /**
     * Reads what is to be kept of people.
     *
     * @param people with the keys of the rows that are them
     */
    public List<Row> read(Connection connection, Ownership ownership, Map<Erasure, List<List<String>>> people)
            throws SQLException {
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<Erasure, List<List<String>>> person : people.entrySet()) {
            Erasure erasure = person.getKey();
            SubjectKind kind = erasure.kind();
            RowKey key = RowKey.columns(ownership, kind.table(), kind.key());
            try (PreparedStatement query = connection.prepareStatement("select " + Born.sql(kind, "a") + ", "
                    + key.texts("a") + " from " + Sql.name(kind.table()) + " a where " + key.among("a"))) {
                key.bind(query, 1, person.getValue());
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        String joined = String.join(",", Texts.of(row, 2, key.size()));
                        rows.add(new Row(
                                erasure.request(),
                                Born.number(keys, kind, joined),
                                Born.hash(keys, kind, joined, row.getString(1)),
                                erasure.subject().toString()));
                    }
                }
            }
        }
        return rows;
    }

    /** Somebody who is erased again, out of a restored store, is remembered already. */
    public void keep(List<Row> rows) {
        List<Object[]> values = new ArrayList<>();
        for (Row row : rows) {
            values.add(new Object[] {
                context.run().store(),
                row.number(),
                row.request(),
                row.born(),
                row.reference(),
                context.run().id(),
                context.clock().instant().atOffset(ZoneOffset.UTC)
            });
        }
        new JdbcTemplate(context.control())
                .batchUpdate(
                        """
                        insert into storeveil.erased_person
                            (store, number_hash, request, born_hash, subject_ref, run, remembered_at)
                        values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing""",
                        values);
    }

    /** Once the rows are gone, as the store's journal says; whose have stayed, after all, was not erased. */
    void confirm() throws SQLException {
        JdbcClient control = JdbcClient.create(context.control());
        List<String> open = control.sql(
                        "select distinct request from storeveil.erased_person where store = ? and not confirmed")
                .param(context.run().store())
                .query(String.class)
                .list();
        if (open.isEmpty()) {
            return;
        }
        Set<String> done = context.transaction().look(connection -> Journal.requestsDone(connection, open));
        control.sql("update storeveil.erased_person set confirmed = true where store = ? and not confirmed"
                        + " and request = any(?)")
                .param(context.run().store())
                .param(done.toArray(String[]::new))
                .update();
        control.sql("delete from storeveil.erased_person where store = ? and not confirmed and request = any(?)")
                .param(context.run().store())
                .param(open.toArray(String[]::new))
                .update();
    }

    /** Of this store, the rows with these numbers of people who were erased. */
    public List<Row> with(Collection<String> numbers) {
        return JdbcClient.create(context.control())
                .sql(
                        """
                        select * from storeveil.erased_person where store = ? and number_hash = any(?)
                            and (confirmed or exists (select from storeveil.request q where q.id = request
                                and q.state in ('erased', 'drained', 'shredded', 'checked', 'closed')))
                        order by request, number_hash""")
                .params(context.run().store(), numbers.toArray(String[]::new))
                .query((row, n) -> new Row(
                        row.getString("request"),
                        row.getString("number_hash"),
                        row.getString("born_hash"),
                        row.getString("subject_ref")))
                .list();
    }
}

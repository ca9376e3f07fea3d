package io.storeveil.retention.consent;

import io.storeveil.control.Consents;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.StoreTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who says no to which purpose, in the store, where the sweep's rules read it. */
public final class Refusals {

    private static final String REFUSE =
            "insert into storeveil.refusal (subject_kind, purpose, subject_key) values (?, ?, ?) on conflict do nothing";
    private static final String ALLOW =
            "delete from storeveil.refusal where subject_kind = ? and purpose = ? and subject_key = ?";
    private static final String REFUSED = "decision <> 'granted' or coalesce(expires_at <= :now, false)";

    private final StoreTransaction store;
    private final JdbcClient control;
    private final Clock clock;

    public Refusals(StoreTransaction store, DataSource control, Clock clock) {
        this.store = store;
        this.control = JdbcClient.create(control);
        this.clock = clock;
    }

    /** What counts is read while the person's fence is closed: of two who write at once, the later has the newer answer. */
    void write(Pending pending) throws SQLException {
        if (pending.purpose().equals(Consents.EVERY_PURPOSE)) {
            return;
        }
        store.run(connection -> {
            Fences.close(connection, pending.subject());
            try (PreparedStatement write = connection.prepareStatement(refused(pending) ? REFUSE : ALLOW)) {
                write.setString(1, pending.subjectKind());
                write.setString(2, pending.purpose());
                write.setString(3, text(pending));
                return write.executeUpdate();
            }
        });
    }

    /**
     * Writes again what people say, to a store that was put back and has what they said before. Whoever says nothing in
     * the control database keeps what the store has of them.
     *
     * @param people key references of people of this kind, with their keys as the store's SQL writes them, joined by commas
     */
    public void rebuild(SubjectKind kind, Map<String, String> people) throws SQLException {
        if (said(people.keySet()).isEmpty()) {
            return;
        }
        store.run(connection -> {
            Fences.closeAll(connection);
            try (PreparedStatement refuse = connection.prepareStatement(REFUSE);
                    PreparedStatement allow = connection.prepareStatement(ALLOW)) {
                for (Said said : said(people.keySet())) {
                    PreparedStatement write = said.refused() ? refuse : allow;
                    write.setString(1, kind.name());
                    write.setString(2, said.purpose());
                    write.setString(3, people.get(said.reference()));
                    write.addBatch();
                }
                refuse.executeBatch();
                return allow.executeBatch().length;
            }
        });
    }

    private record Said(String reference, String purpose, boolean refused) {}

    private List<Said> said(Set<String> references) {
        return control.sql("select subject_ref, purpose, " + REFUSED
                        + " from storeveil.consent_now where subject_ref = any(:refs) and purpose <> :every")
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("refs", references.toArray(String[]::new))
                .param("every", Consents.EVERY_PURPOSE)
                .query((row, n) -> new Said(row.getString(1), row.getString(2), row.getBoolean(3)))
                .list();
    }

    private static String text(Pending pending) {
        return pending.owner().key().stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private boolean refused(Pending pending) {
        return control.sql("select " + REFUSED
                        + " from storeveil.consent_now where subject_ref = :ref and purpose = :purpose")
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("ref", pending.subject().toString())
                .param("purpose", pending.purpose())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** Of people who are gone nothing is left, not even that they said no. */
    static int forgetGone(Connection connection, Ownership ownership) throws SQLException {
        int forgotten = 0;
        for (SubjectKind kind : ownership.policy().subjects().values()) {
            RowKey key = RowKey.columns(ownership, kind.table(), kind.key());
            String theirs = kind.key().size() == 1
                    ? key.read("a", "(array[r.subject_key])")
                    : kind.key().stream()
                                    .map(column -> Sql.of("a", column) + "::text")
                                    .collect(Collectors.joining(" || ',' || "))
                            + " = r.subject_key";
            try (PreparedStatement delete = connection.prepareStatement(
                    "delete from storeveil.refusal r where r.subject_kind = ? and not exists" + " (select 1 from "
                            + Sql.name(kind.table()) + " a where " + theirs + ")")) {
                delete.setString(1, kind.name());
                forgotten += delete.executeUpdate();
            }
        }
        return forgotten;
    }
}

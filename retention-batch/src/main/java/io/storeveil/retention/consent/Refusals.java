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
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who says no to which purpose, in the store, where the sweep's rules read it. */
final class Refusals {

    private final StoreTransaction store;
    private final JdbcClient control;
    private final Clock clock;

    Refusals(StoreTransaction store, DataSource control, Clock clock) {
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
            try (PreparedStatement write = connection.prepareStatement(
                    refused(pending)
                            ? "insert into storeveil.refusal (subject_kind, purpose, subject_key) values (?, ?, ?)"
                                    + " on conflict do nothing"
                            : "delete from storeveil.refusal where subject_kind = ? and purpose = ? and subject_key = ?")) {
                write.setString(1, pending.subjectKind());
                write.setString(2, pending.purpose());
                write.setString(3, text(pending));
                return write.executeUpdate();
            }
        });
    }

    private static String text(Pending pending) {
        return pending.owner().key().stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private boolean refused(Pending pending) {
        return control.sql(
                        """
                        select decision <> 'granted' or coalesce(expires_at <= :now, false) from storeveil.consent_now
                        where subject_ref = :ref and purpose = :purpose""")
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

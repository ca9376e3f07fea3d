package io.storeveil.retention.consent;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whose rows have to go through the stream once more. */
final class ResendRecords {

    private static final String PENDING =
            """
            select r.id, r.subject_sealed, c.subject_kind, c.subject_ref, c.purpose
            from storeveil.resend r join storeveil.consent c on c.id = r.consent""";

    private final JdbcClient control;
    private final KeyState keys;

    ResendRecords(DataSource control, KeyState keys) {
        this.control = JdbcClient.create(control);
        this.keys = keys;
    }

    List<Pending> due(Instant now, int most) {
        return control.sql(
                        PENDING + " where r.due_at <= :now order by r.refused is not null, r.due_at, r.id limit :most")
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("most", most)
                .query(this::pending)
                .list();
    }

    void done(Pending pending) {
        control.sql("delete from storeveil.resend where id = :id")
                .param("id", pending.id())
                .update();
    }

    /** It stays, so that it is tried again once the reason is gone. */
    void refused(Pending pending, String why) {
        control.sql("update storeveil.resend set refused = :why where id = :id")
                .param("why", why)
                .param("id", pending.id())
                .update();
    }

    List<String> refusals() {
        return control.sql("select distinct refused from storeveil.resend where refused is not null order by 1")
                .query(String.class)
                .list();
    }

    /** Also what is due later: of an erased person nothing may be left, not even sealed. */
    void forgetErased() {
        control
                .sql("select r.id, c.subject_ref from storeveil.resend r join storeveil.consent c on c.id = r.consent")
                .query((row, number) -> keys.isPunctured(reference(row)) ? row.getLong("id") : -1)
                .list()
                .stream()
                .filter(id -> id >= 0)
                .forEach(id -> control.sql("delete from storeveil.resend where id = :id")
                        .param("id", id)
                        .update());
    }

    private Pending pending(ResultSet row, int number) throws SQLException {
        KeyReference reference = reference(row);
        return new Pending(
                row.getLong("id"),
                row.getString("subject_kind"),
                reference,
                ConsentRecords.SEALED.unseal(keys, reference, row.getBytes("subject_sealed")),
                row.getString("purpose"));
    }

    private static KeyReference reference(ResultSet row) throws SQLException {
        return KeyReference.parse(row.getString("subject_ref"));
    }
}

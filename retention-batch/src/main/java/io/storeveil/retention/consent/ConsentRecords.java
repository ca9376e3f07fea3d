package io.storeveil.retention.consent;

import io.storeveil.control.Consents;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.subject.SealedSubject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The consent ledger. Statements are only ever added, each with an entry of the ledger and with the rows to resend. */
final class ConsentRecords {

    static final SealedSubject SEALED = new SealedSubject("storeveil/consent");
    /** The workers' clocks may be behind; what has expired must have expired for them too when its rows come by. */
    private static final Duration EXPIRED_EVERYWHERE = Duration.ofMinutes(1);

    private final JdbcClient control;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final Clock clock;

    ConsentRecords(DataSource control, Clock clock) {
        this.control = JdbcClient.create(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
        this.ledger = new Ledger(control, clock);
        this.clock = clock;
    }

    /** @return false if it was recorded before, and nothing was done */
    boolean record(Statement statement, OwnerId owner, Keyring keys, String who) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            Map<String, Object> body = new TreeMap<>(statement.facts());
            body.put("who", who);
            List<Long> added = insert(statement, who);
            if (added.isEmpty()) {
                return false;
            }
            ledger.append("consent-" + statement.decision().word(), null, body);
            resend(statement, added.get(0), SEALED.seal(keys, statement.subject(), owner));
            return true;
        }));
    }

    /** The same as was recorded of the person, of a row of theirs that has a key of its own. */
    void extend(Statement statement, OwnerId row, Keyring keys, String who) {
        transaction.executeWithoutResult(status -> insert(statement, who)
                .forEach(added -> resend(statement, added, SEALED.seal(keys, statement.subject(), row))));
    }

    /** Those of these references for whom every purpose is forbidden now. */
    Set<String> forbidden(Collection<KeyReference> subjects) {
        return control.sql("select subject_ref from storeveil.consent_now"
                        + " where subject_ref = any(:refs) and purpose = :every and decision = 'withdrawn'")
                .param("refs", subjects.stream().map(KeyReference::toString).toArray(String[]::new))
                .param("every", Consents.EVERY_PURPOSE)
                .query(String.class)
                .set();
    }

    private void resend(Statement statement, long consent, byte[] sealed) {
        resend(consent, clock.instant(), sealed);
        if (statement.expires() != null) {
            resend(consent, statement.expires().plus(EXPIRED_EVERYWHERE), sealed);
        }
    }

    private List<Long> insert(Statement statement, String who) {
        return control.sql(
                        """
                        insert into storeveil.consent (sha256, subject_kind, subject_ref, purpose, decision, at, expires_at,
                            notice, wording_sha256, channel, evidence, recorded_by, recorded_at)
                        values (:sha256, :kind, :ref, :purpose, :decision, :at, :expires, :notice, :wording, :channel,
                            :evidence, :who, :now)
                        on conflict (sha256) do nothing returning id""")
                .param("sha256", statement.sha256())
                .param("kind", statement.subjectKind())
                .param("ref", statement.subject().toString())
                .param("purpose", statement.purpose())
                .param("decision", statement.decision().word())
                .param("at", utc(statement.at()))
                .param("expires", statement.expires() == null ? null : utc(statement.expires()))
                .param("notice", statement.notice())
                .param("wording", statement.wordingSha256())
                .param("channel", statement.channel())
                .param("evidence", statement.evidence())
                .param("who", who)
                .param("now", utc(clock.instant()))
                .query(Long.class)
                .list();
    }

    private void resend(long consent, Instant due, byte[] sealed) {
        control.sql("insert into storeveil.resend (consent, due_at, subject_sealed) values (:consent, :due, :sealed)")
                .param("consent", consent)
                .param("due", utc(due))
                .param("sealed", sealed)
                .update();
    }

    /** By purpose; what counts comes first. */
    List<Statement> of(KeyReference subject) {
        return control.sql(
                        """
                        select * from storeveil.consent where subject_ref = :ref
                        order by purpose, at desc, (decision = 'granted'), id desc""")
                .param("ref", subject.toString())
                .query(ConsentRecords::statement)
                .list();
    }

    private static Statement statement(ResultSet row, int number) throws SQLException {
        Instant at = instant(row, "at");
        return new Statement(
                row.getString("subject_kind"),
                KeyReference.parse(row.getString("subject_ref")),
                row.getString("purpose"),
                Decision.of(row.getString("decision")).orElseThrow(),
                at == null ? Instant.EPOCH : at,
                instant(row, "expires_at"),
                row.getString("notice"),
                row.getString("wording_sha256"),
                row.getString("channel"),
                row.getString("evidence"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}

package io.storeveil.retention.restore;

import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.sweep.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Stores that were put back from a backup, and what people decided about them. */
final class RestoreRecords {

    private final JdbcClient control;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final Clock clock;

    RestoreRecords(DataSource control, Clock clock) {
        this.control = JdbcClient.create(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
        this.ledger = new Ledger(control, clock);
        this.clock = clock;
    }

    /** The one that waits for a person, or for the next sweep. */
    Optional<Restored> pending(String store) {
        return control.sql("select * from storeveil.restore where store = :store and adopted_at is null")
                .param("store", store)
                .query(RestoreRecords::restored)
                .optional();
    }

    /**
     * Enters what a run has found. Found again, it keeps its signs, and the end of its journal that lies further back.
     *
     * @param body who is back, as JSON
     */
    Restored found(Run run, List<String> signs, long journalEndedAt, String body) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Optional<Restored> before = pending(run.store());
            if (before.isEmpty()) {
                insert(run, signs, journalEndedAt, body);
                ledger.append(
                        "restore-found",
                        run.id(),
                        Map.of("signs", signs, "journalEndedAt", journalEndedAt, "sha256", sha256(body)));
            } else {
                update(before.get(), signs, journalEndedAt, body);
            }
            return pending(run.store()).orElseThrow();
        }));
    }

    private void insert(Run run, List<String> signs, long journalEndedAt, String body) {
        control.sql(
                        """
                        insert into storeveil.restore (store, run, found_at, signs, journal_ended_at, body, sha256)
                        values (:store, :run, :now, :signs, :ended, :body, :sha256)""")
                .param("store", run.store())
                .param("run", run.id())
                .param("now", now())
                .param("signs", signs.toArray(String[]::new))
                .param("ended", journalEndedAt)
                .param("body", body)
                .param("sha256", sha256(body))
                .update();
    }

    private void update(Restored before, List<String> signs, long journalEndedAt, String body) {
        Set<String> all = new LinkedHashSet<>(before.signs());
        all.addAll(signs);
        control.sql(
                        """
                        update storeveil.restore set signs = :signs, body = :body, sha256 = :sha256,
                            journal_ended_at = least(journal_ended_at, :ended) where id = :id""")
                .param("id", before.id())
                .param("signs", all.toArray(String[]::new))
                .param("ended", journalEndedAt)
                .param("body", body)
                .param("sha256", sha256(body))
                .update();
    }

    private static Restored restored(ResultSet row, int number) throws SQLException {
        List<String> signs = new ArrayList<>();
        for (Object sign : (Object[]) row.getArray("signs").getArray()) {
            signs.add(String.valueOf(sign));
        }
        return new Restored(
                row.getLong("id"),
                row.getString("store"),
                row.getString("run"),
                row.getObject("found_at", OffsetDateTime.class).toInstant(),
                signs,
                row.getLong("journal_ended_at"),
                row.getString("body"),
                row.getString("sha256"));
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}

package io.storeveil.retention.shred;

import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.sweep.SweepContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes down what is shredded: ledger, the run's row, and the state of its requests, together or not at all. */
public final class ShredRecord {

    private final SweepContext context;
    private final JdbcClient control;

    ShredRecord(SweepContext context) {
        this.context = context;
        this.control = JdbcClient.create(context.control());
    }

    /** The last entry of the store's journal whose keys are destroyed; 0 if none are. */
    public static long upTo(SweepContext context) {
        return JdbcClient.create(context.control())
                .sql(
                        """
                        select coalesce(max(up_to_journal_id), 0) from storeveil.shred
                        join storeveil.run on run.id = shred.run where store = :store""")
                .param("store", context.run().store())
                .query(Long.class)
                .single();
    }

    void write(PendingLeaves shredded, long version) {
        new TransactionTemplate(new JdbcTransactionManager(context.control())).executeWithoutResult(transaction -> {
            Instant effective = context.clock()
                    .instant()
                    .atZone(context.policy().timeZone())
                    .plus(context.settings().keyBackupsKept())
                    .toInstant();
            if (row(shredded, version, effective)) {
                new Ledger(context.control(), context.clock())
                        .append(
                                "shredded",
                                context.run().id(),
                                Map.of(
                                        "upToJournalEntry", shredded.upTo(),
                                        "keys", shredded.leaves().size(),
                                        "keyState", version,
                                        "effectiveAt", effective.toString(),
                                        "requests", shredded.requests()));
            }
        });
    }

    /** A restored attempt may shred a second time in one run: what came later counts as well. */
    private boolean row(PendingLeaves shredded, long version, Instant effective) {
        return control.sql(
                                """
                                insert into storeveil.shred (run, up_to_journal_id, state_version, leaves, effective_at)
                                values (:run, :upTo, :version, :leaves, :now)
                                on conflict (run) do update set up_to_journal_id = excluded.up_to_journal_id,
                                    state_version = excluded.state_version,
                                    leaves = shred.leaves + excluded.leaves, effective_at = excluded.effective_at
                                where shred.up_to_journal_id < excluded.up_to_journal_id""")
                        .param("run", context.run().id())
                        .param("upTo", shredded.upTo())
                        .param("version", version)
                        .param("leaves", shredded.leaves().size())
                        .param("now", effective.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }
}

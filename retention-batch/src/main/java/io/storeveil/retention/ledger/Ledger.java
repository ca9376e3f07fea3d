package io.storeveil.retention.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was decided and done, in the order in which it happened. Entries are only ever added: the database refuses UPDATE,
 * DELETE and TRUNCATE, and a change around that refusal breaks the chain of hashes where it was made.
 */
public final class Ledger {

    /** Any number that no other program locks: "ledg" in ASCII. */
    private static final long LOCK = 0x6c656467L;

    private final JdbcClient control;
    private final TransactionTemplate transaction;
    private final Clock clock;

    public Ledger(DataSource control, Clock clock) {
        this.control = JdbcClient.create(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
        this.clock = clock;
    }

    /**
     * Adds an entry; within a transaction of the caller on the same {@code DataSource} it becomes part of that.
     *
     * @param kind what happened: {@code request-approved}
     * @param run  the run's id; null for what people do
     * @param body references, counts and hashes: nothing that names a person of the store
     */
    public LedgerEntry append(String kind, @Nullable String run, Map<String, ?> body) {
        String json = JsonMapper.shared().writeValueAsString(new TreeMap<>(body));
        LedgerEntry added = transaction.execute(status -> {
            control.sql("select 1 from pg_advisory_xact_lock(:lock)")
                    .param("lock", LOCK)
                    .query(Integer.class)
                    .single();
            Optional<LedgerEntry> last = last();
            LedgerEntry entry = LedgerEntry.after(
                    last.map(LedgerEntry::hash).orElse(LedgerEntry.BEFORE_THE_FIRST),
                    last.map(LedgerEntry::seq).orElse(0L) + 1,
                    clock.instant(),
                    run == null ? "" : run,
                    kind,
                    json);
            insert(entry);
            return entry;
        });
        return java.util.Objects.requireNonNull(added);
    }

    /** The hash that stands for everything so far; 64 zeros when there is nothing. */
    public String head() {
        return last().map(LedgerEntry::hash).orElse(LedgerEntry.BEFORE_THE_FIRST);
    }

    public List<LedgerEntry> entries() {
        return control.sql("select * from storeveil.ledger order by seq")
                .query(Ledger::entry)
                .list();
    }

    public List<LedgerEntry> entries(String run) {
        return control.sql("select * from storeveil.ledger where run = :run order by seq")
                .param("run", run)
                .query(Ledger::entry)
                .list();
    }

    private Optional<LedgerEntry> last() {
        return control.sql("select * from storeveil.ledger order by seq desc limit 1")
                .query(Ledger::entry)
                .optional();
    }

    private void insert(LedgerEntry entry) {
        control.sql(
                        """
                        insert into storeveil.ledger (seq, at, run, kind, body, prev_hash, hash)
                        values (:seq, :at, :run, :kind, :body, :prev, :hash)""")
                .param("seq", entry.seq())
                .param("at", entry.at().atOffset(ZoneOffset.UTC))
                .param("run", entry.run())
                .param("kind", entry.kind())
                .param("body", entry.body())
                .param("prev", HexFormat.of().parseHex(entry.prev()))
                .param("hash", HexFormat.of().parseHex(entry.hash()))
                .update();
    }

    private static LedgerEntry entry(ResultSet row, int number) throws SQLException {
        return new LedgerEntry(
                row.getLong("seq"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("run"),
                row.getString("kind"),
                row.getString("body"),
                HexFormat.of().formatHex(row.getBytes("prev_hash")),
                HexFormat.of().formatHex(row.getBytes("hash")));
    }
}

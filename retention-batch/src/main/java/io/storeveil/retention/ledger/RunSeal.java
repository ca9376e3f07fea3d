package io.storeveil.retention.ledger;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes what a run has committed to the store's journal over into the ledger: a hash of each entry, and the root of the
 * tree over them as a link of the chain. Who changes the journal afterwards would have to change the ledger as well, in
 * another database, and every report and signature that came later.
 */
public final class RunSeal {

    static final String KIND = "run-sealed";

    /**
     * @param leaves journal entries under it
     * @param root   lower-case hex
     * @param seq    of the ledger's entry that holds it
     * @param head   that entry's hash, which stands for everything before it as well
     */
    public record Sealed(long leaves, String root, long seq, String head) {}

    private final JdbcClient control;
    private final NamedParameterJdbcTemplate batches;
    private final TransactionTemplate transaction;
    private final Ledger ledger;

    public RunSeal(DataSource control, Clock clock) {
        this.control = JdbcClient.create(control);
        this.batches = new NamedParameterJdbcTemplate(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
        this.ledger = new Ledger(control, clock);
    }

    /**
     * Seals what the run has done so far. Called again, it adds what came later, and nothing if nothing did.
     *
     * @throws SQLException if the store's journal cannot be read
     */
    public Sealed seal(DataSource store, String run) throws SQLException {
        List<Leaf> sealed = leaves(run);
        List<Leaf> fresh = new ArrayList<>();
        JournalLine.read(
                store,
                run,
                last(sealed),
                line -> fresh.add(new Leaf(
                        run,
                        sealed.size() + fresh.size(),
                        line.id(),
                        HexFormat.of().formatHex(line.leaf()),
                        line.text())));
        Optional<Sealed> before = of(run);
        if (fresh.isEmpty() && before.isPresent()) {
            return before.get();
        }
        List<Leaf> all = new ArrayList<>(sealed);
        all.addAll(fresh);
        return Objects.requireNonNull(transaction.execute(status -> write(run, fresh, all)));
    }

    /** The run's latest seal. */
    public Optional<Sealed> of(String run) {
        return ledger.entries(run).stream()
                .filter(entry -> entry.kind().equals(KIND))
                .reduce((earlier, later) -> later)
                .map(RunSeal::sealed);
    }

    /** Everything sealed, by run, with what the store's journal says of it now. */
    Map<String, List<Leaf>> all(DataSource store) throws SQLException {
        Map<String, List<Leaf>> runs = new HashMap<>();
        List<String> names = control.sql("select distinct run from storeveil.ledger_leaf")
                .query(String.class)
                .list();
        for (String run : names) {
            runs.put(run, leaves(store, run));
        }
        return runs;
    }

    /** The same of one run. */
    List<Leaf> leaves(DataSource store, String run) throws SQLException {
        Map<Long, String> lines = new HashMap<>();
        JournalLine.read(store, run, 0, line -> lines.put(line.id(), line.text()));
        return leaves(run).stream()
                .map(leaf ->
                        new Leaf(leaf.run(), leaf.position(), leaf.journal(), leaf.hash(), lines.get(leaf.journal())))
                .toList();
    }

    /**
     * Whether the last entry that was sealed of a store still stands in its journal as it was sealed. What a restored
     * store lost, and somebody has approved of, is not asked for.
     *
     * @param name of the store
     */
    public Optional<String> lost(DataSource store, String name) throws SQLException {
        Optional<Leaf> last = control.sql(
                        """
                        select l.* from storeveil.ledger_leaf l join storeveil.run r on r.id = l.run
                        where r.store = :store and not exists (select from storeveil.restore a where a.store = r.store
                            and l.journal_id > a.journal_ended_at and l.journal_id < a.journal_goes_on_at)
                        order by l.journal_id desc limit 1""")
                .param("store", name)
                .query((row, n) -> new Leaf(
                        row.getString("run"),
                        row.getLong("position"),
                        row.getLong("journal_id"),
                        HexFormat.of().formatHex(row.getBytes("hash")),
                        null))
                .optional();
        if (last.isEmpty()) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>();
        JournalLine.read(store, last.get().run(), last.get().journal() - 1, line -> {
            if (line.id() == last.get().journal()) {
                found.add(HexFormat.of().formatHex(line.leaf()));
            }
        });
        String entry = "entry " + last.get().journal() + " of its journal, which "
                + last.get().run() + " sealed, ";
        return found.contains(last.get().hash())
                ? Optional.empty()
                : Optional.of(entry + (found.isEmpty() ? "is gone" : "is another one"));
    }

    /** The run under whose seal a journal entry is. */
    Optional<String> runOf(long journal) {
        return control.sql("select run from storeveil.ledger_leaf where journal_id = :journal order by run limit 1")
                .param("journal", journal)
                .query(String.class)
                .optional();
    }

    private List<Leaf> leaves(String run) {
        return control.sql("select * from storeveil.ledger_leaf where run = :run order by position")
                .param("run", run)
                .query((row, n) -> new Leaf(
                        run,
                        row.getLong("position"),
                        row.getLong("journal_id"),
                        HexFormat.of().formatHex(row.getBytes("hash")),
                        null))
                .list();
    }

    private Sealed write(String run, List<Leaf> fresh, List<Leaf> all) {
        batches.batchUpdate(
                """
                insert into storeveil.ledger_leaf (run, position, journal_id, hash)
                values (:run, :position, :journal, :hash)""",
                fresh.stream()
                        .map(leaf -> new MapSqlParameterSource()
                                .addValue("run", run)
                                .addValue("position", leaf.position())
                                .addValue("journal", leaf.journal())
                                .addValue("hash", HexFormat.of().parseHex(leaf.hash())))
                        .toArray(MapSqlParameterSource[]::new));
        return sealed(ledger.append(KIND, run, body(all)));
    }

    static Map<String, ?> body(List<Leaf> leaves) {
        return Map.of("leaves", leaves.size(), "root", root(leaves), "lastJournalEntry", last(leaves));
    }

    static String root(List<Leaf> leaves) {
        return HexFormat.of()
                .formatHex(MerkleTree.root(leaves.stream()
                        .map(leaf -> HexFormat.of().parseHex(leaf.hash()))
                        .toList()));
    }

    private static long last(List<Leaf> leaves) {
        return leaves.isEmpty() ? 0 : leaves.get(leaves.size() - 1).journal();
    }

    static Sealed sealed(LedgerEntry entry) {
        JsonNode body = JsonMapper.shared().readTree(entry.body());
        return new Sealed(body.path("leaves").asLong(), body.path("root").asString(), entry.seq(), entry.hash());
    }
}

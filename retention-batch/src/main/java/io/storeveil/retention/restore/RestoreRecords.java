package io.storeveil.retention.restore;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ledger.Sha256;
import io.storeveil.retention.person.PersonRecords;
import io.storeveil.retention.person.Signatory;
import io.storeveil.retention.restore.Restored.Approval;
import io.storeveil.retention.subject.Sealing;
import io.storeveil.retention.sweep.Run;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Stores that were put back from a backup, and what people decided about them. */
final class RestoreRecords {

    static final Sealing SEALED = new Sealing("storeveil/restore");

    private final JdbcClient control;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final PersonRecords people;
    private final Clock clock;

    RestoreRecords(DataSource control, Clock clock) {
        this.control = JdbcClient.create(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
        this.ledger = new Ledger(control, clock);
        this.people = new PersonRecords(control, clock);
        this.clock = clock;
    }

    /** The one of this store that waits for a person, or for the next sweep. */
    Optional<Restored> pending(String store) {
        return control.sql("select * from storeveil.restore where store = :store and adopted_at is null")
                .param("store", store)
                .query(RestoreRecords::restored)
                .optional();
    }

    /** Of all stores. */
    List<Restored> pending() {
        return control.sql("select * from storeveil.restore where adopted_at is null order by store")
                .query(RestoreRecords::restored)
                .list();
    }

    /** Certain ones first. */
    List<Back> people(Restored restored) {
        return control.sql(
                        """
                        select * from storeveil.restored_person where restore = :id
                        order by born_hash is null, request, subject_ref""")
                .param("id", restored.id())
                .query((row, n) -> new Back(
                        row.getString("request"),
                        row.getString("subject_ref"),
                        row.getString("kind"),
                        row.getString("born_hash") != null,
                        rows(row.getString("rows"))))
                .list();
    }

    private static Map<String, Long> rows(String json) {
        Map<String, Long> rows = new TreeMap<>();
        for (Map.Entry<String, JsonNode> table :
                JsonMapper.shared().readTree(json).properties()) {
            rows.put(table.getKey(), table.getValue().asLong());
        }
        return rows;
    }

    /**
     * Enters what a run has found. Found again, it keeps its signs, and the end of its journal that lies further back; an
     * approval holds only for the people whom it has listed.
     *
     * @param others how many have the number of somebody who was erased, and are somebody else
     */
    Restored found(Run run, List<String> signs, long journalEndedAt, List<Match> matches, long others, Keyring keys) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Optional<Restored> before = pending(run.store());
            Set<String> all = new LinkedHashSet<>(before.map(Restored::signs).orElse(List.of()));
            all.addAll(signs);
            String finder = before.map(Restored::run).orElse(run.id());
            long ended = Math.min(before.map(Restored::journalEndedAt).orElse(journalEndedAt), journalEndedAt);
            List<String> waiting = waiting(before.map(Restored::foundAt).orElse(clock.instant()));
            String body = body(run.store(), finder, ended, matches, waiting);
            write(before.map(Restored::id).orElseGet(() -> entered(run, ended)), all, ended, body, others, waiting);
            Restored restored = pending(run.store()).orElseThrow();
            replace(restored, matches, keys);
            if (before.isEmpty()) {
                ledger.append(
                        "restore-found",
                        run.id(),
                        Map.of(
                                "signs", restored.signs(),
                                "journalEndedAt", ended,
                                "sha256", restored.sha256(),
                                "people", matches.size()));
            }
            return restored;
        }));
    }

    private long entered(Run run, long ended) {
        return control.sql(
                        """
                        insert into storeveil.restore (store, run, found_at, signs, journal_ended_at, body, sha256)
                        values (:store, :run, :now, '{}', :ended, '', '') returning id""")
                .param("store", run.store())
                .param("run", run.id())
                .param("now", now())
                .param("ended", ended)
                .query(Long.class)
                .single();
    }

    private void write(long id, Collection<String> signs, long ended, String body, long others, List<String> waiting) {
        control.sql(
                        """
                        update storeveil.restore set signs = :signs, journal_ended_at = :ended, body = :body,
                            sha256 = :sha256, others = :others, waiting = :waiting where id = :id""")
                .param("id", id)
                .param("signs", signs.toArray(String[]::new))
                .param("ended", ended)
                .param("body", body)
                .param("sha256", Sha256.of(body))
                .param("others", others)
                .param("waiting", waiting.toArray(String[]::new))
                .update();
    }

    private void replace(Restored restored, List<Match> matches, Keyring keys) {
        control.sql("delete from storeveil.restored_person where restore = :id")
                .param("id", restored.id())
                .update();
        for (Match match : matches) {
            Map<String, Long> rows = new TreeMap<>();
            match.rows().forEach((table, count) -> rows.put(table.toString(), count));
            KeyReference reference = KeyReference.parse(match.reference());
            control.sql(
                            """
                            insert into storeveil.restored_person
                                (restore, request, subject_ref, kind, sealed, born_hash, rows)
                            values (:id, :request, :reference, :kind, :sealed, :born, :rows)""")
                    .param("id", restored.id())
                    .param("request", match.request())
                    .param("reference", match.reference())
                    .param("kind", match.kind().name())
                    .param(
                            "sealed",
                            SEALED.seal(keys, reference, JsonMapper.shared().writeValueAsString(match.key())))
                    .param("born", match.born())
                    .param("rows", JsonMapper.shared().writeValueAsString(rows))
                    .update();
        }
    }

    /** Requests from before, of which nobody wrote down when whom they mean came to be. */
    private List<String> waiting(Instant found) {
        return control.sql(
                        """
                        select id from storeveil.request q where kind = 'erase' and born_hash is null
                            and state in ('received', 'approved', 'scheduled', 'held') and exists
                            (select from storeveil.request_event e where e.request = q.id and e.at < :found)
                        order by id""")
                .param("found", found.atOffset(ZoneOffset.UTC))
                .query(String.class)
                .list();
    }

    private static String body(String store, String finder, long ended, List<Match> matches, List<String> waiting) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("store", store);
        body.put("run", finder);
        body.put("journalEndedAt", ended);
        body.put(
                "people",
                matches.stream()
                        .map(match -> Map.entry(match.request() + " " + match.reference(), match.certain()))
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, Map.Entry::getValue, (one, same) -> one, TreeMap::new)));
        body.put("waiting", waiting);
        return JsonMapper.shared().writeValueAsString(body);
    }

    /**
     * Signs that these people are erased again, and that the sweep goes on with the store as it is.
     *
     * @param leftAlone references of people who are not: because they are somebody else
     * @throws InputWrong if one of them is not listed, or the signatory started the run that found the store
     */
    void approve(Restored restored, Set<String> leftAlone, Signatory signatory) {
        String person = signatory.person().name();
        String operator = control.sql("select operator from storeveil.run where id = :run")
                .param("run", restored.run())
                .query(String.class)
                .single();
        if (person.equals(operator)) {
            throw new InputWrong(
                    restored.run() + " was started by " + person + ": a second person has to approve what it found");
        }
        Set<String> listed = new TreeSet<>();
        people(restored).forEach(back -> listed.add(back.reference()));
        if (!listed.containsAll(leftAlone)) {
            throw new InputWrong("--leave: a reference that is not listed; see 'restore show'");
        }
        List<String> left = List.copyOf(new TreeSet<>(leftAlone));
        transaction.executeWithoutResult(status -> {
            control.sql(
                            """
                            update storeveil.restore set approved_by = :person, approved_at = :now,
                                approved_sha256 = :sha256, left_alone = :left, approval_signature = :signature
                            where id = :id and adopted_run is null""")
                    .param("person", person)
                    .param("now", now())
                    .param("sha256", restored.sha256())
                    .param("left", left.toArray(String[]::new))
                    .param("signature", signatory.sign(Approval.text(restored, restored.sha256(), left)))
                    .param("id", restored.id())
                    .update();
            ledger.append(
                    "restore-approved",
                    restored.run(),
                    Map.of(
                            "who",
                            person,
                            "journalEndedAt",
                            restored.journalEndedAt(),
                            "sha256",
                            restored.sha256(),
                            "people",
                            listed.size() - left.size(),
                            "leftAlone",
                            left));
        });
    }

    /** Whether an enrolled person has signed exactly what is listed now. */
    boolean approved(Restored restored) {
        Approval approval = restored.approval();
        return approval != null
                && approval.sha256().equals(restored.sha256())
                && Sha256.of(restored.body()).equals(restored.sha256())
                && people.signed(
                        approval.person(),
                        Approval.text(restored, approval.sha256(), approval.leftAlone()),
                        HexFormat.of().parseHex(approval.signature()));
    }

    /** From here on what is listed stays as it is, until the store was taken over. */
    void begin(Restored restored, Run run) {
        transaction.executeWithoutResult(status -> {
            control.sql("update storeveil.restore set adopted_run = :run where id = :id")
                    .param("run", run.id())
                    .param("id", restored.id())
                    .update();
            control.sql(
                            """
                            update storeveil.restored_person p set left_alone = true, sealed = null
                            from storeveil.restore r where r.id = p.restore and r.id = :id
                                and p.subject_ref = any(r.left_alone)""")
                    .param("id", restored.id())
                    .update();
        });
    }

    /** @param goesOnAt the first entry that its journal has from now on */
    void adopted(Restored restored, Run run, long goesOnAt) {
        transaction.executeWithoutResult(status -> {
            control.sql(
                            """
                            update storeveil.restore set adopted_at = :now, journal_goes_on_at = :on
                            where id = :id and adopted_at is null""")
                    .param("now", now())
                    .param("on", goesOnAt)
                    .param("id", restored.id())
                    .update();
            ledger.append(
                    "restore-adopted",
                    run.id(),
                    Map.of("journalEndedAt", restored.journalEndedAt(), "journalGoesOnAt", goesOnAt));
        });
    }

    private static Restored restored(ResultSet row, int number) throws SQLException {
        return new Restored(
                row.getLong("id"),
                row.getString("store"),
                row.getString("run"),
                row.getObject("found_at", OffsetDateTime.class).toInstant(),
                texts(row.getArray("signs")),
                row.getLong("journal_ended_at"),
                row.getString("body"),
                row.getString("sha256"),
                row.getLong("others"),
                texts(row.getArray("waiting")),
                approval(row),
                row.getString("adopted_run"));
    }

    private static @Nullable Approval approval(ResultSet row) throws SQLException {
        return row.getString("approved_by") == null
                ? null
                : new Approval(
                        row.getString("approved_by"),
                        texts(row.getArray("left_alone")),
                        row.getString("approved_sha256"),
                        HexFormat.of().formatHex(row.getBytes("approval_signature")));
    }

    private static List<String> texts(Array array) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (Object text : (Object[]) array.getArray()) {
            texts.add(String.valueOf(text));
        }
        return texts;
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}

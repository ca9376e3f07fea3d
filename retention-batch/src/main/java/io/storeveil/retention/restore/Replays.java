package io.storeveil.retention.restore;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.erase.ErasureRequests;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Besides what is due anyway, the people whom a restored store has brought back and whose second erasure a person has
 * approved: by the request of their first one, and whatever was open in the backup.
 */
public final class Replays implements ErasureRequests {

    private final ErasureRequests requests;

    public Replays(ErasureRequests requests) {
        this.requests = requests;
    }

    @Override
    public List<Erasure> due(SweepContext context) {
        Map<String, Erasure> due = new LinkedHashMap<>();
        again(context).forEach(erasure -> due.put(erasure.request(), erasure));
        requests.due(context).forEach(erasure -> due.putIfAbsent(erasure.request(), erasure));
        return List.copyOf(due.values());
    }

    /** Those that are not done yet, and those that this run has done. */
    private static List<Erasure> again(SweepContext context) {
        KeyState keys = context.keys().current();
        return JdbcClient.create(context.control())
                .sql(
                        """
                        select p.* from storeveil.restored_person p join storeveil.restore r on r.id = p.restore
                        where r.store = :store and r.adopted_at is not null and p.sealed is not null
                            and (p.erased_run is null or p.erased_run = :run)
                        order by p.request, p.subject_ref""")
                .param("store", context.run().store())
                .param("run", context.run().id())
                .query((row, n) -> erasure(context, keys, row))
                .list();
    }

    private static Erasure erasure(SweepContext context, KeyState keys, ResultSet row) throws SQLException {
        SubjectKind kind = context.policy().subjects().get(row.getString("kind"));
        if (kind == null) {
            throw new StepFailed("request " + row.getString("request") + " was about a " + row.getString("kind")
                    + ", and the policy no longer knows this kind of subject");
        }
        KeyReference reference = KeyReference.parse(row.getString("subject_ref"));
        List<String> key = new ArrayList<>();
        for (JsonNode part :
                JsonMapper.shared().readTree(RestoreRecords.SEALED.unseal(keys, reference, row.getBytes("sealed")))) {
            key.add(part.asString());
        }
        return new Erasure(row.getString("request"), kind, key, reference, true, null, row.getString("born_hash"));
    }

    @Override
    public boolean mayGo(Erasure erasure) {
        return requests.mayGo(erasure);
    }

    @Override
    public void ended(SweepContext context, Erasure erasure, boolean held, boolean finished) {
        if (finished && !context.run().simulate()) {
            written(context, erasure);
        }
        requests.ended(context, erasure, held, finished);
    }

    private static void written(SweepContext context, Erasure erasure) {
        new TransactionTemplate(new JdbcTransactionManager(context.control())).executeWithoutResult(status -> {
            int done = JdbcClient.create(context.control())
                    .sql(
                            """
                            update storeveil.restored_person p set erased_run = :run from storeveil.restore r
                            where r.id = p.restore and r.store = :store and r.adopted_at is not null
                                and p.request = :request and not p.left_alone and p.erased_run is null""")
                    .param("run", context.run().id())
                    .param("store", context.run().store())
                    .param("request", erasure.request())
                    .update();
            if (done > 0) {
                new Ledger(context.control(), context.clock())
                        .append(
                                "erased-again-after-restore",
                                context.run().id(),
                                Map.of(
                                        "request",
                                        erasure.request(),
                                        "subject",
                                        erasure.subject().toString()));
            }
        });
    }

    @Override
    public void allEnded(SweepContext context) throws SQLException {
        requests.allEnded(context);
    }

    /** Who was erased again by an earlier run need not be known any more, unless the first erasure is still under way. */
    static void forget(SweepContext context) {
        String earlier =
                """
                select p.request from storeveil.restored_person p join storeveil.restore r on r.id = p.restore
                where r.store = :store and p.sealed is not null and p.erased_run <> :run""";
        JdbcClient control = JdbcClient.create(context.control());
        control.sql("delete from storeveil.trace where request in (" + earlier + ") and request not in (select id from"
                        + " storeveil.request where state not in ('closed', 'withdrawn', 'refused'))")
                .param("run", context.run().id())
                .param("store", context.run().store())
                .update();
        control.sql("update storeveil.restored_person set sealed = null where erased_run <> :run and request in ("
                        + earlier + ")")
                .param("run", context.run().id())
                .param("store", context.run().store())
                .update();
    }
}

package io.storeveil.retention.shred;

import io.storeveil.keys.KeyReference;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Leaves that the store's journal names and that no shredding has taken yet, whichever run erased their rows.
 *
 * @param after the last journal entry that is shredded
 * @param upTo  the last entry that these leaves come from
 * @param leaves without doubles
 * @param requests whose erasure these entries carried out
 * @param changes entries that changed rows
 */
public record PendingLeaves(long after, long upTo, Set<KeyReference> leaves, Set<String> requests, long changes) {

    private record Entry(long id, List<KeyReference> leaves, String request, boolean change) {}

    /** All that the journal holds now. */
    public static PendingLeaves in(SweepContext context) {
        return before(context, Long.MAX_VALUE);
    }

    /** What stands before this run's marker, which is what was drained; nothing where there is no marker. */
    static PendingLeaves drained(SweepContext context) {
        long marker = JdbcClient.create(context.store())
                .sql(
                        """
                        select coalesce(max(id), 0) from storeveil.journal
                        where run = :run and action = 'marker' and rule = 'drain'""")
                .param("run", context.run().id())
                .query(Long.class)
                .single();
        return before(context, marker);
    }

    private static PendingLeaves before(SweepContext context, long marker) {
        long after = ShredRecord.upTo(context);
        requireSameStore(context, after);
        List<Entry> entries = JdbcClient.create(context.store())
                .sql(
                        """
                        select id, coalesce(key_refs, ''::bytea) as key_refs, coalesce(request, '') as request,
                            action <> 'marker' as change
                        from storeveil.journal
                        where id > :after and id <= :marker and not (action = 'marker' and rule = 'drain')
                        order by id""")
                .param("after", after)
                .param("marker", marker)
                .query((row, n) -> new Entry(
                        row.getLong("id"),
                        split(row.getLong("id"), row.getBytes("key_refs")),
                        row.getString("request"),
                        row.getBoolean("change")))
                .list();
        Set<KeyReference> leaves = new LinkedHashSet<>();
        Set<String> requests = new TreeSet<>();
        for (Entry entry : entries) {
            leaves.addAll(entry.leaves());
            requests.add(entry.request());
        }
        requests.remove("");
        long last = entries.isEmpty() ? after : entries.get(entries.size() - 1).id();
        return new PendingLeaves(
                after,
                marker == Long.MAX_VALUE ? last : Math.max(marker, after),
                leaves,
                requests,
                entries.stream().filter(Entry::change).count());
    }

    private static List<KeyReference> split(long entry, byte[] all) {
        if (all.length % KeyReference.LENGTH != 0) {
            throw new StepFailed("storeveil.journal entry " + entry + ": key_refs has " + all.length
                    + " bytes, not a multiple of " + KeyReference.LENGTH + "; was the journal changed by hand?");
        }
        List<KeyReference> leaves = new ArrayList<>();
        for (int at = 0; at < all.length; at += KeyReference.LENGTH) {
            leaves.add(KeyReference.of(Arrays.copyOfRange(all, at, at + KeyReference.LENGTH)));
        }
        return leaves;
    }

    /** A store put back from a backup issues journal ids again that were shredded; its new entries would be passed over. */
    private static void requireSameStore(SweepContext context, long after) {
        long issued = JdbcClient.create(context.store())
                .sql(
                        """
                        select coalesce((select last_value from pg_sequences where schemaname = 'storeveil'
                            and sequencename = 'journal_id_seq'), 0)""")
                .query(Long.class)
                .single();
        if (issued < after) {
            throw new StepFailed("the store's journal ends at entry " + issued + ", but entry " + after
                    + " was shredded already: the store was put back from a backup; nothing may be shredded until a "
                    + "person has compared the two");
        }
    }

    /** No row was changed and no key is waiting. */
    public boolean nothingSince() {
        return changes == 0 && leaves.isEmpty();
    }
}

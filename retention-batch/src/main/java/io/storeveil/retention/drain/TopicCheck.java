package io.storeveil.retention.drain;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.drain.Looked.Left;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Looks in the topics for what requests erased, since it was erased: behind the delete of a row nothing may come of it
 * again, and no record of a row may tell what was under the person's key.
 */
final class TopicCheck {

    /** One table's rows in its topic. */
    private record Seen(Table table, Map<String, Boolean> wanted, Map<String, Boolean> gone, Set<String> legible) {

        static Seen of(Table table, Map<String, Boolean> wanted) {
            return new Seen(table, wanted, new HashMap<>(), new HashSet<>());
        }

        List<Left> left(String topic) {
            long back = wanted.entrySet().stream()
                    .filter(row -> row.getValue() && Boolean.FALSE.equals(gone.get(row.getKey())))
                    .count();
            List<Left> left = new ArrayList<>();
            Looked.add(
                    left,
                    table.name(),
                    back,
                    "rows that requests deleted come again behind their delete in the topic " + topic);
            Looked.add(
                    left,
                    table.name(),
                    legible.size(),
                    "rows of erased people can still be read in the topic " + topic);
            return left;
        }
    }

    private final Policy policy;
    private final String prefix;
    private final Legible legible;

    TopicCheck(Policy policy, String prefix, Legible legible) {
        this.policy = policy;
        this.prefix = prefix;
        this.legible = legible;
    }

    Looked look(Topics topics, Erased erased) {
        Set<String> there = topics.names();
        Map<String, Seen> seen = new TreeMap<>();
        List<Left> left = new ArrayList<>();
        long rows = 0;
        for (Map.Entry<TableName, Map<String, Boolean>> of :
                erased.captured(policy).entrySet()) {
            String topic = prefix + "." + of.getKey();
            rows += of.getValue().size();
            if (there.contains(topic)) {
                seen.put(topic, Seen.of(policy.table(of.getKey()).orElseThrow(), of.getValue()));
            } else {
                left.add(new Left(
                        of.getKey(),
                        of.getValue().size(),
                        Severity.DECISION,
                        "Kafka has no topic " + topic + ", so it could not be searched"));
            }
        }
        Instant since = erased.since();
        if (since != null && !seen.isEmpty()) {
            topics.read(seen.keySet(), since.minus(ReadBack.CLOCKS), (topic, record) -> see(seen, topic, record));
        }
        seen.forEach((topic, table) -> left.addAll(table.left(topic)));
        return new Looked(rows, seen.size(), left);
    }

    private void see(Map<String, Seen> seen, String topic, ConsumerRecord<byte[], byte[]> record) {
        Seen of = seen.get(topic);
        if (of == null) {
            return;
        }
        Change.read(record.key(), record.value()).ifPresent(change -> change.rowRef(of.table.key())
                .filter(of.wanted::containsKey)
                .ifPresent(ref -> {
                    of.gone.put(ref, change.deleted());
                    if (change.images().stream().anyMatch(row -> legible.row(of.table, row::path))) {
                        of.legible.add(ref);
                    }
                }));
    }
}

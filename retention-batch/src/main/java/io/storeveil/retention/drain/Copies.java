package io.storeveil.retention.drain;

import io.storeveil.keys.KeyState;
import io.storeveil.policy.Policy;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.drain.Looked.Left;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads back from Kafka and from the warehouse, as far as the settings say where they are, what requests erased. */
public final class Copies {

    private static final String STEP = "verify";
    private static final String WAREHOUSE = "warehouse";
    private static final String PLACEHOLDER = "unavailable.value.placeholder";

    private Copies() {}

    /**
     * Records a finding for each table in which something was found, and what was searched in the ledger.
     *
     * @return rows that should be gone, or unreadable, and are not
     * @throws StepFailed if Kafka or Connect does not answer
     */
    public static long run(SweepContext context) {
        if (context.run().simulate()) {
            return 0;
        }
        Map<String, Looked> looked = look(
                context.policy(),
                context.settings(),
                context.keys().current(),
                Erased.ofRun(context.store(), context.run().id()));
        looked.forEach((where, found) -> record(context, where, found));
        return looked.values().stream().mapToLong(Looked::found).sum();
    }

    /** A sentence for each table in which something of the request was found, and for what could not be looked at. */
    public static List<String> ofRequest(Policy policy, Settings settings, KeyState keys, String request) {
        Erased erased = Erased.ofRequest(settings.store().dataSource(), request);
        try {
            return look(policy, settings, keys, erased).values().stream()
                    .flatMap(found -> found.left().stream())
                    .map(left -> left.table() + ": " + left.text())
                    .toList();
        } catch (StepFailed unreachable) {
            return List.of("the copies outside of the store were not looked at: " + unreachable.getMessage());
        }
    }

    private static Map<String, Looked> look(Policy policy, Settings settings, KeyState keys, Erased erased) {
        Map<String, Looked> looked = new LinkedHashMap<>();
        Settings.Connect connect = settings.connect();
        String broker = settings.kafka().bootstrapServers();
        boolean streamed = !broker.isBlank() && !connect.source().isBlank();
        if (erased.captured(policy).isEmpty()
                || !(streamed || settings.warehouse().isPresent())) {
            return looked;
        }
        Legible legible = new Legible(
                keys,
                ConnectRest.config(connect.url(), connect.source())
                        .getOrDefault(PLACEHOLDER, "__debezium_unavailable_value"));
        if (streamed) {
            try (Topics topics = Topics.connect(broker)) {
                looked.put("topics", new TopicCheck(policy, connect.topicPrefix(), legible).look(topics, erased));
            }
        }
        settings.warehouse()
                .ifPresent(database ->
                        looked.put(WAREHOUSE, new WarehouseCheck(policy, connect, database, legible).look(erased)));
        return looked;
    }

    private static void record(SweepContext context, String where, Looked looked) {
        RunRecords records = new RunRecords(context.control(), context.clock());
        for (Left left : looked.left()) {
            records.finding(context.run(), STEP, left.severity(), left.table().toString(), left.text());
        }
        if (looked.rows() == 0) {
            return;
        }
        new Ledger(context.control(), context.clock())
                .append(
                        where + "-checked",
                        context.run().id(),
                        Map.of("rows", looked.rows(), "tables", looked.tables(), "found", looked.found()));
        String searched = where.equals(WAREHOUSE) ? "the warehouse was" : "the topics were";
        records.finding(
                context.run(),
                STEP,
                Severity.INFO,
                null,
                searched + " searched for " + looked.rows() + " rows of requests: " + looked.found() + " found");
    }
}

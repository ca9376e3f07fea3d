package io.storeveil.retention.drain;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.resend.Stubs;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.shred.PendingLeaves;
import io.storeveil.retention.shred.Shredding;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Sees what the sweep erased through to the warehouse. First the keys of erased rows are closed, so that nothing new is
 * encrypted under them; then a marker is written behind everything and followed: into Kafka, past the source connector's
 * committed offset; the erased rows are read back from their topics; and the sink's offsets pass them all. A confirmed
 * replication slot alone would prove none of it.
 */
public final class DrainStep implements Step {

    private final Duration limit;
    private final Duration pause;

    public DrainStep() {
        this(Duration.ofMinutes(10), Duration.ofMillis(500));
    }

    /**
     * @param limit how long the whole drain may wait
     * @param pause between two questions
     */
    public DrainStep(Duration limit, Duration pause) {
        this.limit = limit;
        this.pause = pause;
    }

    @Override
    public String name() {
        return "drain";
    }

    /** @throws StepFailed if something is missing after the wait; says what, and what to do */
    @Override
    public void run(SweepContext context) throws SQLException {
        if (context.run().simulate()) {
            return;
        }
        RunRecords records = new RunRecords(context.control(), context.clock());
        PendingLeaves before = PendingLeaves.in(context);
        if (!before.nothingSince()) {
            new Shredding(context).close(before.leaves());
        }
        sendStubs(context, records);
        if (before.nothingSince()) {
            info(context, records, "nothing was changed since the last shredding; nothing to drain");
            return;
        }
        Marker marker = Marker.write(context.store(), context.run());
        Erased erased = Erased.between(context.store(), before.after(), marker.id());
        Settings settings = context.settings();
        if (settings.kafka().bootstrapServers().isBlank()
                || settings.connect().source().isBlank()) {
            records.finding(
                    context.run(),
                    name(),
                    Severity.DECISION,
                    null,
                    "not drained: no stream is configured (kafka.bootstrap-servers, connect.source); nothing is known of "
                            + "copies outside the store");
            return;
        }
        follow(context, records, marker, erased);
    }

    /** Behind the closing of the keys, so that they say "erased", and before the marker, which they must not fall behind. */
    private void sendStubs(SweepContext context, RunRecords records) throws SQLException {
        StoreTransaction store = context.transaction();
        Ownership ownership = store.look(connection -> new Ownership(context.policy(), Catalog.read(connection)));
        for (String why : new Stubs(store, ownership).send()) {
            records.finding(
                    context.run(),
                    name(),
                    Severity.DECISION,
                    null,
                    "rows that stay after an erasure were not sent to the warehouse again: " + why);
        }
    }

    private void follow(SweepContext context, RunRecords records, Marker marker, Erased erased) {
        Settings settings = context.settings();
        ConnectRest connect = new ConnectRest(settings.connect().url());
        List<String> sinks = settings.connect().sinks();
        try (Topics topics = Topics.connect(settings.kafka().bootstrapServers())) {
            Stream stream = new Stream(settings.connect(), connect, topics, new Patience(limit, pause));
            stream.requireSound(settings.connect().source());
            sinks.forEach(stream::requireSound);
            stream.requireReached(context.store());
            long lsn = stream.arrived(marker);
            stream.committed(lsn);
            ReadBack readBack =
                    new ReadBack(context.policy(), erased, settings.connect().topicPrefix());
            readBack.look(topics);
            info(
                    context,
                    records,
                    "the marker came back at LSN " + Stream.spelled(lsn)
                            + ", the source's committed offset is past it; " + readBack.found()
                            + " rows of requests were read back from their topics");
            expired(context, records, readBack.expiredMissing());
            for (String sink : sinks) {
                int written = stream.written(sink).topics().size();
                info(context, records, "the sink " + sink + " has written all of " + written + " topics");
            }
            if (sinks.isEmpty()) {
                records.finding(
                        context.run(),
                        name(),
                        Severity.DECISION,
                        null,
                        "not drained to a warehouse: no sink is configured (connect.sink)");
            }
            Map<String, Map<String, String>> retention = topics.retention(new TreeSet<>(readBack.topics()));
            new Ledger(context.control(), context.clock())
                    .append(
                            "drained",
                            context.run().id(),
                            Map.of(
                                    "markerEntry", marker.id(),
                                    "lsn", Stream.spelled(lsn),
                                    "rowsReadBack", readBack.found(),
                                    "sink", !sinks.isEmpty(),
                                    "topics", retention));
        }
    }

    private void expired(SweepContext context, RunRecords records, Map<TableName, Long> missing) {
        missing.forEach((table, rows) -> records.finding(
                context.run(),
                name(),
                Severity.DECISION,
                table.toString(),
                rows + " expired rows have no delete in their topic: see that the table is in the connector's "
                        + "publication"));
    }

    private void info(SweepContext context, RunRecords records, String text) {
        records.finding(context.run(), name(), Severity.INFO, null, text);
    }
}

package io.storeveil.retention.drain;

import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.sweep.StepFailed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** The way from the store to the warehouse, and what must be seen of it before a key may go. */
final class Stream {

    private final Settings.Connect names;
    private final ConnectRest connect;
    private final Topics topics;
    private final Patience patience;

    Stream(Settings.Connect names, ConnectRest connect, Topics topics, Patience patience) {
        this.names = names;
        this.connect = connect;
        this.topics = topics;
        this.patience = patience;
    }

    /** Refuses a connector that may leave records out, or that does not run. */
    void requireSound(String connector) {
        Map<String, String> config = connect.config(connector);
        if (config.getOrDefault("errors.tolerance", "none").equalsIgnoreCase("all")) {
            throw new StepFailed("connector '" + connector + "' skips records that fail (errors.tolerance=all), so "
                    + "nothing proves that an erasure arrived: set errors.tolerance=none, then start the sweep again");
        }
        patience.await(
                () -> running(connector),
                () -> "connector '" + connector + "' does not run: " + connect.status(connector)
                        + "; resume or restart it, then start the sweep again");
    }

    private Optional<Boolean> running(String connector) {
        ConnectRest.Status status = connect.status(connector);
        if (status.connector().equals("FAILED") || status.tasks().contains("FAILED")) {
            throw new StepFailed("connector '" + connector + "' has failed (" + status
                    + "): read GET /connectors/" + connector + "/status, mend it, restart the task, then start the "
                    + "sweep again");
        }
        return status.running() ? Optional.of(true) : Optional.empty();
    }

    /** Refuses a source that has read on to where the store's log has not come: it would pass over all that stands before. */
    void requireReached(DataSource store) {
        OptionalLong read = connect.committedLsn(names.source());
        long end = JdbcClient.create(store)
                .sql("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
                .query(Long.class)
                .single();
        if (read.isPresent() && read.getAsLong() > end) {
            throw new StepFailed("connector '" + names.source() + "' has read the store's log up to LSN "
                    + spelled(read.getAsLong()) + ", and that log ends at LSN " + spelled(end)
                    + ": the store was put back from a backup, and the connector would pass over its changes. Stop the"
                    + " connector, delete its offsets and its slot, resume it, so that it takes a new snapshot, then start"
                    + " the sweep again");
        }
    }

    /** The marker's place in the store's log, read back from Kafka. */
    long arrived(Marker marker) {
        String topic = names.topicPrefix() + ".storeveil.journal";
        return patience.await(
                () -> {
                    running(names.source());
                    return lsnOf(topic, marker);
                },
                () -> "the run's marker has not arrived in topic " + topic + ": connector '" + names.source()
                        + "' must capture storeveil.journal (table.include.list, or schema.include.list, and its "
                        + "publication), and topic.prefix must be '" + names.topicPrefix() + "'");
    }

    private Optional<Long> lsnOf(String topic, Marker marker) {
        if (!topics.names().contains(topic)) {
            return Optional.empty();
        }
        AtomicReference<OptionalLong> found = new AtomicReference<>();
        topics.read(List.of(topic), marker.at().minus(ReadBack.CLOCKS), (from, seen) -> Change.read(
                        seen.key(), seen.value())
                .filter(change -> is(change.row(), marker))
                .ifPresent(change -> found.set(change.lsn())));
        OptionalLong lsn = found.get();
        if (lsn == null) {
            return Optional.empty();
        }
        if (lsn.isEmpty()) {
            throw new StepFailed(topic + ": its records do not say their place in the store's log: keep Debezium's "
                    + "envelope, or let the flattening transform add it (add.fields=source.lsn)");
        }
        return Optional.of(lsn.getAsLong());
    }

    private static boolean is(JsonNode row, Marker marker) {
        return row.path("id").asLong(-1) == marker.id()
                && row.path("run").asString("").equals(marker.run());
    }

    void committed(long lsn) {
        patience.await(
                () -> {
                    running(names.source());
                    OptionalLong committed = connect.committedLsn(names.source());
                    return committed.isPresent() && committed.getAsLong() >= lsn ? Optional.of(true) : Optional.empty();
                },
                () -> "connector '" + names.source() + "' has not committed its offset past the run's marker (LSN "
                        + spelled(lsn) + "): the worker's offset.flush.interval.ms must be shorter than this wait");
    }

    /** Waits until the sink has written what its topics hold now; the topics it read. */
    SinkProgress written(String sink) {
        SinkProgress progress = SinkProgress.from(topics, sink, connect.config(sink));
        patience.await(
                () -> {
                    running(sink);
                    return progress.behind().isEmpty() ? Optional.of(true) : Optional.empty();
                },
                () -> progress.describe(progress.behind()) + ": look at connector '" + sink
                        + "', then start the sweep again");
        return progress;
    }

    /** As PostgreSQL spells it: {@code 16/B374D848}. */
    static String spelled(long lsn) {
        return Long.toHexString(lsn >>> 32).toUpperCase(java.util.Locale.ROOT) + "/"
                + Long.toHexString(lsn & 0xffffffffL).toUpperCase(java.util.Locale.ROOT);
    }
}

package io.storeveil.demo.throughput;

import io.storeveil.demo.parts.Broker;
import io.storeveil.demo.parts.ConnectWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * One table brought to one topic. Its first tenth, in which the connector starts, is not counted.
 *
 * @param processorMicros of the worker's whole process, for each record
 */
record Round(double recordsPerSecond, double processorMicros) {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int PAUSE_MILLIS = 20;

    /** How far the topic was at a moment, and what the worker had used by then. */
    private record Moment(long records, long nanos, long processorNanos) {}

    /** Puts the connector to work, and removes it and its topic when all rows have arrived. */
    static Round of(
            ConnectWorker worker, Broker broker, String name, Map<String, String> settings, String topic, long rows)
            throws InterruptedException {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(properties)) {
            worker.put(name, settings);
            Moment from = await(admin, worker, name, topic, rows / 10);
            Moment to = await(admin, worker, name, topic, rows);
            worker.delete(name);
            admin.deleteTopics(List.of(topic)).all().get();
            double records = to.records - from.records;
            return new Round(
                    records / (to.nanos - from.nanos) * TimeUnit.SECONDS.toNanos(1),
                    (to.processorNanos - from.processorNanos) / records / 1_000);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not tell of the topic " + topic, e);
        }
    }

    private static Moment await(Admin admin, ConnectWorker worker, String name, String topic, long records)
            throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            long there = records(admin, topic);
            long now = System.nanoTime();
            if (there >= records) {
                return new Moment(there, now, processorNanos(worker));
            }
            if (now > end) {
                throw new IllegalStateException(
                        there + " of " + records + " records after " + LIMIT.toMinutes() + " min; see " + worker.log());
            }
            if (there == 0) {
                worker.check(name);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static long records(Admin admin, String topic) throws InterruptedException, ExecutionException {
        TopicPartition only = new TopicPartition(topic, 0);
        try {
            return admin.listOffsets(Map.of(only, OffsetSpec.latest()))
                    .partitionResult(only)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw e;
        }
    }

    private static long processorNanos(ConnectWorker worker) {
        return ProcessHandle.of(worker.jvm().pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow()
                .toNanos();
    }
}

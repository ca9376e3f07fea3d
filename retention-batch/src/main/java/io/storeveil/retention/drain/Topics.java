package io.storeveil.retention.drain;

import io.storeveil.retention.sweep.StepFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The broker's side: reads topics without joining a group, and committed offsets and retention through the admin API. */
final class Topics implements AutoCloseable {

    private static final int TIMEOUT_MS = 15_000;

    private final String bootstrapServers;
    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> consumer;

    private Topics(String bootstrapServers, Admin admin, KafkaConsumer<byte[], byte[]> consumer) {
        this.bootstrapServers = bootstrapServers;
        this.admin = admin;
        this.consumer = consumer;
    }

    static Topics connect(String bootstrapServers) {
        Properties of = new Properties();
        of.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        of.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        of.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
        Properties reading = new Properties();
        reading.putAll(of);
        reading.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        reading.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        try {
            return new Topics(bootstrapServers, Admin.create(of), new KafkaConsumer<>(reading));
        } catch (KafkaException e) {
            throw new StepFailed("no Kafka broker at " + bootstrapServers + ": correct kafka.bootstrap-servers", e);
        }
    }

    Set<String> names() {
        return answer(admin.listTopics().names());
    }

    /** Every partition's next offset, for topics that exist. */
    Map<TopicPartition, Long> ends(Collection<String> topics) {
        return asked(() -> consumer.endOffsets(partitions(topics)));
    }

    /** Every partition's first offset still there, for topics that exist. */
    Map<TopicPartition, Long> beginnings(Collection<String> topics) {
        return asked(() -> consumer.beginningOffsets(partitions(topics)));
    }

    Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> found =
                answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        found.forEach((partition, offset) -> {
            if (offset != null) {
                offsets.put(partition, offset.offset());
            }
        });
        return offsets;
    }

    /** Whether there is no record from this offset up to the end: what lies between can be the marks of transactions. */
    boolean isEmpty(TopicPartition partition, long from, long end) {
        return asked(() -> {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            while (consumer.position(partition) < end) {
                if (poll(List.of(partition)).records(partition).stream().anyMatch(found -> found.offset() < end)) {
                    return false;
                }
            }
            return true;
        });
    }

    /** A topic's settings that say how long what is in it stays. */
    Map<String, Map<String, String>> retention(Collection<String> topics) {
        List<ConfigResource> asked = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        Map<String, Map<String, String>> retention = new LinkedHashMap<>();
        answer(admin.describeConfigs(asked).all())
                .forEach((topic, config) -> retention.put(topic.name(), lasting(config)));
        return retention;
    }

    private static Map<String, String> lasting(Config config) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : List.of("cleanup.policy", "retention.ms", "segment.ms", "max.compaction.lag.ms")) {
            ConfigEntry entry = config.get(name);
            if (entry != null && entry.value() != null) {
                values.put(name, entry.value());
            }
        }
        return values;
    }

    /** Hands over, partition by partition in order, what was written since {@code from} and up to now. */
    void read(Collection<String> topics, Instant from, BiConsumer<String, ConsumerRecord<byte[], byte[]>> each) {
        asked(() -> {
            List<TopicPartition> partitions = partitions(topics);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(
                    partitions.stream().collect(Collectors.toMap(p -> p, p -> from.toEpochMilli())));
            for (TopicPartition partition : partitions) {
                OffsetAndTimestamp start = starts.get(partition);
                consumer.seek(partition, start == null ? end(ends, partition) : start.offset());
            }
            while (partitions.stream().anyMatch(p -> consumer.position(p) < end(ends, p))) {
                for (ConsumerRecord<byte[], byte[]> next : poll(partitions)) {
                    each.accept(next.topic(), next);
                }
            }
            return partitions.size();
        });
    }

    /**
     * The next records, or none where only marks of transactions come.
     *
     * @throws TimeoutException if nothing comes at all: a poll alone would wait for a broker that is gone for ever
     */
    private ConsumerRecords<byte[], byte[]> poll(List<TopicPartition> partitions) {
        List<Long> before = positions(partitions);
        long deadline = System.nanoTime() + Duration.ofMillis(TIMEOUT_MS).toNanos();
        while (true) {
            ConsumerRecords<byte[], byte[]> found = consumer.poll(Duration.ofMillis(500));
            if (!found.isEmpty() || !positions(partitions).equals(before)) {
                return found;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new TimeoutException("nothing came");
            }
        }
    }

    private List<Long> positions(List<TopicPartition> partitions) {
        return partitions.stream().map(consumer::position).toList();
    }

    private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
        Long end = ends.get(partition);
        return end == null ? 0 : end;
    }

    private List<TopicPartition> partitions(Collection<String> topics) {
        return topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private <T> T asked(java.util.function.Supplier<T> question) {
        try {
            return question.get();
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    private <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted while asking Kafka at " + bootstrapServers, e);
        }
    }

    private StepFailed unreachable(Throwable cause) {
        return new StepFailed(
                "Kafka at " + bootstrapServers + " did not answer ("
                        + cause.getClass().getSimpleName()
                        + "): start the broker or correct kafka.bootstrap-servers, then start the sweep again",
                cause);
    }

    @Override
    public void close() {
        consumer.close();
        admin.close(Duration.ofSeconds(5));
    }
}

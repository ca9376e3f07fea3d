package io.storeveil.demo.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Looks into the broker's topics. */
public final class Topics {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Object> client;

    Topics(String bootstrapServers) {
        client = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "key.deserializer",
                ByteArrayDeserializer.class.getName(),
                "value.deserializer",
                ByteArrayDeserializer.class.getName());
    }

    /**
     * A record as it is in Kafka.
     *
     * @param key    null of JSON where there is none; of a record with a schema, the payload; and so the value
     * @param raw    the value's bytes; null of a tombstone
     * @param rawKey the key's bytes
     */
    public record Record(
            JsonNode key,
            JsonNode value,
            byte @Nullable [] raw,
            byte @Nullable [] rawKey,
            Map<String, String> headers) {}

    public Set<String> names() {
        try (Admin admin = Admin.create(client)) {
            return new TreeSet<>(admin.listTopics().names().get());
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the broker does not name its topics", e);
        }
    }

    /** Every record that the topic holds now; none if there is no such topic. */
    public List<Record> read(String topic) {
        List<Record> records = new ArrayList<>();
        if (!names().contains(topic)) {
            return records;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(some -> consumer.position(some) < ends.getOrDefault(some, 0L))) {
                consumer.poll(Duration.ofMillis(500)).forEach(found -> {
                    Map<String, String> headers = new TreeMap<>();
                    found.headers().forEach(header -> headers.put(header.key(), text(header.value())));
                    records.add(new Record(
                            payload(found.key()), payload(found.value()), found.value(), found.key(), headers));
                });
            }
        }
        return records;
    }

    /** Writes one record more. */
    public void write(String topic, byte @Nullable [] key, String value) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the broker takes no record of " + topic, e);
        }
    }

    /** Whether a consumer group has committed that it is past every record that the topic holds now. */
    public boolean isPassedBy(String group, String topic) {
        try (Admin admin = Admin.create(client);
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client)) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            committed.forEach((partition, offset) -> {
                if (partitions.contains(partition)) {
                    consumer.seek(partition, offset);
                }
            });
            // behind the last record there can be a transaction's end, which no group commits
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(some -> consumer.position(some) < ends.getOrDefault(some, 0L))) {
                if (!consumer.poll(Duration.ofMillis(500)).isEmpty()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the broker does not tell the offsets of " + group, e);
        }
    }

    /** All that begin so, with a dot behind, and the heartbeat's. */
    public void delete(String prefix) {
        Predicate<String> own =
                topic -> topic.startsWith(prefix + ".") || topic.startsWith("__debezium-heartbeat." + prefix);
        try (Admin admin = Admin.create(client)) {
            admin.deleteTopics(names().stream().filter(own).toList()).all().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the broker does not remove the topics of " + prefix, e);
        }
    }

    private static JsonNode payload(byte @Nullable [] bytes) {
        if (bytes == null) {
            return NullNode.instance;
        }
        try {
            JsonNode json = JSON.readTree(bytes);
            return json.has("schema") && json.has("payload") ? json.path("payload") : json;
        } catch (IOException e) {
            throw new UncheckedIOException("a record is not JSON", e);
        }
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}

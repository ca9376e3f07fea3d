package io.storeveil.demo.canary;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads every topic to its end and gives the search each record's fields as what they mean: dates, times, bytes. */
final class Decoded {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] PAYLOAD = ",\"payload\":".getBytes(StandardCharsets.UTF_8);

    private final String bootstrapServers;
    private final CanarySearch search;
    private final String place;
    private final Map<String, JsonNode> schemas = new HashMap<>();
    private boolean ofTheStore;

    Decoded(String bootstrapServers, CanarySearch search, String place) {
        this.bootstrapServers = bootstrapServers;
        this.search = search;
        this.place = place;
    }

    void read() {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "key.deserializer",
                ByteArrayDeserializer.class.getName(),
                "value.deserializer",
                ByteArrayDeserializer.class.getName(),
                "fetch.max.bytes",
                "16777216",
                "max.partition.fetch.bytes",
                "8388608",
                "max.poll.records",
                "5000"));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
            List<TopicPartition> partitions = new ArrayList<>();
            consumer.listTopics()
                    .forEach((topic, infos) ->
                            infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition()))));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(500)).forEach(this::record);
            }
        }
    }

    private void record(ConsumerRecord<byte[], byte[]> record) {
        search.add(place, 1);
        // The journal's numbers count rows.
        ofTheStore = !record.topic().endsWith(".storeveil.journal");
        side(record.key());
        side(record.value());
        for (Header header : record.headers()) {
            search.text(place, header.key());
            side(header.value());
        }
    }

    private void side(byte @Nullable [] bytes) {
        if (bytes == null) {
            return;
        }
        int at = payloadAt(bytes);
        byte[] payload = at < 0 ? bytes : Arrays.copyOfRange(bytes, at, bytes.length - 1);
        search.bytes(place, payload, payload.length);
        if (bytes.length == 0 || bytes[0] != '{') {
            return;
        }
        try {
            // Without a schema it is no row but the worker's bookkeeping: its text has been searched, and its numbers
            // are
            // of transactions and positions.
            if (at >= 0) {
                // The schema is the same for every record of a topic, and most of its length: it is parsed once.
                String head = new String(bytes, 0, at - PAYLOAD.length, StandardCharsets.UTF_8);
                JsonNode schema = schemas.get(head);
                if (schema == null) {
                    schema = JSON.readTree(head + "}").path("schema");
                    search.text(place, head);
                    schemas.put(head, schema);
                }
                field(JSON.readTree(payload), schema);
            }
        } catch (IOException e) {
            // not JSON after all: its bytes have been searched
        }
    }

    /** Where the payload of a record with a schema begins; negative for any other. */
    private static int payloadAt(byte[] bytes) {
        if (bytes.length < 10 || !new String(bytes, 0, 10, StandardCharsets.UTF_8).equals("{\"schema\":")) {
            return -1;
        }
        for (int i = 10; i + PAYLOAD.length < bytes.length; i++) {
            if (bytes[i] == ',' && Arrays.equals(bytes, i, i + PAYLOAD.length, PAYLOAD, 0, PAYLOAD.length)) {
                return i + PAYLOAD.length;
            }
        }
        return -1;
    }

    private void field(JsonNode value, JsonNode schema) {
        if (value.isObject()) {
            Map<String, JsonNode> fields = new HashMap<>();
            schema.path("fields")
                    .forEach(field -> fields.put(field.path("field").asText(), field));
            value.properties().forEach(entry -> {
                if (!entry.getKey().equals("source")) {
                    field(entry.getValue(), fields.getOrDefault(entry.getKey(), NullNode.instance));
                }
            });
        } else if (value.isArray()) {
            value.forEach(element -> field(element, schema.path("items")));
        } else if (value.isIntegralNumber()) {
            number(value.longValue(), schema.path("name").asText());
        } else if (value.isTextual() && schema.path("type").asText().equals("bytes")) {
            bytes(value.asText(), schema);
        }
    }

    /** Plain numbers have been searched as text; this looks at what they mean. */
    private void number(long number, String type) {
        if (ofTheStore) {
            search.integer(place, number);
        }
        switch (type) {
            case "io.debezium.time.Date", "org.apache.kafka.connect.data.Date" ->
                search.text(place, LocalDate.ofEpochDay(number).toString());
            case "io.debezium.time.MicroTime" ->
                search.text(place, LocalTime.ofNanoOfDay(number * 1_000).toString());
            case "io.debezium.time.MicroTimestamp" ->
                search.text(
                        place,
                        Instant.ofEpochSecond(
                                        Math.floorDiv(number, 1_000_000), Math.floorMod(number, 1_000_000) * 1_000L)
                                .atOffset(ZoneOffset.UTC)
                                .toLocalDateTime()
                                .toString());
            default -> {}
        }
    }

    private void bytes(String base64, JsonNode schema) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        if (schema.path("name").asText().equals("org.apache.kafka.connect.data.Decimal")) {
            int scale = schema.path("parameters").path("scale").asInt();
            search.text(place, new BigDecimal(new BigInteger(bytes), scale).toPlainString());
        } else {
            search.bytes(place, bytes, bytes.length);
        }
    }
}

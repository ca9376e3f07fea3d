package io.storeveil.retention.drain;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** How far a sink connector has written what its topics held at one moment. */
final class SinkProgress {

    private final Topics kafka;
    private final String group;
    private final Map<TopicPartition, Long> beginnings;
    private final Map<TopicPartition, Long> ends;

    private SinkProgress(
            Topics kafka, String group, Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends) {
        this.kafka = kafka;
        this.group = group;
        this.beginnings = beginnings;
        this.ends = ends;
    }

    /** Takes the ends of the topics as they are now. */
    static SinkProgress from(Topics kafka, String sink, Map<String, String> config) {
        List<String> topics = kafka.names().stream()
                .filter(name -> reads(config, name))
                .sorted()
                .toList();
        Map<TopicPartition, Long> ends = new HashMap<>(kafka.ends(topics));
        Map<TopicPartition, Long> beginnings = kafka.beginnings(topics);
        ends.entrySet().removeIf(end -> end.getValue().equals(beginnings.get(end.getKey())));
        return new SinkProgress(
                kafka, config.getOrDefault("consumer.override.group.id", "connect-" + sink), beginnings, ends);
    }

    static boolean reads(Map<String, String> config, String topic) {
        String pattern = config.getOrDefault("topics.regex", "");
        return pattern.isBlank()
                ? Arrays.stream(config.getOrDefault("topics", "").split(","))
                        .map(String::trim)
                        .anyMatch(topic::equals)
                : Pattern.matches(pattern, topic);
    }

    Set<String> topics() {
        return ends.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
    }

    /**
     * Partitions with records that the sink's committed offset has not passed, with how many offsets are missing. With
     * exactly-once sources the last offset is the end of a transaction, which no sink commits.
     */
    Map<TopicPartition, Long> behind() {
        Map<TopicPartition, Long> committed = kafka.committed(group);
        Map<TopicPartition, Long> behind = new HashMap<>();
        ends.forEach((partition, end) -> {
            long first = beginnings.getOrDefault(partition, 0L);
            long done = Math.max(first, committed.getOrDefault(partition, first));
            if (done < end && !kafka.isEmpty(partition, done, end)) {
                behind.put(partition, end - done);
            }
        });
        return behind;
    }

    String describe(Map<TopicPartition, Long> behind) {
        String where = behind.entrySet().stream()
                .sorted(Map.Entry.<TopicPartition, Long>comparingByValue().reversed())
                .limit(3)
                .map(e -> e.getKey().topic() + " (" + e.getValue() + ")")
                .collect(Collectors.joining(", "));
        return "the sink's consumer group " + group + " is behind in " + where;
    }
}

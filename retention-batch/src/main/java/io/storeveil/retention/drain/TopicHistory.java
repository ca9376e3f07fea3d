package io.storeveil.retention.drain;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How long what was ever written to a topic stays in it.
 *
 * @param longestMs milliseconds after which an overwritten or deleted row's records are gone; empty where nothing says so
 */
public record TopicHistory(boolean compacted, OptionalLong longestMs) {

    /** @param config the topic's {@code cleanup.policy}, {@code retention.ms}, {@code segment.ms} and
     *     {@code max.compaction.lag.ms} */
    public static TopicHistory of(Map<String, String> config) {
        String policy = config.getOrDefault("cleanup.policy", "delete");
        boolean compacted = policy.contains("compact");
        OptionalLong byAge = policy.contains("delete") ? byAge(config) : OptionalLong.empty();
        OptionalLong byCompaction = compacted ? bounded(config.get("max.compaction.lag.ms")) : OptionalLong.empty();
        if (byAge.isPresent() && byCompaction.isPresent()) {
            return new TopicHistory(compacted, OptionalLong.of(Math.min(byAge.getAsLong(), byCompaction.getAsLong())));
        }
        return new TopicHistory(compacted, byAge.isPresent() ? byAge : byCompaction);
    }

    /** Kafka deletes whole segments, by their youngest record: the oldest may be a segment's span older. */
    private static OptionalLong byAge(Map<String, String> config) {
        OptionalLong retention = bounded(config.get("retention.ms"));
        OptionalLong segment = bounded(config.get("segment.ms"));
        return retention.isPresent() && segment.isPresent()
                ? OptionalLong.of(retention.getAsLong() + segment.getAsLong())
                : retention;
    }

    /** Kafka's own words for "for ever" are -1 and the largest long. */
    private static OptionalLong bounded(@org.jspecify.annotations.Nullable String millis) {
        if (millis == null || !millis.matches("-?\\d{1,19}")) {
            return OptionalLong.empty();
        }
        long value = Long.parseLong(millis);
        return value < 0 || value == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(value);
    }

    public String words() {
        if (longestMs.isPresent()) {
            return "gone after " + days(longestMs.getAsLong()) + " at the latest";
        }
        return compacted
                ? "compacted, but no limit says when: set max.compaction.lag.ms"
                : "kept without limit: set retention.ms";
    }

    private static String days(long millis) {
        Duration duration = Duration.ofMillis(millis);
        if (duration.toDays() > 0) {
            return duration.toDays() + (duration.toDays() == 1 ? " day" : " days");
        }
        return Math.max(1, duration.toHours()) + " h";
    }
}

package io.storeveil.retention.settings;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How far rules may go by themselves.
 *
 * @param cap  rows of one rule in one night; empty: as many as are due
 * @param caps the same, of single rules by their names
 */
public record Limits(OptionalLong cap, Map<String, OptionalLong> caps, Optional<Window> window, Breaker breaker) {

    /**
     * When a count is out of the ordinary.
     *
     * @param times how many times a usual night, by median and by deviation
     * @param share percent of the table
     * @param least rows that are never too many
     */
    public record Breaker(int times, int share, long least) {}

    static Limits of(String cap, String caps, String window, Breaker breaker) {
        Map<String, OptionalLong> each = new HashMap<>();
        for (String text : caps.split(";", -1)) {
            int equals = text.lastIndexOf('=');
            if (equals > 0) {
                each.put(text.substring(0, equals).strip(), number(text.substring(equals + 1)));
            }
        }
        return new Limits(
                number(cap),
                Map.copyOf(each),
                window.isBlank() ? Optional.empty() : Optional.of(Window.of(window)),
                breaker);
    }

    public OptionalLong cap(String rule) {
        @Nullable OptionalLong own = caps.get(rule);
        return own == null ? cap : own;
    }

    public Limits withCap(long rows) {
        return new Limits(OptionalLong.of(rows), caps, window, breaker);
    }

    public Limits withWindow(String text) {
        return new Limits(cap, caps, Optional.of(Window.of(text)), breaker);
    }

    public Limits with(Breaker other) {
        return new Limits(cap, caps, window, other);
    }

    private static OptionalLong number(String text) {
        return text.strip().equals("none") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.strip()));
    }
}

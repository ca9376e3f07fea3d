package io.storeveil.retention.control;

import io.storeveil.retention.sweep.Run;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as it is remembered.
 *
 * @param operator who started it
 * @param exitCode null until it has ended
 */
public record RunRecord(
        Run run,
        String policySha256,
        String operator,
        Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Integer exitCode,
        @Nullable String verdict) {

    public boolean finished() {
        return finishedAt != null;
    }
}

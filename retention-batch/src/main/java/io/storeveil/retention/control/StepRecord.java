package io.storeveil.retention.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One step of one run. */
public record StepRecord(
        String step, StepStatus status, @Nullable Instant startedAt, @Nullable Instant finishedAt, String detail) {}

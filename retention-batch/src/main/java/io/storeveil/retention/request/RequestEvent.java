package io.storeveil.retention.request;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One step in the life of a request. */
public record RequestEvent(Instant at, RequestState state, String who, @Nullable String run, String detail) {}

package io.storeveil.retention.request;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person asked for, without saying who: the reference stands for them.
 *
 * @param kind        {@code erase}, {@code restrict}
 * @param subjectRef  hex of the person's key reference
 * @param identifier  the name of the identifier that found the person; null if their key did
 * @param despiteOpen erase although a contract is open; otherwise the erasure waits for it
 * @param ground      why it was refused, or is restricted
 * @param run         the sweep that has taken it up
 */
public record Request(
        String id,
        String kind,
        Law law,
        String subjectKind,
        String subjectRef,
        @Nullable String identifier,
        Instant receivedAt,
        Instant dueAt,
        RequestState state,
        String recordedBy,
        @Nullable String approvedBy,
        @Nullable Instant approvedAt,
        boolean despiteOpen,
        @Nullable String ground,
        @Nullable String run,
        @Nullable Instant closedAt) {

    public boolean overdue(Instant now) {
        return !state.ended() && state != RequestState.RESTRICTED && dueAt.isBefore(now);
    }
}

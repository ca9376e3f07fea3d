package io.storeveil.retention.hold;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A person whose rows and keys nobody may touch, e.g. for a lawsuit. */
public record Hold(
        String id,
        String subjectKind,
        String subjectRef,
        String reason,
        String placedBy,
        Instant placedAt,
        @Nullable String releasedBy,
        @Nullable Instant releasedAt) {

    public boolean active() {
        return releasedAt == null;
    }
}

package io.storeveil.retention.request;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import java.time.Instant;

/**
 * An approved request with the person unsealed: for the sweep's memory only, never to be written or printed.
 *
 * @param owner       the person's row, by its canonical key: the text {@code "42"} is the {@link Long} 42 there
 * @param despiteOpen erase although a contract is open
 */
public record DueRequest(
        String id,
        String subjectKind,
        OwnerId owner,
        KeyReference subject,
        Instant receivedAt,
        Instant dueAt,
        RequestState state,
        boolean despiteOpen) {

    /** Without the key. */
    @Override
    public String toString() {
        return "DueRequest[" + id + "]";
    }
}

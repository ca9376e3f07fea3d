package io.storeveil.retention.request;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An approved request with the person unsealed: for the sweep's memory only, never to be written or printed.
 *
 * @param owner       the person's row, by its canonical key: the text {@code "42"} is the {@link Long} 42 there
 * @param despiteOpen erase although a contract is open
 * @param born        hash of the person's number and of when they came to be; null where nothing said when
 */
public record DueRequest(
        String id,
        String subjectKind,
        OwnerId owner,
        KeyReference subject,
        Instant receivedAt,
        Instant dueAt,
        RequestState state,
        boolean despiteOpen,
        @Nullable String born) {

    /** Without the key. */
    @Override
    public String toString() {
        return "DueRequest[" + id + "]";
    }
}

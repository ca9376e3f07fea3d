package io.storeveil.retention.request;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import java.time.Instant;
import java.util.List;

/**
 * An approved request with the person unsealed: for the sweep's memory only, never to be written or printed.
 *
 * @param table       the subject kind's table, {@code schema.name}
 * @param key         integers as {@link Long}, everything else as text
 * @param despiteOpen erase although a contract is open
 */
public record DueRequest(
        String id,
        String subjectKind,
        String table,
        List<Object> key,
        KeyReference subject,
        Instant receivedAt,
        Instant dueAt,
        RequestState state,
        boolean despiteOpen) {

    public OwnerId owner() {
        return new OwnerId(table, key);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "DueRequest[" + id + "]";
    }
}

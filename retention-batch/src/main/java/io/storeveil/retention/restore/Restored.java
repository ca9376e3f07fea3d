package io.storeveil.retention.restore;

import java.time.Instant;
import java.util.List;

/**
 * A store that is not what it was.
 *
 * @param run            which found it first
 * @param journalEndedAt the last entry that its journal had
 * @param body           who is back, as JSON
 * @param sha256         of the body
 */
record Restored(
        long id,
        String store,
        String run,
        Instant foundAt,
        List<String> signs,
        long journalEndedAt,
        String body,
        String sha256) {}

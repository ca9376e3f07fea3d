package io.storeveil.retention.store;

import io.storeveil.keys.KeyReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change, or one chunk of them, without a clear key.
 *
 * @param request    the request that asked for it; null for what expired
 * @param rowRef     the row's record key as it appears in the stream; requests only
 * @param subjectRef whose row it was; requests only
 * @param keyRefs    the keys of the rows that this entry erased, to be shredded
 * @param columns    what was anonymised or detached, or the partition that was dropped; empty for a delete
 */
public record JournalEntry(
        Action action,
        @Nullable String table,
        String rule,
        @Nullable String request,
        @Nullable String rowRef,
        @Nullable String subjectRef,
        List<KeyReference> keyRefs,
        List<String> columns,
        long rows) {

    public enum Action {
        DELETE,
        ANONYMISE,
        DETACH,
        MARKER
    }

    public static JournalEntry marker(String rule, @Nullable String request, @Nullable String subjectRef) {
        return new JournalEntry(Action.MARKER, null, rule, request, null, subjectRef, List.of(), List.of(), 0);
    }

    public static JournalEntry chunk(
            Action action, String table, String rule, List<KeyReference> keyRefs, List<String> columns, long rows) {
        return new JournalEntry(action, table, rule, null, null, null, keyRefs, columns, rows);
    }
}

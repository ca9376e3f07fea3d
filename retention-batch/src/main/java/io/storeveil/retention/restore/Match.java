package io.storeveil.retention.restore;

import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An erased person who is in the store again. For the sweep's memory only.
 *
 * @param request by which they were erased
 * @param key     as the store's SQL writes it
 * @param born    hash of the key and of when they came to be, the same as of whoever was erased; null: nothing says when
 * @param rows    of theirs, by table
 */
record Match(
        String request,
        SubjectKind kind,
        List<String> key,
        String reference,
        @Nullable String born,
        Map<TableName, Long> rows) {

    Match with(Map<TableName, Long> counted) {
        return new Match(request, kind, key, reference, born, counted);
    }

    boolean certain() {
        return born != null;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Match[" + request + ", " + reference + "]";
    }
}

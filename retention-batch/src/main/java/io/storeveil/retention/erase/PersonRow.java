package io.storeveil.retention.erase;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A locked row of the person's.
 *
 * @param key    names it within the transaction
 * @param values what its children, its journal entry and its keys need of it, as text
 * @param living the legal obligations that still keep parts of it
 */
record PersonRow(List<String> key, Map<String, @Nullable String> values, Set<String> living) {

    /** Without values. */
    @Override
    public String toString() {
        return "PersonRow[living=" + living + "]";
    }
}

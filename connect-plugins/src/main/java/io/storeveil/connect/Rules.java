package io.storeveil.connect;

import io.storeveil.policy.Policy;
import java.util.Locale;

/**
 * Everything of the configuration that decides what a record becomes.
 *
 * @param before which columns of {@code before} are true
 * @param added  what a flattened row may hold beside its columns
 * @param addedHeaders the same in the headers of a flattened row's record
 */
record Rules(Policy policy, Before before, Placeholder placeholder, AddedFields added, AddedFields addedHeaders) {

    Rules(Policy policy, Before before, Placeholder placeholder) {
        this(policy, before, placeholder, new AddedFields(AddedFields.PREFIX), new AddedFields(AddedFields.PREFIX));
    }

    Rules withoutAdded() {
        return new Rules(policy, before, placeholder, AddedFields.NONE, addedHeaders);
    }

    /**
     * Under PostgreSQL's default replica identity Debezium fills the other columns of a delete's {@code before} with 0,
     * empty texts and the epoch, and nothing in the record tells them from real values.
     */
    enum Before {
        /** Only the key's columns; the others become null. */
        KEY,
        /** All: every captured table has {@code REPLICA IDENTITY FULL}. */
        FULL;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

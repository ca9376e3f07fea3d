package io.storeveil.retention.subject;

import io.storeveil.keys.OwnerId;
import io.storeveil.policy.SubjectKind;

/**
 * One person of the store.
 *
 * @param owner     the person's row, by its canonical key
 * @param storeText the key as the store's SQL writes it as text, a composite one joined by commas
 */
public record Subject(SubjectKind kind, OwnerId owner, String storeText) {

    /** Without the key. */
    @Override
    public String toString() {
        return "Subject[" + kind.name() + "]";
    }
}

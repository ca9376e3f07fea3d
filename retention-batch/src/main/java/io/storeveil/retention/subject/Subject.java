package io.storeveil.retention.subject;

import io.storeveil.keys.OwnerId;
import io.storeveil.policy.SubjectKind;
import java.util.List;

/**
 * One person of the store.
 *
 * @param key       integers as {@link Long}, everything else as text
 * @param storeText the key as the store's SQL writes it as text, a composite one joined by commas
 */
public record Subject(SubjectKind kind, List<Object> key, String storeText) {

    public OwnerId owner() {
        return new OwnerId(kind.table().toString(), key);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Subject[" + kind.name() + "]";
    }
}

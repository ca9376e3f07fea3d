package io.storeveil.retention.subject;

import io.storeveil.keys.OwnerId;
import io.storeveil.policy.SubjectKind;
import org.jspecify.annotations.Nullable;

/**
 * One person of the store.
 *
 * @param owner     the person's row, by its canonical key
 * @param storeText the key as the store's SQL writes it as text, a composite one joined by commas
 * @param created   when the person came to be, as {@link Born#sql} gives it; null where it is not known or not asked
 */
public record Subject(SubjectKind kind, OwnerId owner, String storeText, @Nullable String created) {

    /** Of whom it is not asked when they came to be. */
    public Subject(SubjectKind kind, OwnerId owner, String storeText) {
        this(kind, owner, storeText, null);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Subject[" + kind.name() + "]";
    }
}

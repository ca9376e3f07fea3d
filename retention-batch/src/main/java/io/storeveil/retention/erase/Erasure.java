package io.storeveil.retention.erase;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.SubjectKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One approved request to erase one person. For the sweep's memory only.
 *
 * @param key         of the person, as text, in the order of the kind's key
 * @param despiteOpen erase although a contract is open
 * @param onlyIf      a condition as SQL on the person's own row, alias {@code a}, that must still hold; null for none
 * @param born        hash of the key and of when the person came to be, which must still be so; null where it is not known
 */
public record Erasure(
        String request,
        SubjectKind kind,
        List<String> key,
        KeyReference subject,
        boolean despiteOpen,
        @Nullable String onlyIf,
        @Nullable String born) {

    /** Whatever has become of the person since. */
    public Erasure(String request, SubjectKind kind, List<String> key, KeyReference subject, boolean despiteOpen) {
        this(request, kind, key, subject, despiteOpen, null, null);
    }

    /** Composite keys are joined by commas, as in the mirror of the holds. */
    public String joinedKey() {
        return String.join(",", key);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Erasure[" + request + "]";
    }
}

package io.storeveil.retention.erase;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.SubjectKind;
import java.util.List;

/**
 * One approved request to erase one person. For the sweep's memory only.
 *
 * @param key         of the person, as text, in the order of the kind's key
 * @param despiteOpen erase although a contract is open
 */
public record Erasure(String request, SubjectKind kind, List<String> key, KeyReference subject, boolean despiteOpen) {

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

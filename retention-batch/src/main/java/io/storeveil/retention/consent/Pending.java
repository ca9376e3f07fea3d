package io.storeveil.retention.consent;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;

/** One person of whose choice the warehouse has to hear. For a process's memory only. */
record Pending(long id, String subjectKind, KeyReference subject, OwnerId owner, String purpose) {

    /** Without the person. */
    @Override
    public String toString() {
        return "Pending[" + id + "]";
    }
}

package io.storeveil.retention.catalog;

/** Which columns of the old row the log carries for an update or a delete. */
public enum ReplicaIdentity {
    /** The primary key's. */
    DEFAULT,
    NOTHING,
    FULL,
    /** A unique index's. */
    INDEX
}

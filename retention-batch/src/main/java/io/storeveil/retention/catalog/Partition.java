package io.storeveil.retention.catalog;

import io.storeveil.policy.TableName;

/**
 * A partition at whatever level under a partitioned table.
 *
 * @param leaf it holds rows itself
 */
public record Partition(TableName name, boolean leaf, ReplicaIdentity replicaIdentity) {}

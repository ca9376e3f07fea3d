package io.storeveil.retention.catalog;

import io.storeveil.policy.TableName;
import java.util.Set;

/**
 * What logical replication offers to Debezium under one name.
 *
 * @param tables  what it carries; partitions under the name of their root
 * @param viaPartitionRoot changes of a partition come under the name of its root
 */
public record Publication(
        String name,
        boolean allTables,
        boolean viaPartitionRoot,
        boolean publishesUpdates,
        boolean publishesDeletes,
        Set<TableName> tables) {}

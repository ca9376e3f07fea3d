package io.storeveil.retention.catalog;

import org.jspecify.annotations.Nullable;

/**
 * How a table, or a partition of it, is partitioned.
 *
 * @param written as PostgreSQL writes it: {@code LIST (region)}
 * @param ranges  the one column by whose ranges it is; null for every other key
 */
public record PartitionKey(String written, @Nullable String ranges) {}

package io.storeveil.retention.catalog;

import java.util.Set;

/**
 * A trigger that the store's own code put on a table.
 *
 * @param events  of {@code INSERT, UPDATE, DELETE, TRUNCATE}
 * @param function the qualified name of what it runs
 */
public record Trigger(
        String name, boolean before, boolean forEachRow, Set<String> events, String function, boolean enabled) {}

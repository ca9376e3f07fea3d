package io.storeveil.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A link from a row to the row that owns it, declared as a foreign key or not.
 *
 * @param on   this table's column to the owner's column, in the order of the owner's key
 * @param when this table's column to the value it must have (the type half of a polymorphic pair)
 * @param cast the SQL type both sides are compared as, where they differ; null where they do not
 */
public record Owner(TableName to, Map<String, String> on, Map<String, String> when, @Nullable String cast) {}

package io.storeveil.policy;

import java.util.List;
import java.util.Map;

/**
 * One way to read, from a row alone, whose key its encrypted columns are under. It applies to a row whose
 * {@code columns} are all non-null and whose {@code when} columns have the values given.
 *
 * @param kind    the owner's table: the tree of keys to look in
 * @param columns the columns of the row that hold the owner's key, in the order of that key
 */
public record OwnerKeySource(TableName kind, List<String> columns, Map<String, String> when) {}

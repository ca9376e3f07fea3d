package io.storeveil.retention.catalog;

import java.util.List;

/**
 * A CHECK on a row.
 *
 * @param expression the condition as SQL, over the table's columns, without the word CHECK
 */
public record CheckConstraint(String name, List<String> columns, String expression) {}

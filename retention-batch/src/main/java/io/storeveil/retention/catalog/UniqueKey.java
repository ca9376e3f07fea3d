package io.storeveil.retention.catalog;

import java.util.List;

/** A unique constraint or unique index, the primary key left out; over an expression, only its plain columns show. */
public record UniqueKey(String name, List<String> columns) {}

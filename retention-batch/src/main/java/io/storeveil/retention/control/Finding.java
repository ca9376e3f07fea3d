package io.storeveil.retention.control;

import org.jspecify.annotations.Nullable;

/** One sentence for the reader of the report, without a value of a row. */
public record Finding(String step, Severity severity, @Nullable String table, String text) {}

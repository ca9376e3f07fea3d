package io.storeveil.retention.drain;

import io.storeveil.policy.TableName;
import io.storeveil.retention.control.Severity;
import java.util.List;

/**
 * What was found of erased rows in one kind of copy.
 *
 * @param rows   that were looked for
 * @param tables that they were of
 */
record Looked(long rows, int tables, List<Left> left) {

    /** @param rows that should be gone, or unreadable, and are not, or could not be looked for */
    record Left(TableName table, long rows, Severity severity, String text) {}

    /** Adds what was found, if there is any. */
    static void add(List<Left> left, TableName table, long rows, String what) {
        if (rows > 0) {
            left.add(new Left(table, rows, Severity.FAILED, rows + " " + what));
        }
    }

    long found() {
        return left.stream().mapToLong(Left::rows).sum();
    }
}

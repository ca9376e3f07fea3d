package io.storeveil.policy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kind of person the store knows: customers, staff.
 *
 * @param key         the columns of {@code table} that name one person
 * @param identifiers what else finds the person in a request, e.g. {@code email} to the column that holds it
 * @param created     when the person came to be, which never changes: tells one who has the number of another from them;
 *                    null where no column says so
 * @param clock       retention runs from the latest of these
 * @param open        per table, an SQL condition on its rows that marks an open contract and postpones expiry
 * @param erasedInactive whole people are erased, as by a request, once every purpose of all their rows has ended by this
 *                    clock
 */
public record SubjectKind(
        String name,
        TableName table,
        List<String> key,
        Map<String, String> identifiers,
        @Nullable String created,
        List<ColumnRef> clock,
        Map<TableName, String> open,
        boolean erasedInactive) {}

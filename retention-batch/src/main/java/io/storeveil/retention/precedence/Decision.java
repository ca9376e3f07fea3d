package io.storeveil.retention.precedence;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about rows of one table, or about some of their columns, and why. No personal value, and no key.
 *
 * @param request the request in whose course it was decided; null in the course of retention
 * @param columns those that it was decided about; empty for the rows as a whole
 * @param by      the first line of the precedence that applied
 * @param ground  what made it apply: a law's reference, a purpose, a rule; empty where the line says it all
 * @param until   the latest day on which it can still apply; null where nobody knows, or where it is final
 * @param rows    how many rows it was decided about
 */
public record Decision(
        @Nullable String request,
        String table,
        List<String> columns,
        Precedence by,
        String ground,
        @Nullable LocalDate until,
        long rows) {

    public Decision {
        columns = List.copyOf(columns);
    }
}

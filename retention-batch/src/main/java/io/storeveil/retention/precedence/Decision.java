package io.storeveil.retention.precedence;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about rows of one table, or about some of their columns, and why. No personal value, and no key.
 *
 * @param request the request in whose course it was decided; null in the course of retention
 * @param rule    by which rule of the night the rows were found
 * @param columns those that it was decided about; empty for the rows as a whole
 * @param besides about columns of rows that another decision counts, or about rows that no rule found
 * @param by      the first line of the precedence that applied
 * @param ground  what made it apply: a law's reference, a purpose, a hold; empty where the line says it all
 * @param until   the latest day on which it can still apply; null where nobody knows, or where it is final
 * @param rows    how many rows it was decided about
 */
public record Decision(
        @Nullable String request,
        String table,
        String rule,
        List<String> columns,
        boolean besides,
        Precedence by,
        String ground,
        @Nullable LocalDate until,
        long rows) {

    public Decision {
        columns = List.copyOf(columns);
    }

    /** Which line, and why: as every report, certificate and command says it. */
    public String words() {
        return by.meaning()
                + (ground.isEmpty() ? "" : ": " + ground)
                + (until == null ? "" : ", until " + until + " at the latest");
    }

    /** The same about so many rows. */
    Decision about(long number) {
        return new Decision(request, table, rule, columns, besides, by, ground, until, number);
    }

    /** For machines. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("table", table);
        facts.put("rule", rule);
        facts.put("columns", columns);
        facts.put("rows", rows);
        facts.put("besides", besides);
        facts.put("line", by.number());
        facts.put("by", by.word());
        facts.put("why", words());
        facts.put("ground", ground);
        if (until != null) {
            facts.put("until", until.toString());
        }
        return facts;
    }
}

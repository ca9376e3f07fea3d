package io.storeveil.retention.report;

import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Precedence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sums of a report for a spreadsheet: RFC 4180, one line for each table and rule. {@code eligible} is accounted for
 * twice: by what became of the rows, and by the line of the precedence that decided about them.
 */
public final class CsvReport {

    private static final List<String> SUM = List.of(
            "run",
            "business_date",
            "table",
            "rule",
            "eligible",
            "done",
            "held",
            "kept",
            "deferred",
            "failed",
            "closes");

    private CsvReport() {}

    public static String render(Report report) {
        Stream<List<String>> lines = report.sums().stream().map(sum -> line(report, sum));
        return Stream.concat(Stream.of(headings()), lines)
                .map(cells -> cells.stream().map(CsvReport::cell).collect(Collectors.joining(",")))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private static List<String> headings() {
        List<String> headings = new ArrayList<>(SUM);
        for (Precedence line : Precedence.values()) {
            headings.add("by_" + line.word().replace('-', '_'));
        }
        headings.add("why");
        return headings;
    }

    private static List<String> line(Report report, RuleCount sum) {
        List<String> cells = new ArrayList<>(
                List.of(report.run().id(), report.run().businessDate().toString(), sum.table(), sum.rule()));
        Stream.of(sum.eligible(), sum.done(), sum.held(), sum.kept(), sum.deferred(), sum.failed())
                .forEach(rows -> cells.add(Long.toString(rows)));
        cells.add(sum.closes() ? "yes" : "no");
        List<Decision> decisions = report.decisionsOf(sum);
        Arrays.stream(Precedence.values())
                .map(line -> decisions.stream()
                        .filter(decision -> decision.by() == line && !decision.besides())
                        .mapToLong(Decision::rows)
                        .sum())
                .forEach(rows -> cells.add(Long.toString(rows)));
        cells.add(decisions.stream().map(CsvReport::why).collect(Collectors.joining("; ")));
        return cells;
    }

    private static String why(Decision decision) {
        return decision.rows() + (decision.besides() ? " of these" : "")
                + (decision.columns().isEmpty() ? "" : " (" + String.join(", ", decision.columns()) + ")") + " "
                + decision.by().label() + ": " + decision.words();
    }

    /** A cell that begins like a formula is quoted as text, so that no spreadsheet evaluates a table's name. */
    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.matches("(?s).*[\",\r\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}

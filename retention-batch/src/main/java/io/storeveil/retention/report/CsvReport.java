package io.storeveil.retention.report;

import io.storeveil.retention.control.RuleCount;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The sums of a report for a spreadsheet: RFC 4180, one line for each table and rule. */
public final class CsvReport {

    private static final List<String> HEADINGS = List.of(
            "run",
            "business_date",
            "table",
            "rule",
            "eligible",
            "done",
            "held",
            "kept",
            "kept_reference",
            "deferred",
            "failed",
            "closes");

    private CsvReport() {}

    public static String render(Report report) {
        Stream<List<String>> lines = report.sums().stream().map(sum -> line(report, sum));
        return Stream.concat(Stream.of(HEADINGS), lines)
                .map(cells -> cells.stream().map(CsvReport::cell).collect(Collectors.joining(",")))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private static List<String> line(Report report, RuleCount sum) {
        return List.of(
                report.run().id(),
                report.run().businessDate().toString(),
                sum.table(),
                sum.rule(),
                Long.toString(sum.eligible()),
                Long.toString(sum.done()),
                Long.toString(sum.held()),
                Long.toString(sum.kept()),
                orEmpty(sum.keptReference()),
                Long.toString(sum.deferred()),
                Long.toString(sum.failed()),
                sum.closes() ? "yes" : "no");
    }

    /** A cell that begins like a formula is quoted as text, so that no spreadsheet evaluates a table's name. */
    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.matches("(?s).*[\",\r\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}

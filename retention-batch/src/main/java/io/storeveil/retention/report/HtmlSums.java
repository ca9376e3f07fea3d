package io.storeveil.retention.report;

import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Precedence;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A page's sums: what became of every eligible row, and which line of the precedence decided about it. */
final class HtmlSums {

    private HtmlSums() {}

    static void show(Report report, Map<String, Object> view) {
        List<RuleCount> shown = report.sums().stream().filter(sum -> !zero(sum)).toList();
        view.put(
                "sums",
                shown.stream().map(sum -> sum(sum, report.decisionsOf(sum))).toList());
        view.put("hasSums", !shown.isEmpty());
        view.put(
                "zeroSums",
                report.sums().stream()
                        .filter(HtmlSums::zero)
                        .map(sum ->
                                Map.of("table", sum.table(), "rule", sum.rule().replace(" " + sum.table(), "")))
                        .toList());
        view.put("total", total(report, shown));
    }

    /** The first screen's: all sums in one, and the lines of the precedence in their order. */
    private static Map<String, Object> total(Report report, List<RuleCount> shown) {
        List<Decision> counted = shown.stream()
                .flatMap(sum -> report.decisionsOf(sum).stream())
                .filter(decision -> !decision.besides())
                .toList();
        Map<String, Object> total = sum(total(shown), counted);
        long open = shown.stream().filter(sum -> !sum.closes()).count();
        total.put("tone", open == 0 ? "good" : "bad");
        total.put("mark", open == 0 ? "✓" : "✗");
        total.put("allClose", open == 0 ? "every sum closes" : Words.count(open, "sum does", "sums do") + " not close");
        Map<Precedence, Long> lines = new EnumMap<>(Precedence.class);
        counted.forEach(decision -> lines.merge(decision.by(), decision.rows(), Long::sum));
        total.put(
                "lines",
                lines.entrySet().stream()
                        .map(line -> Map.of(
                                "line",
                                name(line.getKey()),
                                "tone",
                                tone(line.getKey()),
                                "rows",
                                Words.number(line.getValue())))
                        .toList());
        return total;
    }

    private static boolean zero(RuleCount sum) {
        return sum.eligible() == 0 && Judgement.accountedFor(sum) == 0;
    }

    private static RuleCount total(List<RuleCount> sums) {
        RuleCount total = new RuleCount("All tables", "", 0, 0, 0, 0, 0, 0);
        for (RuleCount next : sums) {
            total = new RuleCount(
                    total.table(),
                    total.rule(),
                    total.eligible() + next.eligible(),
                    total.done() + next.done(),
                    total.held() + next.held(),
                    total.kept() + next.kept(),
                    total.deferred() + next.deferred(),
                    total.failed() + next.failed());
        }
        return total;
    }

    private static Map<String, Object> sum(RuleCount sum, List<Decision> decisions) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("table", sum.table());
        row.put("rule", sum.rule().replace(" " + sum.table(), ""));
        row.put("eligible", Words.number(sum.eligible()));
        row.put("done", Words.number(sum.done()));
        row.put("held", Words.number(sum.held()));
        row.put("kept", Words.number(sum.kept()));
        row.put("why", decisions.stream().map(HtmlSums::why).toList());
        long undecided = sum.eligible()
                - decisions.stream()
                        .filter(decision -> !decision.besides())
                        .mapToLong(Decision::rows)
                        .sum();
        row.put("undecided", undecided == 0 ? "" : Words.number(undecided));
        row.put("deferred", Words.number(sum.deferred()));
        row.put("failed", Words.number(sum.failed()));
        row.put("tone", !sum.closes() ? "bad" : sum.failed() > 0 ? "bad" : "good");
        row.put("closes", !sum.closes() ? "off by " + signed(sum.eligible() - Judgement.accountedFor(sum)) : "closes");
        row.put("mark", sum.closes() ? "✓" : "✗");
        return row;
    }

    private static Map<String, Object> why(Decision decision) {
        return Map.of(
                "rows",
                Words.number(decision.rows()),
                "line",
                name(decision.by()),
                "tone",
                tone(decision.by()),
                "columns",
                String.join(", ", decision.columns()),
                "besides",
                decision.besides(),
                "words",
                decision.words());
    }

    private static String name(Precedence line) {
        return line.number() + " " + line.label();
    }

    private static String tone(Precedence line) {
        return line == Precedence.HOLD || line == Precedence.RESTRICTION ? "warn" : "calm";
    }

    private static String signed(long value) {
        return (value > 0 ? "+" : "−") + Words.number(Math.abs(value));
    }
}

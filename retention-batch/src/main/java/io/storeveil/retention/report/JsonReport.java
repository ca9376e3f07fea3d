package io.storeveil.retention.report;

import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.precedence.Decision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The same report for machines: the first screen's judgement, then every fact it rests on. Moments are UTC, ISO 8601. */
public final class JsonReport {

    /** Of this file's shape; a field that goes or changes its meaning makes the next one. */
    public static final String FORMAT = "storeveil/report/v1";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JsonReport() {}

    public static String render(Report report) {
        Judgement judged = Judgement.of(report);
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("format", FORMAT);
        whole.put("verdict", judged.verdict().words());
        whole.put("sentence", judged.sentence());
        whole.put("overdue", judged.overdue());
        whole.put("dueInSevenDays", judged.dueSoon());
        whole.put("failed", judged.failed());
        whole.put("notDrained", judged.notDrained());
        whole.put("policyWarnings", judged.policyWarnings());
        whole.put("decisions", judged.decisions());
        whole.put("run", report.run());
        whole.put("writtenAt", report.writtenAt());
        whole.put("sums", report.sums().stream().map(JsonReport::sum).toList());
        whole.put("precedence", report.decisions().stream().map(Decision::facts).toList());
        whole.put("requests", report.handled());
        whole.put("openRequests", report.open());
        whole.put("policy", report.policy());
        whole.put("keys", report.keys());
        whole.put("seal", report.seal());
        whole.put("previousReport", report.previous());
        whole.put("unsigned", report.unsigned());
        whole.put("steps", report.steps());
        whole.put("findings", report.findings());
        whole.put("trend", report.trend());
        return JSON.writeValueAsString(whole) + "\n";
    }

    private static Map<String, Object> sum(RuleCount sum) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("table", sum.table());
        line.put("rule", sum.rule());
        line.put("eligible", sum.eligible());
        line.put("done", sum.done());
        line.put("held", sum.held());
        line.put("kept", sum.kept());
        line.put("deferred", sum.deferred());
        line.put("failed", sum.failed());
        line.put("closes", sum.closes());
        return line;
    }

    /** For what stands beside a report and is read by machines too. */
    static String write(List<?> values) {
        return JSON.writeValueAsString(values) + "\n";
    }

    static String write(Map<String, Object> value) {
        return JSON.writeValueAsString(value) + "\n";
    }
}

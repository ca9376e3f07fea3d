package io.storeveil.retention.plan;

import io.storeveil.retention.approval.PlanRecords;
import io.storeveil.retention.approval.PlannedRule;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** Says beforehand what each rule will do, and which of them only observe until a person approves. */
public final class PlanStep implements Step {

    /** Of the finding about a rule that waits for its approval. */
    public static final String ONLY_OBSERVES = " and only observes: ";

    /** Of the finding about an approved rule that the circuit breaker holds back. */
    public static final String TRIPPED = " only observes tonight: ";

    /** @param observes because nobody has approved it, or for another reason, which is {@code why} */
    private record Planned(Rule rule, Found found, boolean approved, boolean observes, String why) {

        RuleCount count() {
            return found.count();
        }

        boolean waits() {
            return !approved && count().eligible() > 0;
        }

        Planned following(Rule head) {
            return new Planned(
                    rule,
                    found,
                    approved,
                    true,
                    "its rows go along with those of rule '" + head.name() + "', which only observes");
        }
    }

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public void run(SweepContext context) throws SQLException {
        RunRecords records = new RunRecords(context.control(), context.clock());
        Approvals approvals = new Approvals(context);
        Map<String, Long> undated = new TreeMap<>();
        Breaker breaker = new Breaker(context);
        Ownership ownership =
                context.transaction().look(connection -> new Ownership(context.policy(), Catalog.read(connection)));
        Thresholds thresholds = new Thresholds(context.policy(), context.run().cutoff());
        Rules rules = new Rules(ownership, thresholds);
        rules.undated()
                .forEach(table -> records.finding(
                        context.run(),
                        name(),
                        Severity.WARNING,
                        table.toString(),
                        "has purposes, but no clock: nothing in it ever expires"));
        List<Rule> ofPeople = rules.ofInactivePeople();
        List<Rule> all = new ArrayList<>(ofPeople);
        all.addAll(rules.all());
        Map<Rule, Long> sizes = new Sizes(context)
                .of(
                        ownership,
                        all.stream()
                                .filter(rule -> approvals.approved(rule) && rule.kind() != Rule.Kind.ERASE)
                                .toList());
        List<Planned> planned = context.transaction().look(connection -> {
            List<Planned> plan = new ArrayList<>();
            undated.clear();
            Waiting.keep(
                    connection,
                    ownership,
                    ofPeople.stream().filter(approvals::approved).toList());
            for (Rule rule : all) {
                RuleSql sql = RuleSql.of(rule, ownership);
                boolean approved = approvals.approved(rule);
                Long size = sizes.get(rule);
                Found found = size != null
                        ? Found.sized(rule, size)
                        : Found.of(connection, rule, sql.foundSoFar(), thresholds, 0);
                Optional<String> trips = approved ? breaker.trips(connection, rule, found.going()) : Optional.empty();
                if (trips.isPresent()) {
                    found = Found.of(connection, rule, sql.foundSoFar(), thresholds, 0);
                    trips = breaker.trips(connection, rule, found.going());
                }
                plan.add(new Planned(
                        rule,
                        found,
                        approved,
                        !approved || trips.isPresent(),
                        approved ? trips.orElse("approved") : approvals.why(rule)));
                trips.ifPresent(why -> records.finding(
                        context.run(),
                        name(),
                        Severity.DECISION,
                        rule.table().toString(),
                        "rule '" + rule.name() + "'" + TRIPPED + why + "; 'plan approve "
                                + context.run().id() + "' lets it take them"));
                undated.putAll(undated(connection, rule, sql));
            }
            return follow(plan, Family.of(rules.all(), ownership));
        });
        planned.forEach(each -> each.found().write(context));
        planned.stream()
                .filter(Planned::waits)
                .forEach(each -> records.finding(
                        context.run(),
                        name(),
                        Severity.DECISION,
                        each.rule().table().toString(),
                        "rule '" + each.rule().name() + "' finds "
                                + each.count().eligible() + " rows" + ONLY_OBSERVES + each.why()));
        undated.forEach((table, rows) -> records.finding(
                context.run(),
                name(),
                Severity.DECISION,
                table,
                rows + " rows have nothing in their clock columns, and never expire: fill them in, or give the policy a"
                        + " clock that every row has"));
        store(context, planned, undated);
    }

    /** What keeps the rows of one rule tonight keeps those that go along with them. */
    private static List<Planned> follow(List<Planned> plan, List<Family> families) {
        Map<Rule, Boolean> observes = plan.stream().collect(Collectors.toMap(Planned::rule, Planned::observes));
        return plan.stream()
                .map(each -> Family.owner(families, each.rule())
                        .filter(head -> !each.observes() && observes.getOrDefault(head, false))
                        .map(each::following)
                        .orElse(each))
                .toList();
    }

    /** Rows whose clock says nothing, by table. Nobody guesses; a person has to say what dates them. */
    private static Map<String, Long> undated(Connection connection, Rule rule, RuleSql sql) throws SQLException {
        if (rule.kind() != Rule.Kind.DELETE || sql.countUndated().isEmpty()) {
            return Map.of();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.countUndated().get())) {
            return row.next() && row.getLong(1) > 0 ? Map.of(rule.table().toString(), row.getLong(1)) : Map.of();
        }
    }

    private static void store(SweepContext context, List<Planned> planned, Map<String, Long> undated) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("run", context.run().id());
        body.put("policy", context.policy().sha256());
        body.put("cutoff", context.run().cutoff().toString());
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Planned each : planned) {
            Map<String, Object> rule = new LinkedHashMap<>();
            rule.put("rule", each.rule().name());
            rule.put("sha256", each.rule().sha256());
            rule.put("table", each.rule().table().toString());
            rule.put("purposes", List.copyOf(each.rule().purposes()));
            rule.put("before", each.rule().over().toString());
            rule.put("eligible", each.count().eligible());
            rule.put("held", each.count().held());
            rule.put("kept", each.count().kept());
            rule.put("observes", each.observes());
            rule.put("why", each.why());
            rules.add(rule);
        }
        body.put("rules", rules);
        body.put("undated", undated);
        String json = JsonMapper.shared().writeValueAsString(body);
        new PlanRecords(context.control(), context.clock())
                .save(
                        context.run(),
                        json,
                        planned.stream()
                                .map(each -> new PlannedRule(
                                        each.rule().name(),
                                        each.rule().sha256(),
                                        each.rule().table().toString(),
                                        each.count().eligible(),
                                        each.observes(),
                                        each.observes() ? each.why() : ""))
                                .toList());
    }
}

package io.storeveil.retention.plan;

import io.storeveil.retention.approval.PlanRecords;
import io.storeveil.retention.sweep.SweepContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which rules a person has approved, in the words they have now: each is looked up once, and its signatures verified. */
public final class Approvals {

    private final JdbcClient control;
    private final PlanRecords plans;
    private final String run;
    private final Map<Rule, Boolean> approved = new ConcurrentHashMap<>();

    public Approvals(SweepContext context) {
        this.control = JdbcClient.create(context.control());
        this.plans = new PlanRecords(context.control(), context.clock());
        this.run = context.run().id();
    }

    public boolean approved(Rule rule) {
        return approved.computeIfAbsent(rule, any -> plans.approved(any.name(), any.sha256()));
    }

    /** Whether this run's plan lets the rule act, which is approved and not held back by the circuit breaker. */
    public boolean acts(Rule rule) {
        return approved(rule)
                && plans.plan(run).stream()
                        .flatMap(plan -> plan.rules().stream())
                        .anyMatch(planned -> planned.rule().equals(rule.name()) && !planned.observes());
    }

    /** For the plan: why a rule only observes. */
    String why(Rule rule) {
        long earlier = control.sql("select count(*) from storeveil.rule_approval where rule = ?")
                .param(rule.name())
                .query(Long.class)
                .single();
        return plans.rejectedBy(rule.name())
                .map(run -> "the report of " + run + " was rejected")
                .orElse(earlier == 0 ? "nobody has approved it" : "it has changed since it was approved");
    }
}

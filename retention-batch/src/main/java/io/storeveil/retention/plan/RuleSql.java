package io.storeveil.retention.plan;

import io.storeveil.retention.ownership.AtRestValue;
import io.storeveil.retention.ownership.Clocks;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Subjects;
import java.util.List;

/** A rule's conditions on a row, as SQL over the alias {@code a}. */
public final class RuleSql {

    private final Rule rule;
    private final Clocks clocks;
    private final AtRestValue atRest;
    private final Subjects subjects;
    private final Dependents dependents;
    private final RowKey key;

    public RuleSql(Rule rule, Ownership ownership) {
        this.rule = rule;
        this.clocks = new Clocks(ownership);
        this.atRest = new AtRestValue(ownership);
        this.subjects = new Subjects(ownership);
        this.dependents = new Dependents(ownership);
        this.key = RowKey.of(ownership, rule.table());
    }

    public RowKey key() {
        return key;
    }

    public String from() {
        return Sql.name(rule.table()) + " a";
    }

    /** Time is over, and there is something to do. */
    public String eligible() {
        return before() + " and " + unfinished();
    }

    /** As it was decided before the run's first row went, and not taken back since. */
    public String eligible(String run) {
        if (!decidedBefore()) {
            return eligible();
        }
        // A scalar subquery, so that each row is looked up by key whatever the planner knows of the table.
        return "coalesce((select true from storeveil.expiring x where x.run = " + Sql.literal(run)
                + " and x.table_name = "
                + Sql.literal(rule.table().toString()) + " and x.rule = " + Sql.literal(rule.name())
                + " and x.row_key = " + key.array("a") + "), false) and (" + before() + ") is not false and "
                + unfinished();
    }

    /** Whether the run must decide before it deletes rows that this rule's clock runs from. */
    public boolean decidedBefore() {
        return key.lasting() && clocks.runsFromBelow(rule.table());
    }

    public String held() {
        return subjects.held(rule.table(), "a");
    }

    public String open() {
        return subjects.open(rule.table(), "a");
    }

    /** Rows below, or elsewhere, that keep a row from being deleted. */
    public String neededByOthers() {
        return rule.kind() == Rule.Kind.DELETE ? dependents.some(rule.table(), "a") : "false";
    }

    /** Nothing dates the row, so it never expires. */
    public String undated() {
        return "(" + before() + ") is null";
    }

    private String before() {
        return clocks.before(rule.table(), "a", rule.over()).orElse("false");
    }

    private String unfinished() {
        if (rule.kind() == Rule.Kind.DELETE) {
            return "true";
        }
        List<String> differing = rule.columns().stream()
                .map(column -> atRest.differs(rule.table(), column, "a"))
                .toList();
        return Sql.any(differing);
    }
}

package io.storeveil.retention.plan;

import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.AtRestValue;
import io.storeveil.retention.ownership.Belongings;
import io.storeveil.retention.ownership.Clocks;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.Link;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Subjects;
import io.storeveil.retention.ownership.Thresholds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A rule as SQL: where its rows are found, alias {@code a}, and its conditions on them. */
public final class RuleSql {

    /** Takes {@link #settled} back. */
    public static final String UNSETTLED = "set local enable_seqscan to default; set local enable_hashjoin to default;"
            + " set local enable_mergejoin to default; set local jit to default";

    private final Rule rule;
    private final Ownership ownership;
    private final Walk walk;
    private final Set<TableName> goingAlong;
    /** Rows that wait for those that own them. */
    private final String behindOwners;

    private RuleSql(Rule rule, Ownership ownership, Walk walk, Set<TableName> goingAlong, String behindOwners) {
        this.rule = rule;
        this.ownership = ownership;
        this.walk = walk;
        this.goingAlong = goingAlong;
        this.behindOwners = behindOwners;
    }

    /** The rule as it applies now. */
    public static RuleSql of(Rule rule, Ownership ownership) {
        return new RuleSql(rule, ownership, Walk.of(rule, ownership), Set.of(), "false");
    }

    /** As it was decided before the run's first row went, where the clock runs from rows that the run may delete. */
    public static RuleSql decided(Rule rule, Ownership ownership, String run) {
        return decidedBefore(rule, ownership)
                ? new RuleSql(rule, ownership, Walk.decided(rule, ownership, run), Set.of(), "false")
                : of(rule, ownership);
    }

    /** Whether the run must decide before it deletes rows that this rule's clock runs from. */
    public static boolean decidedBefore(Rule rule, Ownership ownership) {
        return rule.refusal() == null
                && RowKey.of(ownership, rule.table()).lasting()
                && new Clocks(ownership).runsFromBelow(rule.table());
    }

    /** The same, along the rows' own keys where their date does not lead to them in a lasting order. */
    public static RuleSql inStretches(Rule rule, Ownership ownership) {
        Walk walk = Walk.of(rule, ownership);
        return new RuleSql(rule, ownership, walk.leading() > 0 ? walk : Walk.byKey(rule, ownership), Set.of(), "false");
    }

    /** The same rule, whose rows are not kept by rows of these tables: they go first, in the same transaction. */
    public RuleSql takingAlong(Set<TableName> tables) {
        return new RuleSql(rule, ownership, walk, Set.copyOf(tables), behindOwners);
    }

    /** The rule of a member: rows that follow the head's wait for as long as one of those is due. */
    public RuleSql behind(Family family, Family.Member member) {
        if (!member.follows(family.head())) {
            return this;
        }
        RuleSql head = of(family.head(), ownership).takingAlong(family.tables());
        List<Link> down = member.down();
        StringBuilder owners = new StringBuilder("(select a.* from " + head.from() + " where " + head.due() + ") h0");
        List<String> joined = new ArrayList<>();
        for (int i = 0; i < down.size(); i++) {
            boolean last = i == down.size() - 1;
            String child = last ? "a" : "h" + (i + 1);
            if (!last) {
                owners.append(", ")
                        .append(Sql.name(down.get(i).from()))
                        .append(' ')
                        .append(child);
            }
            joined.add(down.get(i).joinsTo(child, "h" + i));
            joined.add(down.get(i).appliesTo(child));
        }
        return new RuleSql(
                rule,
                ownership,
                walk,
                goingAlong,
                "exists (select 1 from " + owners + " where " + Sql.all(joined) + ")");
    }

    /** The rows' key, as the text array in which it is written down. */
    public String keyArray() {
        return RowKey.of(ownership, rule.table()).array("a");
    }

    /** When the rows' retention began. */
    public String clock() {
        return new Clocks(ownership).of(rule.table(), "a").orElseThrow();
    }

    public String from() {
        return walk.from();
    }

    /** Time is over, and there is something to do. */
    public String eligible() {
        return walk.condition() + " and " + unfinished();
    }

    /** How many are {@link #eligible}. */
    public Eligible countEligible() {
        return new Eligible(walk, stretches(), unfinished());
    }

    /** Time is over, there is something to do, and nothing is in the way. */
    public String due() {
        return free() + " and not (" + neededByOthers() + ") and not " + behindOwners;
    }

    /** The same, whatever refers to the row. */
    public String free() {
        return eligible() + " and not " + held() + " and not " + open() + " and not " + waiting();
    }

    /** What is counted of the rule: every eligible row, and by whom or what it is kept. */
    public String found(Thresholds thresholds) {
        String law = rule.kind() == Rule.Kind.DELETE
                ? new Dependents(ownership).law(rule.table(), "a", goingAlong, thresholds)
                : "null::text";
        return asking(neededByOthers(), law);
    }

    /** The same, without a look at the rows that refer to it: they may go tonight as well. */
    public String foundSoFar() {
        return asking("false", "null::text");
    }

    private String asking(String needed, String law) {
        String hold = onWhoseRow((subjects, row) -> subjects.onHold(row.table(), row.alias()));
        String asked = hold + " as hold, " + held() + " as held, " + open() + " as open, " + waiting() + " as waiting";
        String told = needed + " as needed, " + law + " as law, " + since() + " as since";
        return walk.above() && asks(walk.dated())
                ? "select " + walk.alias() + ".hold, " + walk.alias() + ".held, " + walk.alias() + ".open, "
                        + walk.alias() + ".waiting, "
                        + told
                        + " from " + walk.fromAsking(asked) + " where " + walk.also() + " and " + unfinished()
                : "select " + asked + ", " + told + " from " + from() + " where " + eligible();
    }

    /** The day of the row's clock, in the policy's zone. */
    private String since() {
        return new Clocks(ownership)
                .of(rule.table(), "a")
                .map(clock -> "(" + clock + " at time zone "
                        + Sql.literal(ownership.policy().timeZone().getId()) + ")::date")
                .orElse("null::date");
    }

    /** By a legal hold or a restriction. */
    public String held() {
        return onWhoseRow((subjects, row) -> subjects.held(row.table(), row.alias()));
    }

    public String open() {
        return onWhoseRow((subjects, row) -> subjects.open(row.table(), row.alias()));
    }

    /** For the night that erases its person whole. What somebody said no to is not for that night. */
    private String waiting() {
        return rule.kind() == Rule.Kind.ERASE || rule.refusal() != null
                ? "false"
                : onWhoseRow((subjects, row) -> subjects.waiting(row.table(), row.alias()));
    }

    /** Rows below, or elsewhere, that keep a row from being deleted. */
    public String neededByOthers() {
        return rule.kind() == Rule.Kind.DELETE
                ? new Dependents(ownership).some(rule.table(), "a", goingAlong)
                : "false";
    }

    /** Counts rows that nothing dates, and that so never expire; empty where there can be none. */
    public Optional<String> countUndated() {
        Clocks clocks = new Clocks(ownership);
        return clocks.mayBeUndated(rule.table())
                ? clocks.before(rule.table(), "a", rule.over())
                        .map(before -> "select count(*) from " + Sql.name(rule.table()) + " a where (" + before
                                + ") is null" + notDecided())
                : Optional.empty();
    }

    /** Rows whose date went with rows of an earlier run, or of this one before it was started again, are not forgotten. */
    private String notDecided() {
        return decidedBefore(rule, ownership)
                ? " and not exists (select 1 from storeveil.expiring x where x.table_name = "
                        + Sql.literal(rule.table().toString()) + " and x.rule = " + Sql.literal(rule.name()) + " and "
                        + RowKey.of(ownership, rule.table()).read("a", "x.row_key") + ")"
                : "";
    }

    /** How pages of due rows are locked. */
    public Pages pages() {
        return new Pages(walk, due());
    }

    /** How the rows are taken stretch by stretch. */
    public Stretches stretches() {
        return stretches(unfinished());
    }

    /** The same, of rows for which this is true: where the rows that a stretch is cut by are the rule's own. */
    public Stretches stretches(String wanted) {
        return new Stretches(
                walk, walk.down().isEmpty() ? wanted : "true", contracts().orElse(List.of()));
    }

    /**
     * For a statement that begins with {@link Stretches#opening} and changes or reads {@code a}: {@code using} or {@code
     * from} or a comma, what dates the rows, and which are due. Contracts have been asked for there, once for all people of the stretch.
     */
    public String dueBeside(String preposition) {
        String besides = String.join(", ", walk.besides());
        return (besides.isEmpty() ? "" : " " + preposition + " " + besides) + " where " + walk.joined() + " and "
                + eligible() + " and not " + held() + " and not " + waiting() + " and "
                + contracts().map(Stretches::withoutContract).orElse("not " + open()) + " and not (" + neededByOthers()
                + ")";
    }

    private Optional<List<Subjects.Contracts>> contracts() {
        return walk.datedOnTop() && asks(walk.dated())
                ? new Subjects(ownership).contracts(walk.dated(), walk.alias())
                : Optional.empty();
    }

    /** SQL that keeps the planner on the walk's indexes, in this transaction, whatever it thinks of the tables' sizes. */
    public String settled() {
        return walk.indexed()
                ? "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off;"
                        + " set local jit = off"
                : UNSETTLED;
    }

    private record Row(TableName table, String alias) {}

    private interface Asked {
        String of(Subjects subjects, Row row);
    }

    /** Asked of the row that carries the date where it is the same people's, once for all rows under it. */
    private String onWhoseRow(Asked asked) {
        return asked.of(
                new Subjects(ownership),
                asks(walk.dated()) ? new Row(walk.dated(), walk.alias()) : new Row(rule.table(), "a"));
    }

    private boolean asks(TableName table) {
        return new HashSet<>(ownership.kindsOf(table)).equals(new HashSet<>(ownership.kindsOf(rule.table())));
    }

    private String unfinished() {
        String open = open(rule.columns());
        return rule.kind() == Rule.Kind.ERASE
                ? ownership
                        .policy()
                        .subjectOf(rule.table())
                        .map(kind -> "(" + open + " or " + new Belongings(ownership, kind).some("a", rule.over()) + ")")
                        .orElse(open)
                : rule.kind() == Rule.Kind.DELETE || rule.columns().isEmpty() ? "true" : open;
    }

    /** Some of the columns are not at rest. */
    private String open(List<Column> columns) {
        AtRestValue atRest = new AtRestValue(ownership);
        // Shortest first: constants are compared in no time, and most rows differ in the first column that is looked
        // at.
        List<String> differing = columns.stream()
                .map(column -> atRest.differs(rule.table(), column, "a"))
                .sorted(Comparator.comparing(String::length))
                .toList();
        return Sql.any(differing);
    }
}

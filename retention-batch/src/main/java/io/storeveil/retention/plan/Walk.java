package io.storeveil.retention.plan;

import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Clocks;
import io.storeveil.retention.ownership.Link;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Subjects;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the rows of a rule are found, so that each page begins behind the last: along the index on the column that dates
 * them, from the rows that own them down to the rows themselves, alias {@code a}; or along what was written down
 * beforehand; or else by key.
 *
 * @param top     the table in which it begins, with its alias
 * @param down    the tables from there to the rows, the last of them the rows' own
 * @param over    what is over, as a condition on the top, in a form that the index serves
 * @param also    a further condition on the row
 * @param dated   the table whose row carries the date, and whose person is the row's person
 * @param alias   of that table
 * @param order   what a page is ordered by; empty where rows have no lasting name
 * @param leading how many of {@code order} are the top's; 0 where the order does not begin with the top
 * @param indexed every step is served by an index
 * @param levels  the links from the top down to the rows, where each is served by an index and joins by a single column
 */
record Walk(
        String top,
        List<Step> down,
        String over,
        String also,
        TableName dated,
        String alias,
        List<Position> order,
        int leading,
        boolean indexed,
        List<Link> levels) {

    private static final String ROW = "a";

    /** One column of the order, and the type that its text is read back as. */
    record Position(String expression, String type) {}

    /** A table with its alias, and what joins it to the one before. */
    record Step(String table, String on) {}

    static Walk of(Rule rule, Ownership ownership) {
        if (rule.refusal() != null) {
            return refused(rule, rule.refusal(), ownership);
        }
        return new Clocks(ownership)
                .dating(rule.table())
                .map(dating -> dated(rule, ownership, dating))
                .orElseGet(() -> byKey(rule, ownership));
    }

    private static Walk dated(Rule rule, Ownership ownership, Clocks.Dating dating) {
        List<Link> links = new ArrayList<>(dating.up());
        Collections.reverse(links);
        TableName top = links.isEmpty() ? rule.table() : links.get(0).to();
        String alias = links.isEmpty() ? ROW : "a_0";
        String column = dating.column().name();
        List<Position> order = new ArrayList<>();
        boolean indexed = ownership.described(top).indexOn(List.of(column)).isPresent()
                && links.stream().allMatch(ownership::indexed);
        boolean lasting = true;
        if (indexed) {
            order.add(new Position(Sql.of(alias, column), dating.column().type()));
            lasting = lasting(ownership, top, alias, order);
        }
        int leading = order.size();
        if (!indexed || !links.isEmpty()) {
            lasting &= lasting(ownership, rule.table(), ROW, order);
        }
        if (links.isEmpty()) {
            leading = order.size();
        }
        String over = new Clocks(ownership).before(alias, dating.column(), rule.over());
        return new Walk(
                Sql.name(top) + " " + alias,
                steps(links),
                over,
                "true",
                top,
                alias,
                lasting ? order : List.of(),
                lasting ? leading : 0,
                indexed,
                indexed && links.stream().allMatch(link -> link.owner().on().size() == 1) ? links : List.of());
    }

    private static List<Step> steps(List<Link> links) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < links.size(); i++) {
            Link link = links.get(i);
            String child = i == links.size() - 1 ? ROW : "a_" + (i + 1);
            steps.add(new Step(
                    Sql.name(link.from()) + " " + child,
                    link.joinsTo(child, "a_" + i) + " and " + link.appliesTo(child)));
        }
        return steps;
    }

    private static boolean lasting(Ownership ownership, TableName table, String alias, List<Position> order) {
        List<String> key = ownership.described(table).primaryKey();
        key.forEach(column -> order.add(new Position(
                Sql.of(alias, column), ownership.column(table, column).type())));
        return !key.isEmpty();
    }

    static Walk byKey(Rule rule, Ownership ownership) {
        List<Position> order = new ArrayList<>();
        lasting(ownership, rule.table(), ROW, order);
        String over =
                new Clocks(ownership).before(rule.table(), ROW, rule.over()).orElse("false");
        return new Walk(
                Sql.name(rule.table()) + " " + ROW,
                List.of(),
                over,
                "true",
                rule.table(),
                ROW,
                order,
                order.size(),
                false,
                List.of());
    }

    /** Rows that were decided on before the run's first row went, and have not been taken back since, oldest first. */
    static Walk decided(Rule rule, Ownership ownership, String run) {
        return new Walk(
                "storeveil.expiring x",
                List.of(new Step(
                        Sql.name(rule.table()) + " " + ROW,
                        RowKey.of(ownership, rule.table()).read(ROW, "x.row_key"))),
                "x.run = " + Sql.literal(run) + " and x.table_name = "
                        + Sql.literal(rule.table().toString()) + " and x.rule = " + Sql.literal(rule.name())
                        + " and x.clock < " + new Clocks(ownership).beginning(rule.over()),
                "(" + byKey(rule, ownership).over() + ") is not false",
                rule.table(),
                ROW,
                List.of(new Position("x.clock", "timestamptz"), new Position("x.row_key", "text[]")),
                2,
                true,
                List.of());
    }

    /** From those who said no down to their rows, where nothing else keeps them and time alone has not ended it yet. */
    private static Walk refused(Rule rule, Rule.Refusal refusal, Ownership ownership) {
        Subjects subjects = new Subjects(ownership);
        TableName table = rule.table();
        Optional<String> column = subjects.column(refusal.kind(), table);
        String kind = "r.subject_kind = " + Sql.literal(refusal.kind().name());
        List<String> names =
                refusal.chosen().keySet().stream().map(Sql::literal).toList();
        List<String> ended = new ArrayList<>();
        refusal.chosen()
                .forEach((name, day) -> ended.add("(" + over(ownership, table, day)
                        + " is true or exists (select 1 from storeveil.refusal r where " + kind + " and r.purpose = "
                        + Sql.literal(name) + " and r.subject_key = x.person))"));
        refusal.others().values().forEach(day -> ended.add(over(ownership, table, day) + " is true"));
        ended.add(over(ownership, table, rule.over()) + " is not true");
        return new Walk(
                "(select distinct r.subject_key as person from storeveil.refusal r where " + kind
                        + " and r.purpose in (" + String.join(", ", names) + ")) x",
                List.of(new Step(Sql.name(table) + " " + ROW, theirs(refusal, column, subjects, ownership, table))),
                "true",
                Sql.all(ended),
                table,
                ROW,
                List.of(new Position("x.person", "text")),
                1,
                column.isPresent()
                        && ownership
                                .described(table)
                                .indexOn(List.of(column.get()))
                                .isPresent(),
                List.of());
    }

    private static String theirs(
            Rule.Refusal refusal, Optional<String> column, Subjects subjects, Ownership ownership, TableName table) {
        return column.map(name -> Sql.of(ROW, name) + " = cast(x.person as "
                        + ownership.column(table, name).type() + ")")
                .orElseGet(() -> subjects.key(refusal.kind(), table, ROW).orElse("null") + " = x.person");
    }

    private static String over(Ownership ownership, TableName table, LocalDate day) {
        return "(" + new Clocks(ownership).before(table, ROW, day).orElse("null::boolean") + ")";
    }

    String from() {
        return top + joins();
    }

    private String joins() {
        return down.stream()
                .map(step -> " join " + step.table() + " on " + step.on())
                .collect(Collectors.joining());
    }

    /** Everything but the rows themselves, for a statement that changes them; empty where there is nothing else. */
    List<String> besides() {
        List<String> tables = new ArrayList<>();
        if (!down.isEmpty()) {
            tables.add(top);
            down.subList(0, down.size() - 1).forEach(step -> tables.add(step.table()));
        }
        return tables;
    }

    /** What {@link #besides} and the rows are joined by. */
    String joined() {
        return Sql.all(down.stream().map(Step::on).toList());
    }

    /** The same, with something asked once of each row that carries the date, whatever their number below it. */
    String fromAsking(String asked) {
        return "(select " + alias + ".*, " + asked + " from " + top + " where " + over + " offset 0) " + alias
                + joins();
    }

    /** True where the row with the date is another one, above. */
    boolean above() {
        return !alias.equals(ROW);
    }

    /** True where the row with the date is the one at the top. */
    boolean datedOnTop() {
        return above() || down.isEmpty();
    }

    String condition() {
        return over + " and " + also;
    }

    /**
     * From and where of the rows without a join, each level found by all owners of the one above at once; empty where they
     * cannot be found so.
     *
     * @param within further conditions on the top
     */
    Optional<String> byLevels(String within) {
        String above = tops() + within;
        for (int i = 0; i < levels.size(); i++) {
            Link link = levels.get(i);
            String child = i == levels.size() - 1 ? ROW : "a_" + (i + 1);
            above = Sql.name(link.from()) + " " + child + " where " + link.joinsAny(child, "a_" + i, above) + " and "
                    + link.appliesTo(child);
        }
        return levels.isEmpty() ? Optional.empty() : Optional.of(above);
    }

    /** The rows at the top alone. */
    String tops() {
        return top + " where " + over;
    }

    /** For {@code order by}; empty where there is no order. */
    String ordered() {
        return order.isEmpty() ? "" : " order by " + expressions(order);
    }

    /** The whole position as text, to be selected. */
    String texts() {
        return order.stream().map(part -> part.expression() + "::text").collect(Collectors.joining(", "));
    }

    /** Rows behind the one whose position is bound, as text. */
    String after() {
        String whole = "(" + expressions(order) + ") > (" + bound(order) + ")";
        return repeated() == 0 ? whole : from(leading) + " and " + whole;
    }

    /** How many parts {@link #after} asks for beyond those of the position. */
    int repeated() {
        return leading == order.size() ? 0 : leading;
    }

    private String from(int parts) {
        return "(" + expressions(order.subList(0, parts)) + ") >= (" + bound(order.subList(0, parts)) + ")";
    }

    /** The position among the rows at the top. */
    String leadTexts() {
        return leads().stream().map(part -> part.expression() + "::text").collect(Collectors.joining(", "));
    }

    String leadExpressions() {
        return expressions(leads());
    }

    String orderedByLead() {
        return " order by " + leadExpressions();
    }

    /** Behind the row at the top whose position is bound, as text. */
    String behind() {
        return "(" + expressions(leads()) + ") > (" + bound(leads()) + ")";
    }

    /** What the walk can be parted by. */
    String lead() {
        return order.get(0).expression();
    }

    String behindPart() {
        return lead() + " > " + bound(order.subList(0, 1));
    }

    String upToPart() {
        return lead() + " <= " + bound(order.subList(0, 1));
    }

    /** The top's own part of the order. */
    List<Position> leads() {
        return order.subList(0, leading);
    }

    private static String expressions(List<Position> parts) {
        return parts.stream().map(Position::expression).collect(Collectors.joining(", "));
    }

    /** In a query of its own: PostgreSQL would else read a moment's text again for each row that it compares. */
    private static String bound(List<Position> parts) {
        return parts.stream()
                .map(part -> "(select cast(? as " + part.type() + "))")
                .collect(Collectors.joining(", "));
    }
}

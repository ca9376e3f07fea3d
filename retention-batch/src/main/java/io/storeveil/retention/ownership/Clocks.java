package io.storeveil.retention.ownership;

import io.storeveil.policy.ColumnRef;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** When a row's retention began: the latest of its clock columns, its own, its owners' or those of what it owns. */
public final class Clocks {

    private static final Set<String> MOMENTS = Set.of("date", "timestamp", "timestamptz");

    private final Ownership ownership;
    private final String zone;

    public Clocks(Ownership ownership) {
        this.ownership = ownership;
        this.zone = Sql.literal(ownership.policy().timeZone().getId());
    }

    /** The moment as a timestamptz, or null where nothing dates the row; empty if nothing dates rows of this table. */
    public Optional<String> of(TableName table, String alias) {
        return of(table, alias, new HashSet<>());
    }

    private Optional<String> of(TableName table, String alias, Set<TableName> seen) {
        List<ColumnRef> clock = declared(table);
        if (!clock.isEmpty()) {
            return Optional.of("greatest("
                    + clock.stream().map(ref -> column(table, alias, ref)).collect(Collectors.joining(", ")) + ")");
        }
        if (!seen.add(table)) {
            return Optional.empty();
        }
        StringBuilder cases = new StringBuilder();
        for (Link link : ownership.linksOf(table)) {
            String owner = alias + "_o";
            if (!link.toItself()) {
                of(link.to(), owner, seen).ifPresent(expression -> cases.append(" when ")
                        .append(link.appliesTo(alias))
                        .append(" then (select max(")
                        .append(expression)
                        .append(") from ")
                        .append(Sql.name(link.to()))
                        .append(" ")
                        .append(owner)
                        .append(" where ")
                        .append(link.joinsTo(alias, owner))
                        .append(")"));
            }
        }
        seen.remove(table);
        return cases.isEmpty() ? Optional.empty() : Optional.of("(case" + cases + " end)");
    }

    /** True where nothing the row's purposes need happened on this day or later; null where nothing dates the row. */
    public Optional<String> before(TableName table, String alias, LocalDate day) {
        List<ColumnRef> clock = declared(table);
        if (clock.size() == 1 && clock.get(0).table().equals(table)) {
            return Optional.of(
                    before(alias, ownership.column(table, clock.get(0).column()), day));
        }
        return of(table, alias).map(expression -> {
            List<String> conditions = new ArrayList<>();
            for (ColumnRef ref : clock) {
                if (ref.table().equals(table)) {
                    conditions.add(notAfter(alias, ownership.column(table, ref.column()), day));
                }
            }
            conditions.add(expression + " < " + beginning(day));
            return "(" + Sql.all(conditions) + ")";
        });
    }

    /** True if the clock also runs from rows below, which the same run may delete. */
    public boolean runsFromBelow(TableName table) {
        return runsFromBelow(table, new HashSet<>());
    }

    private boolean runsFromBelow(TableName table, Set<TableName> seen) {
        List<ColumnRef> clock = declared(table);
        if (!clock.isEmpty()) {
            return clock.stream()
                    .anyMatch(ref -> !ref.table().equals(table)
                            && path(ref.table(), table, new HashSet<>()).isPresent());
        }
        return seen.add(table) && ownership.linksOf(table).stream().anyMatch(link -> runsFromBelow(link.to(), seen));
    }

    /**
     * One column that alone dates every row of a table: its own, or that of the one row above that each row has.
     *
     * @param up     the links that lead there; empty where it is the table's own
     * @param column of the table at the end of {@code up}
     */
    public record Dating(List<Link> up, CatalogColumn column) {}

    /** Empty where a row is dated by several columns, or from several sides. */
    public Optional<Dating> dating(TableName table) {
        return dating(table, new HashSet<>());
    }

    private Optional<Dating> dating(TableName table, Set<TableName> seen) {
        List<ColumnRef> clock = declared(table);
        if (!clock.isEmpty()) {
            return clock.size() == 1 && clock.get(0).table().equals(table)
                    ? Optional.of(new Dating(
                            List.of(), ownership.column(table, clock.get(0).column())))
                    : Optional.empty();
        }
        List<Link> links = ownership.linksOf(table);
        if (!seen.add(table) || links.size() != 1 || !ownership.one(links.get(0))) {
            return Optional.empty();
        }
        Link link = links.get(0);
        return dating(link.to(), seen).map(above -> {
            List<Link> up = new ArrayList<>(List.of(link));
            up.addAll(above.up());
            return new Dating(up, above.column());
        });
    }

    /** False where no row can be without a date: the column, and each link that leads to it, is always filled in. */
    public boolean mayBeUndated(TableName table) {
        return dating(table)
                .map(dating ->
                        dating.column().nullable() || !dating.up().stream().allMatch(ownership::always))
                .orElse(true);
    }

    private List<ColumnRef> declared(TableName table) {
        List<ColumnRef> own = ownership.table(table).clock();
        return own.isEmpty()
                ? ownership.policy().subjectOf(table).map(kind -> kind.clock()).orElse(List.of())
                : own;
    }

    /** What an index can narrow the search by before the other columns are looked at. */
    private String notAfter(String alias, CatalogColumn column, LocalDate day) {
        String before = before(alias, column, day);
        return column.nullable() ? "(" + before + " or " + Sql.of(alias, column.name()) + " is null)" : before;
    }

    /** The whole column as it stands, so that an index on it serves. */
    public String before(String alias, CatalogColumn column, LocalDate day) {
        return Sql.of(alias, column.name()) + " < " + limit(column, day);
    }

    /** The day's beginning, as a value of the column's kind. */
    public String limit(CatalogColumn column, LocalDate day) {
        return switch (type(column)) {
            case "date" -> "date '" + day + "'";
            case "timestamp" -> "timestamp '" + day + "'";
            default -> beginning(day);
        };
    }

    /** Where clocks are set back at midnight it comes twice, and PostgreSQL would take the second. */
    public String beginning(LocalDate day) {
        return "timestamptz '" + day.atStartOfDay(ownership.policy().timeZone()).toInstant() + "'";
    }

    private String column(TableName table, String alias, ColumnRef ref) {
        if (ref.table().equals(table)) {
            return moment(alias, ownership.column(table, ref.column()));
        }
        Optional<List<Link>> up = path(table, ref.table(), new HashSet<>());
        if (up.isPresent()) {
            return along(up.get(), alias, ref);
        }
        List<Link> below = path(ref.table(), table, new HashSet<>())
                .orElseThrow(() -> new IllegalArgumentException(
                        "clock " + ref + " of " + table + ": no owner link leads from one table to the other"));
        return fromBelow(below, alias, ref);
    }

    private String along(List<Link> up, String alias, ColumnRef ref) {
        Link link = up.get(0);
        String owner = alias + "_u";
        String inner = up.size() == 1
                ? moment(owner, ownership.column(ref.table(), ref.column()))
                : along(up.subList(1, up.size()), owner, ref);
        return "(select max(" + inner + ") from " + Sql.name(link.to()) + " " + owner + " where "
                + link.appliesTo(alias) + " and " + link.joinsTo(alias, owner) + ")";
    }

    private String fromBelow(List<Link> up, String alias, ColumnRef ref) {
        String first = alias + "_b0";
        StringBuilder from = new StringBuilder(Sql.name(ref.table()) + " " + first);
        String child = first;
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < up.size(); i++) {
            Link link = up.get(i);
            String parent = i == up.size() - 1 ? alias : alias + "_b" + (i + 1);
            conditions.add(link.joinsTo(child, parent));
            conditions.add(link.appliesTo(child));
            if (i < up.size() - 1) {
                from.append(", ").append(Sql.name(link.to())).append(" ").append(parent);
            }
            child = parent;
        }
        return "(select max(" + moment(first, ownership.column(ref.table(), ref.column())) + ") from " + from
                + " where " + Sql.all(conditions) + ")";
    }

    private Optional<List<Link>> path(TableName from, TableName to, Set<TableName> seen) {
        if (!seen.add(from)) {
            return Optional.empty();
        }
        for (Link link : ownership.linksOf(from)) {
            if (link.to().equals(to)) {
                return Optional.of(List.of(link));
            }
            Optional<List<Link>> rest = path(link.to(), to, seen);
            if (rest.isPresent()) {
                List<Link> whole = new ArrayList<>(List.of(link));
                whole.addAll(rest.get());
                return Optional.of(whole);
            }
        }
        return Optional.empty();
    }

    /** A day is over when it has ended; a time without a zone is the policy's zone's. */
    private String moment(String alias, CatalogColumn column) {
        String value = Sql.of(alias, column.name());
        return switch (type(column)) {
            case "date" -> "((" + value + " + 1)::timestamp - interval '1 microsecond') at time zone " + zone;
            case "timestamp" -> value + " at time zone " + zone;
            default -> value;
        };
    }

    private static String type(CatalogColumn column) {
        if (!MOMENTS.contains(column.baseType())) {
            throw new IllegalArgumentException("clock " + column.name() + " is of type " + column.type()
                    + "; allowed are date, timestamp and" + " timestamptz");
        }
        return column.baseType();
    }
}

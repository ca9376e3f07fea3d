package io.storeveil.retention.verify;

import io.storeveil.policy.AtRest;
import io.storeveil.policy.Column;
import io.storeveil.policy.ColumnRef;
import io.storeveil.policy.Owner;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.plan.Rule;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * By rule: rows whose dates are over, counted from the policy's words by statements of its own, so that a mistake in those
 * that expire is not repeated here. Each must be explained by what the run says of the rule. Rules that ask more than the
 * dates of a row or of its owners cannot be counted so.
 */
final class Overdue {

    private static final Set<String> TEXTS = Set.of("text", "varchar", "citext");
    private static final String REDACTED = "redacted";

    private final Ownership ownership;
    private final String zone;

    Overdue(Ownership ownership) {
        this.ownership = ownership;
        this.zone = Sql.literal(ownership.policy().timeZone().getId());
    }

    /** Rows of the rule that are there, or not at rest, although their time is over; empty for rules that ask for more. */
    Optional<Long> count(Connection connection, Rule rule) throws SQLException {
        StringBuilder from = new StringBuilder(Sql.name(rule.table()) + " a");
        Optional<String> over = rule.refusal() == null && rule.kind() != Rule.Kind.ERASE
                ? over(rule.table(), "a", rule.over(), from)
                : Optional.empty();
        String open = rule.kind() == Rule.Kind.DELETE ? "true" : open(rule);
        if (over.isEmpty() || open.equals("false")) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select count(*) from " + from + " where " + over.get() + " and " + open)) {
            row.next();
            return Optional.of(row.getLong(1));
        }
    }

    /** Adds the owners that carry the date; empty where it is not theirs alone, or not one owner's. */
    private Optional<String> over(TableName name, String alias, LocalDate day, StringBuilder from) {
        Table table = ownership.table(name);
        if (table.clock().isEmpty()) {
            return ownership.policy().subjectOf(name).isEmpty()
                            && table.owners().size() == 1
                    ? above(table.owners().get(0), alias, day, from)
                    : Optional.empty();
        }
        List<String> early = new ArrayList<>();
        List<String> dated = new ArrayList<>();
        for (ColumnRef clock : table.clock()) {
            if (!clock.table().equals(name)) {
                return Optional.empty();
            }
            String value = Sql.of(alias, clock.column());
            String before = early(value, ownership.column(name, clock.column()), day);
            if (table.clock().size() == 1) {
                // An index serves it as it stands.
                return Optional.of(before);
            }
            early.add("(" + value + " is null or " + before + ")");
            dated.add(value + " is not null");
        }
        return Optional.of(Sql.all(early) + " and " + Sql.any(dated));
    }

    private Optional<String> above(Owner owner, String alias, LocalDate day, StringBuilder from) {
        String above = alias + "o";
        if (owner.cast() != null || !owner.when().isEmpty() || above.length() > 9) {
            return Optional.empty();
        }
        List<String> joined = new ArrayList<>();
        owner.on().forEach((column, owned) -> joined.add(Sql.of(alias, column) + " = " + Sql.of(above, owned)));
        from.append(" join ").append(Sql.name(owner.to())).append(' ').append(above);
        from.append(" on ").append(Sql.all(joined));
        return over(owner.to(), above, day, from);
    }

    /** A day is over when it has ended; a time without a zone is the policy's zone's. The plain bound is for an index. */
    private String early(String value, CatalogColumn column, LocalDate day) {
        String begins = "timestamptz "
                + Sql.literal(day.atStartOfDay(ownership.policy().timeZone())
                        .toInstant()
                        .toString());
        return switch (column.baseType()) {
            case "date" -> value + " < date '" + day + "'";
            case "timestamp" ->
                value + " < timestamp '" + day.plusDays(2) + "' and (" + value + " at time zone " + zone + ") < "
                        + begins;
            default -> value + " < " + begins;
        };
    }

    /** A column that surely still says something. */
    private String open(Rule rule) {
        List<String> open = new ArrayList<>();
        for (Column column : rule.columns()) {
            Optional<CatalogColumn> type = ownership.described(rule.table()).column(column.name());
            if (type.isPresent()
                    && column.inside().isEmpty()
                    && !type.get().generated()
                    && !ownership.linking(rule.table()).contains(column.name())) {
                open(column, type.get()).ifPresent(open::add);
            }
        }
        return Sql.any(open);
    }

    private static Optional<String> open(Column column, CatalogColumn type) {
        String value = Sql.of("a", column.name());
        if (column.atRest().action() == AtRest.Action.NULL && type.nullable()) {
            return Optional.of(value + " is not null");
        }
        boolean spelled = TEXTS.contains(type.baseType()) && type.length() == null;
        return column.atRest().action() == AtRest.Action.REDACT && spelled
                ? Optional.of("(" + value + " <> '" + REDACTED + "' and " + value + " not like '" + REDACTED + "-%')")
                : Optional.empty();
    }
}

package io.storeveil.retention.check;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Does a column hold values that its protection is not made for, or that it would leave as they are? Of the values only
 * their number leaves the database.
 */
final class MeantValues {
    private static final Pattern DIGITS = Pattern.compile("numeric\\([0-9]+,(-?[0-9]+)\\)");

    private final Policy policy;
    private final Catalog catalog;
    private final Findings findings;
    private final Probe probe;

    MeantValues(Policy policy, Catalog catalog, Findings findings, Probe probe) {
        this.policy = policy;
        this.catalog = catalog;
        this.findings = findings;
        this.probe = probe;
    }

    void find() {
        PolicyCheck.eachKnown(policy, catalog, (table, found) -> table.columns()
                .values()
                .forEach(column -> found.column(column.name()).ifPresent(type -> {
                    column.inStream().form().ifPresent(form -> count(table, column, form));
                    column.inStream().width().ifPresent(width -> spans(table, column, type, width));
                })));
    }

    /** A span no wider than the last digit of a number holds that number alone. */
    private void spans(Table table, Column column, CatalogColumn type, BigDecimal width) {
        Matcher digits = DIGITS.matcher(type.type());
        if (digits.matches() && width.compareTo(BigDecimal.ONE.movePointLeft(Integer.parseInt(digits.group(1)))) <= 0) {
            findings.error(
                    table.name(),
                    column.name(),
                    "'" + column.inStream() + "' leaves the values of a column of type " + type.type() + " as they are",
                    "choose one that is wider than its last digit");
        }
    }

    private void count(Table table, Column column, String form) {
        String name = Sql.name(column.name());
        // format writes a value as replication sends it: char(n) with its spaces, citext with its case
        String query = "select count(*) from " + Sql.name(table.name()) + " where " + name
                + " is not null and format('%s', " + name + ") !~ " + Sql.literal(form);
        try {
            String others = probe.answer(query).orElse("0");
            if (!others.equals("0")) {
                findings.error(
                        table.name(),
                        column.name(),
                        others + " of its values are not what '" + column.inStream() + "' is made for",
                        column.inStream().malformed() + " Use another protection, or change the values");
            }
        } catch (SQLException e) {
            findings.warning(
                    table.name(),
                    column.name(),
                    "whether its values are what '" + column.inStream() + "' is made for was not counted: "
                            + Probe.meaning(e),
                    "count them: " + query);
        }
    }
}

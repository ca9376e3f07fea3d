package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.TableName;
import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.stores.Stores;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stores that nobody here made, under the policies that {@code policy draft} writes and the few edits in {@code
 * src/test/resources/stores}: one person erased, then everything swept, and each table looked at.
 */
class ThirdPartySweepIT {

    private static final String THREE_YEARS_BEFORE = "'2023-11-23'";
    private static final String EIGHT_CALENDAR_YEARS_BEFORE = "'2018-01-01'";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Shop open(String store) {
        DataSource database = Stores.load(StoreServer.running(), store, store + "_swept");
        return new Shop(
                directory,
                Stores.policy(database, store),
                StoreServer.running().getJdbcUrl("postgres", store + "_swept"),
                StoreServer.database(store + "_control").url());
    }

    /** Every row of every table, but for those that are said to be the person's. */
    private static Map<String, List<String>> rowsBut(Shop shop, Map<String, String> theirs) {
        Map<String, List<String>> rows = new TreeMap<>();
        for (TableName table : shop.policy.tables().keySet()) {
            String condition = theirs.getOrDefault(table.name(), "false");
            rows.put(
                    table.toString(),
                    shop.rows("select * from " + Sql.name(table) + " where (" + condition + ") is not true"));
        }
        return rows;
    }

    private static void nothingContains(Shop shop, String... values) {
        for (TableName table : shop.policy.tables().keySet()) {
            for (String value : values) {
                assertThat(shop.count(Sql.name(table) + " t where t::text ilike '%" + value + "%'"))
                        .as("%s in %s", value, table)
                        .isZero();
            }
        }
    }

    private static Sweep.Outcome swept(Shop shop) throws Exception {
        Sweep.Outcome outcome = shop.sweep();
        assertThat(shop.records().steps(outcome.run().id()))
                .allMatch(step -> step.status().name().equals("DONE"));
        assertThat(shop.records().counts(outcome.run().id())).allMatch(RuleCount::closes);
        return outcome;
    }

    @Test
    void chinook() throws Exception {
        Shop shop = open("chinook");
        Map<String, String> theirs = new LinkedHashMap<>();
        theirs.put("customer", "customer_id = 1");
        theirs.put("invoice", "customer_id = 1");
        theirs.put("invoice_line", "invoice_id in (select invoice_id from invoice where customer_id = 1)");
        List<String> kept = shop.rows("select invoice_id, invoice_date, billing_country, total from invoice"
                + " where customer_id = 1 and invoice_date >= " + EIGHT_CALENDAR_YEARS_BEFORE);
        Map<String, List<String>> others = rowsBut(shop, theirs);
        shop.eraseByRequest("R-1", "customer", "1");

        swept(shop);

        theirs.put("invoice_line", "invoice_id in (select invoice_id from invoice where customer_id = 1)");
        assertThat(rowsBut(shop, theirs)).isEqualTo(others);
        nothingContains(shop, "luisg", "Gonçalves", "Av. Brigadeiro Faria Lima");
        assertThat(shop.rows(
                        "select invoice_id, invoice_date, billing_country, total from invoice where customer_id = 1"))
                .as("what the books need is as it was")
                .isEqualTo(kept);
        assertThat(shop.count("invoice where customer_id = 1 and billing_address <> 'redacted'"))
                .isZero();
        assertThat(shop.count("invoice_line l where not exists (select 1 from invoice i where i.invoice_id ="
                        + " l.invoice_id)"))
                .isZero();
        chinookExpires(shop);
    }

    private void chinookExpires(Shop shop) throws Exception {
        String last = "(select max(i.invoice_date) from invoice i where i.customer_id = c.customer_id)";
        List<String> active = shop.rows("select c.* from customer c where " + last + " >= " + THREE_YEARS_BEFORE);
        List<String> stubs = shop.rows("select c.customer_id, c.support_rep_id from customer c where " + last + " < "
                + THREE_YEARS_BEFORE + " and " + last + " >= " + EIGHT_CALENDAR_YEARS_BEFORE);
        List<String> recent = shop.rows("select * from invoice where invoice_date >= " + THREE_YEARS_BEFORE);
        List<String> books =
                shop.rows("select invoice_id, customer_id, invoice_date, billing_country, total from invoice"
                        + " where invoice_date >= " + EIGHT_CALENDAR_YEARS_BEFORE);
        List<String> lines = shop.rows("select l.* from invoice_line l join invoice i using (invoice_id)"
                + " where i.invoice_date >= " + EIGHT_CALENDAR_YEARS_BEFORE);
        Map<String, List<String>> everythingElse =
                rowsBut(shop, Map.of("customer", "true", "invoice", "true", "invoice_line", "true"));
        shop.approveEverything();

        Sweep.Outcome outcome = swept(shop);

        assertThat(outcome.exitCode()).isZero();
        assertThat(rowsBut(shop, Map.of("customer", "true", "invoice", "true", "invoice_line", "true")))
                .isEqualTo(everythingElse);
        assertThat(shop.rows("select c.* from customer c where " + last + " >= " + THREE_YEARS_BEFORE))
                .isEqualTo(active);
        assertThat(shop.rows("select c.customer_id, c.support_rep_id from customer c where " + last + " < "
                        + THREE_YEARS_BEFORE + " and last_name = 'redacted' and email like 'redacted%'"))
                .isEqualTo(stubs);
        assertThat(shop.rows("select * from invoice where invoice_date >= " + THREE_YEARS_BEFORE))
                .isEqualTo(recent);
        assertThat(shop.rows("select invoice_id, customer_id, invoice_date, billing_country, total from invoice"))
                .isEqualTo(books);
        assertThat(shop.count("invoice where invoice_date < " + THREE_YEARS_BEFORE
                        + " and (billing_address <> 'redacted' or billing_postal_code <> 'redacted')"))
                .isZero();
        assertThat(shop.rows("select * from invoice_line")).isEqualTo(lines);
    }

    @Test
    void northwind() throws Exception {
        Shop shop = open("northwind");
        Map<String, String> theirs = Map.of(
                "customers", "customer_id = 'ALFKI'",
                "orders", "customer_id = 'ALFKI'",
                "order_details", "order_id in (select order_id from orders where customer_id = 'ALFKI')",
                "customer_customer_demo", "customer_id = 'ALFKI'");
        Map<String, List<String>> others = rowsBut(shop, theirs);
        shop.eraseByRequest("R-1", "customer", "ALFKI");

        swept(shop);

        assertThat(rowsBut(shop, theirs)).isEqualTo(others);
        assertThat(rowsBut(shop, Map.of())).as("none of theirs is left").isEqualTo(others);
        nothingContains(shop, "alfki", "alfreds");
        northwindExpires(shop);
    }

    private void northwindExpires(Shop shop) throws Exception {
        Map<String, String> ended = Map.of(
                "customers", "customer_id in (select customer_id from orders)",
                "orders", "true",
                "order_details", "true",
                "customer_customer_demo", "customer_id in (select customer_id from orders)");
        Map<String, List<String>> stay = rowsBut(shop, ended);
        long neverOrdered = stay.getOrDefault("public.customers", List.of()).size();
        assertThat(neverOrdered).isPositive();
        shop.approveEverything();

        Sweep.Outcome outcome = swept(shop);

        assertThat(rowsBut(shop, Map.of())).isEqualTo(stay);
        assertThat(shop.records().findings(outcome.run().id()).stream()
                        .filter(finding -> finding.severity() == Severity.DECISION)
                        .collect(Collectors.toMap(Finding::table, Finding::text)))
                .as("nothing says when a customer came who never ordered")
                .hasEntrySatisfying("public.customers", text -> assertThat(text)
                        .startsWith(neverOrdered + " rows have nothing in their clock columns"));
    }
}

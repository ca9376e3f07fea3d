package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.stores.Stores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that nobody here made, with policies drafted from them and finished by hand. */
class ThirdPartySweepIT {

    private static final EmbeddedPostgres SERVER = StoreServer.running();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Shop open(String store) {
        Stores.load(SERVER, store, store + "_swept");
        Stores.empty(SERVER, store + "_control");
        return new Shop(
                directory,
                Stores.policy(store),
                SERVER.getJdbcUrl("postgres", store + "_swept"),
                SERVER.getJdbcUrl("postgres", store + "_control"));
    }

    @Test
    void chinooksFirstCustomer_isErased_exceptForWhatTheBooksKeep() throws Exception {
        Shop shop = open("chinook");
        String others = others(shop);
        shop.eraseByRequest("R-1", "customer", "1");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.records().steps(outcome.run().id()))
                .allMatch(step -> step.status().name().equals("DONE"));
        assertThat(shop.count("customer where customer_id = 1 and (first_name <> 'redacted' or email not like"
                        + " 'redacted%' or phone <> 'redacted' or address <> 'redacted')"))
                .isZero();
        assertThat(shop.count("customer t where t::text ilike '%luisg%' or t::text ilike '%Gonçalves%'"))
                .isZero();
        assertThat(shop.count("invoice where customer_id = 1"))
                .as("those of the last eight calendar years")
                .isEqualTo(shop.count("invoice where customer_id = 1 and invoice_date >= '2018-01-01'"));
        assertThat(shop.count("invoice where customer_id = 1 and billing_address <> 'redacted'"))
                .isZero();
        assertThat(shop.count("invoice_line l where not exists (select 1 from invoice i where i.invoice_id ="
                        + " l.invoice_id)"))
                .isZero();
        assertThat(others(shop)).isEqualTo(others);
        assertThat(shop.records().counts(outcome.run().id())).allMatch(RuleCount::closes);
    }

    @Test
    void northwindsAlfki_isGoneFromEveryTable() throws Exception {
        Shop shop = open("northwind");
        long customers = shop.count("customers");
        long orders = shop.count("orders");
        long details = shop.count("order_details");
        shop.eraseByRequest("R-1", "customer", "ALFKI");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.records().steps(outcome.run().id()))
                .allMatch(step -> step.status().name().equals("DONE"));
        assertThat(shop.count("customers")).isEqualTo(customers - 1);
        assertThat(shop.count("orders")).isEqualTo(orders - 6);
        assertThat(shop.count("order_details")).isEqualTo(details - 12);
        for (String table : new String[] {"customers", "orders", "customer_customer_demo"}) {
            assertThat(shop.count(table + " t where t::text ilike '%alfki%' or t::text ilike '%alfreds%'"))
                    .as(table)
                    .isZero();
        }
    }

    private static String others(Shop shop) {
        return shop.rows("select * from customer where customer_id <> 1").hashCode() + " "
                + shop.rows("select * from invoice where customer_id <> 1").hashCode() + " "
                + shop.rows("select * from employee").hashCode();
    }
}

package io.storeveil.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnershipTest {

    private final Policy shop = PolicyLoader.load(Path.of("src/test/resources/policies/shop.yaml"));
    private final Ownership ownership = Ownership.of(shop);

    private static TableName table(String name) {
        return TableName.of(name);
    }

    @Test
    void theClockIsTheTablesOwn_elseTheNearestOwners_elseTheSubjects() {
        assertThat(ownership.clock(table("orders"))).containsExactly(new ColumnRef(table("orders"), "placed_at"));
        assertThat(ownership.clock(table("return_line"))).containsExactly(new ColumnRef(table("orders"), "placed_at"));
        assertThat(ownership.clock(table("customer")))
                .containsExactly(
                        new ColumnRef(table("customer"), "last_login_at"), new ColumnRef(table("orders"), "placed_at"));
        assertThat(ownership.clock(table("\"Staff\".\"Employee Record\""))).isEmpty();
    }

    @Test
    void aRowServesItsTablesPurposesAndItsColumns() {
        assertThat(ownership.rowPurposes(table("orders"))).containsExactly("books", "contract");
        assertThat(ownership.rowPurposes(table("product"))).isEmpty();
    }

    @Test
    void aPathLeadsFromARowToItsPerson() {
        List<OwnerPath> paths = ownership.paths(table("return_line"));
        assertThat(paths).hasSize(2).allSatisfy(path -> {
            assertThat(path.subject().name()).isEqualTo("customer");
            assertThat(path.links())
                    .extracting(link -> link.owner().to().name())
                    .containsExactly("order_line", "orders", "customer");
        });
        assertThat(ownership.paths(table("customer"))).singleElement().satisfies(path -> assertThat(path.links())
                .isEmpty());
        assertThat(ownership.paths(table("product"))).isEmpty();
    }

    @Test
    void aPersonsTablesAreAllThatLeadThere() {
        assertThat(ownership.reachable(ownership.subjectOf(table("customer")).orElseThrow()))
                .extracting(TableName::name)
                .containsExactlyInAnyOrder("customer", "orders", "order_line", "return_line", "message", "version");
    }

    @Test
    void keyOwnersAreTheTablesWhoseKeysEncryptSomething() {
        assertThat(ownership.keyOwners())
                .extracting(TableName::name)
                .containsExactlyInAnyOrder("customer", "orders", "order_line", "version", "address", "Employee Record");
    }

    @Test
    void aLinkByAnIdentifierGivesNoKey() {
        List<Owner> links = shop.table(table("orders")).orElseThrow().owners();
        assertThat(ownership.isByKey(links.get(0))).isTrue();
        assertThat(ownership.isByKey(links.get(1))).isFalse();
    }

    @Test
    void theDescriptionTellsAnAnalystWhatEachColumnIs() {
        assertThat(PolicyDescription.of(shop).text().lines().map(line -> line.strip()
                        .replaceAll(" +", " ")))
                .contains(
                        "books legal-obligation (AO s. 147) 8 years from the end of the clock's calendar year",
                        "public.orders",
                        "belongs to public.customer (customer_id), otherwise to public.customer (guest_email)",
                        "clock: the latest of public.orders.placed_at",
                        "customer_id key pseudonymise (as public.customer.id) keep books (8 years)",
                        "ship_name identity encrypt redact contract (3 years)",
                        "not captured: never streamed, never swept");
    }
}

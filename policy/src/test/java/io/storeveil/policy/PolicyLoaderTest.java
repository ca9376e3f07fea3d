package io.storeveil.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.Period;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example policy, which uses every word of the language, read back. */
class PolicyLoaderTest {

    private static final Path SHOP = Path.of("src/test/resources/policies/shop.yaml");
    private static final TableName ORDERS = TableName.of("public.orders");

    private final Policy shop = PolicyLoader.load(SHOP);

    private Table table(String name) {
        return shop.table(TableName.of(name)).orElseThrow();
    }

    private Column column(String table, String column) {
        return java.util.Objects.requireNonNull(table(table).columns().get(column));
    }

    @Test
    void theHeadSaysWhoAndWhen() {
        assertThat(shop.store()).isEqualTo("example-shop");
        assertThat(shop.controller().name()).isEqualTo("Example Store GmbH");
        assertThat(shop.timeZone().getId()).isEqualTo("Europe/Berlin");
        assertThat(shop.reviewed()).isEqualTo(new Review("dpo", LocalDate.of(2026, 11, 1), Period.ofYears(1)));
        assertThat(shop.undeclaredColumns()).isEqualTo(UndeclaredColumns.STOP);
        assertThat(shop.sha256()).matches("[0-9a-f]{64}");
    }

    @Test
    void purposesHaveBasisPeriodAndStart() {
        assertThat(shop.purposes().get("books"))
                .isEqualTo(new Purpose(
                        "books",
                        Purpose.Basis.LEGAL_OBLIGATION,
                        "AO s. 147",
                        null,
                        Period.ofYears(8),
                        Purpose.From.END_OF_CALENDAR_YEAR,
                        Purpose.CALENDAR_YEAR_ENDS,
                        List.of()));
    }

    @Test
    void aColumnTakesWhatItsCategorySaysUnlessItSaysOtherwise() {
        assertThat(column("customer", "first_name").inStream().name()).isEqualTo("encrypt");
        assertThat(column("customer", "email").atRest()).isEqualTo(new AtRest(AtRest.Action.REDACT, null));
        assertThat(column("order_line", "engraving").atRest()).isEqualTo(new AtRest(AtRest.Action.CONSTANT, ""));
        assertThat(column("version", "changes").inStream().name()).isEqualTo("null");
    }

    @Test
    void aColumnHasItsOwnPurposesOrTheTablesOrTheOwners() {
        assertThat(column("customer", "last_ip").purposes()).containsExactly("fraud");
        assertThat(column("customer", "first_name").purposes()).containsExactly("contract", "analytics");
        assertThat(column("return_line", "reason").purposes()).containsExactly("books");
    }

    @Test
    void aReferringColumnHasTheDomainOfTheKeyItRepeats_throughAnyNumberOfTables() {
        assertThat(column("orders", "customer_id").domain()).isEqualTo("public.customer.id");
        assertThat(column("return_line", "order_id").domain()).isEqualTo("public.orders.id");
        assertThat(column("orders", "address_id").domain()).isEqualTo("public.address.id");
        assertThat(column("version", "item_id").domain()).isEqualTo("version-item");
        assertThat(column("customer", "first_name").domain()).isEqualTo("public.customer.first_name");
    }

    @Test
    void anOwnerLinkIsInTheOrderOfTheOwnersKey() {
        assertThat(table("return_line").owners().get(0).on())
                .containsExactly(entry("order_id", "order_id"), entry("line", "line"));
    }

    @Test
    void keysComeFromLinksByKeyAndThenFromTheRowItself() {
        assertThat(shop.ownerKeySources(table("orders")))
                .containsExactly(
                        new OwnerKeySource(TableName.of("customer"), List.of("customer_id"), Map.of()),
                        new OwnerKeySource(ORDERS, List.of("id"), Map.of()));
        assertThat(shop.ownerKeySources(table("\"Staff\".\"Employee Record\"")))
                .containsExactly(new OwnerKeySource(
                        new TableName("Staff", "Employee Record"), List.of("company", "number"), Map.of()));
    }

    @Test
    void tableNamesAreReadAsTheCatalogSpellsThem() {
        assertThat(shop.tables()).containsKeys(ORDERS, new TableName("Staff", "Employee Record"));
    }

    @Test
    void whatIsInsideAColumnIsTherePathByPath_eachAsAColumnOfItsOwn() {
        Map<JsonPath, Column> inside = column("orders", "details").inside();

        assertThat(inside.keySet())
                .extracting(JsonPath::toString)
                .containsExactly(
                        "$.gift_note",
                        "$.address.city",
                        "$.items[*].sku",
                        "$.contacts[*]['e-mail']",
                        "$.agent.customer");
        Column city = java.util.Objects.requireNonNull(inside.get(JsonPath.of("$['address'].city")));
        assertThat(city.name()).isEqualTo("details.$.address.city");
        assertThat(city.inStream()).hasToString("generalise: {prefix: 2}");
        assertThat(city.atRest()).isEqualTo(new AtRest(AtRest.Action.KEEP, null));
        assertThat(city.purposes()).containsExactly("books");
        assertThat(inside.values()).extracting(Column::domain).contains("public.customer.id");
    }

    @Test
    void aColumnWhoseInsideIsDeclaredPassesNothingToWhoDoesNotLookInside() {
        Column details = column("orders", "details");

        assertThat(details.inStream().name()).isEqualTo("drop");
        assertThat(details.atRest()).isEqualTo(new AtRest(AtRest.Action.REDACT, null));
        assertThat(details.purposes()).containsExactly("contract", "books");
        assertThat(details.ownerKeyed()).isTrue();
    }

    @Test
    void anObjectLikeATableHasItsColumns_inTheirDomainsAndForTheColumnsPurposes() {
        Column object = column("version", "object");

        assertThat(object.parts())
                .extracting(Column::name)
                .startsWith("object.$.id", "object.$.email", "object.$.first_name");
        assertThat(object.parts().get(0).domain()).isEqualTo("public.customer.id");
        assertThat(object.parts().get(1).purposes()).containsExactly("contract");
        assertThat(object.parts().get(5).purposes()).containsExactly("fraud");
    }
}

package io.storeveil.demo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stack itself: what goes in comes out. */
@ExtendWith(Stack.class)
class StackIT {

    private static final String POLICY =
            """
            policy: storeveil/v1
            store: shop
            controller: { name: Example Store GmbH, contact: privacy@store.example, data-protection-officer: dpo@store.example }
            time-zone: Europe/Berlin
            reviewed: { by: dpo, on: 2026-10-01, again: P1Y }
            categories:
              plain: [ none, keep ]
              key: [ pseudonymise, keep ]
              identity: [ encrypt, redact ]
            purposes:
              contract: { basis: contract, keep: P3Y }
            subjects:
              customer: { table: customer, key: [id], clock: [customer.seen_at] }
            tables:
              customer:
                key: [id]
                purposes: [contract]
                columns: { id: key, email: identity, seen_at: plain }
            undeclared-columns: drop
            """;

    @BeforeAll
    static void capture(Scene scene) {
        scene.execute("create table customer (id bigint primary key, email text, seen_at timestamptz)");
        scene.policy(POLICY);
        scene.start(scene.source(Map.of()), scene.sink(Map.of()));
    }

    @Test
    void aRowOfTheStore_arrivesInTheWarehouse_protected(Scene scene) {
        scene.execute("insert into customer values (1, 'canary@store.example', now())");

        scene.await("the row", () -> scene.warehouse("select count(*) from customer where seen_at > '2002-01-01'")
                .equals("1"));

        assertThat(scene.warehouse("select email from customer where seen_at > '2002-01-01'"))
                .hasSizeGreaterThan(40)
                .doesNotContain("canary");
        assertThat(scene.records("customer")).first().satisfies(record -> assertThat(
                        record.value().path("after").path("id").asText())
                .hasSize(26));
    }
}

package io.storeveil.demo.worker;

/** A small policy, for a store of customers and their orders. */
final class Policies {

    static final String CUSTOMERS =
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
              secret: [ drop, redact ]
            purposes:
              contract: { basis: contract, keep: P3Y }
            subjects:
              customer: { table: customer, key: [id], clock: [customer.seen_at] }
            tables:
              customer:
                key: [id]
                purposes: [contract]
                columns: { id: key, email: identity, name: identity, password: secret, seen_at: plain }
            undeclared-columns: drop
            """;

    static final String[] TABLES = {
        "create table customer (id bigint primary key, email text, name text, password text, seen_at timestamptz)",
    };

    private Policies() {}
}

package io.storeveil.benchmarks.sweep;

/** A shop of customers, orders and two lines for each order, some of it over, as a filled database to be copied. */
final class Retained {

    /** What is over, and where it lies. */
    enum Shape {
        /** The oldest orders, stored one behind the other. */
        CLUSTERED,
        /** Orders at random. */
        SCATTERED,
        /** No order, but the contracts of half the customers. */
        CUSTOMERS
    }

    private static final String ROWS =
            """
            insert into customer select i, 'c' || i || '@shop.example', 'First' || i, 'Last' || i, '+49 30 ' || i,
                i || ' Long Street', timestamptz '2010-01-01', case when %3$s then timestamptz '2020-01-01'
                + i %% 700 * interval '1 day' else timestamptz '2025-01-01' + i %% 300 * interval '1 day' end
                from generate_series(1, %1$d) i;
            insert into orders select i, i %% %1$d + 1, 'done', i %% 500, repeat('note ', 8), case when %4$s
                then timestamptz '2010-01-01' + i %% 2500 * interval '1 day' + i * interval '1 millisecond'
                else timestamptz '2019-01-01' + i %% 2000 * interval '1 day' end from generate_series(1, %2$d) i;
            insert into order_line select i, l, i %% 1000, 1, 9.99, 'for ' || i from generate_series(1, %2$d) i,
                generate_series(1, 2) l""";

    private Retained() {}

    /** @return the database's name */
    static String fill(Cluster cluster, Shape shape, int orders, int expired) throws Exception {
        String database = cluster.create();
        cluster.execute(database, Cluster.resource("retention.sql"));
        String over =
                switch (shape) {
                    case CLUSTERED -> "i <= " + expired;
                    case SCATTERED -> "hashint4(i) % " + orders / expired + " = 0";
                    case CUSTOMERS -> "false";
                };
        cluster.fill(
                database, ROWS.formatted(orders / 2, orders, shape == Shape.CUSTOMERS ? "i % 2 = 0" : "false", over));
        return database;
    }
}

package io.storeveil.demo.shop;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Random;

/** Support tickets with their conversations, and the visits that the web shop's tracker wrote down. */
final class Service {

    private static final long FIRST_TICKET_ID = 6_200_000_001L;
    private static final long FIRST_MESSAGE_ID = 6_600_000_001L;
    private static final long FIRST_VISIT_ID = 5_100_000_001L;
    private static final int TICKETS = 1_200;
    private static final int VISITS = 4_000;

    private final Connection connection;
    private final long seed;
    private final Random random;

    Service(Connection connection, long seed) {
        this.connection = connection;
        this.seed = seed;
        this.random = new Random(seed + 7);
    }

    void fill(Map<String, Integer> counts) throws SQLException {
        try (Rows rows = new Rows(connection, "ticket", "id, customer_id, subject, opened_at")) {
            for (int number = 0; number < TICKETS; number++) {
                rows.add(
                        FIRST_TICKET_ID + number,
                        Person.FIRST_CUSTOMER_ID + customer(number),
                        "Parcel for " + Names.word(number, "hausen") + " not here",
                        opened(number).atTime(9, 0) + "+00");
            }
            counts.put("ticket", rows.count());
        }
        try (Rows rows = new Rows(connection, "ticket_message", "id, ticket_id, author, body, sent_at")) {
            for (int number = 0; number < TICKETS * 2; number++) {
                boolean customer = number % 2 == 0;
                rows.add(
                        FIRST_MESSAGE_ID + number,
                        FIRST_TICKET_ID + number / 2,
                        customer ? "customer" : "shop",
                        customer
                                ? "Hello,\\nplease ask my neighbour " + Names.word(number, "stein") + ".\\nThank you!"
                                : "Dear " + Names.word(number, "stein") + ", we have asked the carrier.",
                        opened(number / 2).plusDays(number % 2).atTime(10, 0).plusSeconds(number));
            }
            counts.put("ticket_message", rows.count());
        }
        try (Rows rows = new Rows(connection, "visit", "id, visitor, ip, user_agent, page, visited_at")) {
            for (int number = 0; number < VISITS; number++) {
                int visitor = random.nextInt(Shop.CUSTOMERS);
                rows.add(
                        FIRST_VISIT_ID + number,
                        number % 10 == 0 ? null : Person.FIRST_CUSTOMER_ID + visitor,
                        new Person(number % 10 == 0 ? 9_000 + number / 10 : visitor, seed).ip(),
                        "Navigator/5.0 (" + Names.word(number, "OS") + " 11)",
                        "/product/" + (1 + random.nextInt(Catalogue.PRODUCTS)),
                        Life.of(visitor, seed).dayWithin(random).atTime(12, 0).plusSeconds(number) + "+00");
            }
            counts.put("visit", rows.count());
        }
        for (String table : new String[] {"ticket", "ticket_message", "visit"}) {
            Shop.continueIdentity(connection, table);
        }
    }

    /** Every fourth customer has written in once. */
    private static int customer(int ticket) {
        return ticket * 4 % Shop.CUSTOMERS;
    }

    private LocalDate opened(int ticket) {
        return Life.of(customer(ticket), seed).lastSeen();
    }
}

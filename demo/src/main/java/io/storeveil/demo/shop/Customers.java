package io.storeveil.demo.shop;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Customers, and where they live: every fifth shares an address with others. */
final class Customers {

    static final long FIRST_ADDRESS_ID = 7_300_000_001L;
    private static final int ADDRESSES = 4_200;

    private final Connection connection;
    private final long seed;

    Customers(Connection connection, long seed) {
        this.connection = connection;
        this.seed = seed;
    }

    void fill(Map<String, Integer> counts) throws SQLException {
        try (Rows rows = new Rows(
                connection,
                "customer",
                "id, public_id, email, first_name, last_name, phone, date_of_birth, password_hash, id_scan, loyalty_number,"
                        + " store_credit, call_after, last_ip, latitude, newsletter, interests, preferences, notes,"
                        + " referred_by, created_at, last_login_at")) {
            for (int number = 0; number < Shop.CUSTOMERS; number++) {
                add(rows, number);
            }
            counts.put("customer", rows.count());
        }
        try (Rows rows = new Rows(connection, "address", "id, street, postcode, city, country, delivery_hint")) {
            for (int number = 0; number < ADDRESSES; number++) {
                rows.add(
                        FIRST_ADDRESS_ID + number,
                        street(number),
                        "%s%d %d%d"
                                .formatted(
                                        city(number).substring(0, 2).toUpperCase(java.util.Locale.ROOT),
                                        10 + number % 80,
                                        1_000 + number % 7_000,
                                        number % 10),
                        city(number),
                        number % 9 == 0 ? "AT" : "DE",
                        number % 4 == 0 ? "Leave with " + Names.word(number, "mann") + " next door" : null);
            }
            counts.put("address", rows.count());
        }
        try (Rows rows = new Rows(connection, "customer_address", "customer_id, address_id, kind")) {
            for (int number = 0; number < Shop.CUSTOMERS; number++) {
                rows.add(Person.FIRST_CUSTOMER_ID + number, FIRST_ADDRESS_ID + home(number), "home");
                if (number % 6 == 0) {
                    rows.add(
                            Person.FIRST_CUSTOMER_ID + number,
                            FIRST_ADDRESS_ID + (home(number) + 17) % ADDRESSES,
                            "work");
                }
            }
            counts.put("customer_address", rows.count());
        }
        Shop.continueIdentity(connection, "customer");
        Shop.continueIdentity(connection, "address");
    }

    /** The number of a customer's home address. */
    static int home(int customer) {
        return customer < ADDRESSES ? customer : customer - ADDRESSES + 300;
    }

    /** Streets of addresses come first, those that only a guest order names after them. */
    static String street(int number) {
        return Names.word(number, "weg") + " " + (1 + number % 140);
    }

    private void add(Rows rows, int number) {
        Person person = new Person(number, seed);
        Life life = Life.of(number, seed);
        rows.add(
                person.id(),
                person.publicId(),
                person.email(),
                person.first(),
                person.last(),
                number % 7 == 0 ? null : person.phone(),
                number % 11 == 0 ? null : person.dateOfBirth(),
                person.passwordHash(),
                number % 5 == 0 ? person.idScan() : null,
                person.loyaltyNumber(),
                number % 3 == 0 ? person.storeCredit() : null,
                number % 4 == 0 ? person.callAfter() : null,
                person.ip(),
                number % 2 == 0 ? person.latitude() : null,
                number % 3 != 0,
                person.interests(),
                person.preferences(),
                person.notes(),
                number % 12 == 5 && number > 300 ? Person.FIRST_CUSTOMER_ID + number / 3 : null,
                person.moment(life.created(), 0) + "+00",
                person.moment(life.lastSeen(), 1) + "+00");
    }

    private static String city(int number) {
        String[] cities = {"Berlin", "Hamburg", "Leipzig", "Wien", "Potsdam", "Kassel", "Linz", "Erfurt", "Bremen"};
        return cities[number % cities.length];
    }
}

package io.storeveil.demo.shop;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Orders of customers and of guests, their lines, and what was engraved on some of them. */
final class Orders {

    private static final long FIRST_ORDER_ID = 9_100_000_001L;
    private static final long FIRST_LINE_ID = 9_500_000_001L;
    private static final int GIFTS_FROM = 8_000;

    private final Connection connection;
    private final long seed;
    private final Random random;

    Orders(Connection connection, long seed) {
        this.connection = connection;
        this.seed = seed;
        this.random = new Random(seed);
    }

    private final List<@Nullable Object[]> orders = new ArrayList<>();
    private final List<Object[]> lines = new ArrayList<>();
    private final List<@Nullable Object[]> personalisations = new ArrayList<>();

    void fill(Map<String, Integer> counts) throws SQLException {
        for (int number = 0; number < Shop.ORDERS; number++) {
            order(number);
        }
        write(
                counts,
                "orders",
                "id, customer_id, guest_email, ship_name, ship_street, status, total, wanted_on, placed_at, delivered_at",
                orders);
        write(counts, "order_line", "id, order_id, product_id, quantity, price", lines);
        write(counts, "order_line_personalisation", "order_line_id, engraving, motif", personalisations);
        Shop.continueIdentity(connection, "orders");
        Shop.continueIdentity(connection, "order_line");
    }

    private void order(int number) {
        boolean guest = number % 10 == 3;
        int person = guest ? Shop.CUSTOMERS + number / 10 : random.nextInt(Shop.CUSTOMERS);
        LocalDate placed = guest
                ? Shop.BUSINESS_DATE.minusDays(1 + (long) (3_640 * Math.pow(random.nextDouble(), 2.5)))
                : Life.of(person, seed).dayWithin(random);
        long id = FIRST_ORDER_ID + number;
        BigDecimal total = lines(id);
        boolean lately = placed.isAfter(Shop.BUSINESS_DATE.minusDays(12));
        String status = lately
                ? (random.nextBoolean() ? "open" : "shipped")
                : random.nextInt(30) == 0 ? "returned" : "delivered";
        orders.add(new @Nullable Object[] {
            id,
            guest ? null : Person.FIRST_CUSTOMER_ID + person,
            guest ? new Person(person, seed).email() : null,
            Names.full(!guest && number % 13 == 7 ? GIFTS_FROM + number / 13 : person),
            Customers.street(guest ? person : Customers.home(person)),
            status,
            total,
            number % 3 == 0 ? placed.plusDays(5) : null,
            placed.atTime(7, 0).plusSeconds(random.nextInt(50_000)) + "+00",
            lately ? null : new Person(number % 10_000, number).moment(placed.plusDays(3), 2 + number / 10_000)
        });
    }

    /** Between one and three lines, mostly one. */
    private BigDecimal lines(long order) {
        BigDecimal total = BigDecimal.ZERO;
        int count = 1 + random.nextInt(4) / 3 + random.nextInt(3) / 2;
        for (int i = 0; i < count; i++) {
            int product = random.nextInt(Catalogue.PRODUCTS);
            int quantity = 1 + random.nextInt(3);
            BigDecimal price = new BigDecimal(Catalogue.price(product));
            long id = FIRST_LINE_ID + lines.size();
            lines.add(new Object[] {id, order, product + 1, quantity, price});
            total = total.add(price.multiply(BigDecimal.valueOf(quantity)));
            if (product % 6 == 5) {
                personalise(id);
            }
        }
        return total;
    }

    private void personalise(long line) {
        int number = personalisations.size();
        byte[] motif = new byte[80];
        new Random(seed + number).nextBytes(motif);
        personalisations.add(new @Nullable Object[] {
            line, "For " + Names.word(number, "heart") + ", always", number % 10 == 0 ? motif : null
        });
    }

    private void write(
            Map<String, Integer> counts, String table, String columns, List<? extends @Nullable Object[]> all)
            throws SQLException {
        try (Rows rows = new Rows(connection, table, columns)) {
            all.forEach(rows::add);
        }
        counts.put(table, all.size());
    }
}

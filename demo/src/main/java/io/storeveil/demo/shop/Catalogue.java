package io.storeveil.demo.shop;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Categories within categories, and products: nothing personal. */
final class Catalogue {

    static final int PRODUCTS = 60;

    private static final String[] CATEGORIES = {
        "Everything", "Kitchen", "Garden", "Writing", "Knives", "Boards", "Pots", "Tools", "Pens", "Paper"
    };
    private static final int[] PARENTS = {0, 1, 1, 1, 2, 2, 3, 3, 4, 4};
    private static final String[] KINDS = {"Small", "Plain", "Fine", "Large", "Gift", "Classic"};

    private final Connection connection;

    Catalogue(Connection connection) {
        this.connection = connection;
    }

    void fill(Map<String, Integer> counts) throws SQLException {
        try (Rows rows = new Rows(connection, "category", "id, name, parent_id")) {
            for (int i = 0; i < CATEGORIES.length; i++) {
                rows.add(i + 1, CATEGORIES[i], PARENTS[i] == 0 ? null : PARENTS[i]);
            }
            counts.put("category", rows.count());
        }
        try (Rows rows = new Rows(connection, "product", "id, category_id, name, price, released")) {
            for (int i = 0; i < PRODUCTS; i++) {
                int category = 5 + i % 6;
                rows.add(
                        i + 1,
                        category,
                        KINDS[i / 6 % KINDS.length] + " " + CATEGORIES[category - 1].toLowerCase(java.util.Locale.ROOT)
                                + " No. " + (1 + i / 6),
                        price(i),
                        Shop.BUSINESS_DATE.minusYears(10).plusDays(i * 40L).withDayOfMonth(1));
            }
            counts.put("product", rows.count());
        }
    }

    static String price(int product) {
        return "%d.%02d".formatted(4 + product * 13 % 90, product * 37 % 100);
    }
}

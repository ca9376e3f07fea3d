package io.storeveil.demo.shop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Opens the shop: its tables, and ten years of business up to a fixed day, the same for the same seed. */
public final class Shop {

    /** The day that everything is dated relative to. */
    public static final LocalDate BUSINESS_DATE = LocalDate.of(2026, 11, 1);

    public static final int CUSTOMERS = 5_000;
    public static final int ORDERS = 20_000;

    private Shop() {}

    /** @return how many rows each table has */
    public static Map<String, Integer> open(Connection connection, long seed) throws SQLException {
        Map<String, Integer> counts = new LinkedHashMap<>();
        run(connection, "shop.sql");
        new Customers(connection, seed).fill(counts);
        new Catalogue(connection).fill(counts);
        new Orders(connection, seed).fill(counts);
        new Service(connection, seed).fill(counts);
        run(connection, "indexes.sql");
        return counts;
    }

    private static void run(Connection connection, String script) throws SQLException {
        try (InputStream stream = Objects.requireNonNull(Shop.class.getResourceAsStream(script), script);
                Statement statement = connection.createStatement()) {
            statement.execute(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The identity columns go on after the rows that were loaded with their own numbers. */
    static void continueIdentity(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select setval(pg_get_serial_sequence('" + table + "', 'id'), (select max(id) from "
                    + table + "))");
        }
    }
}

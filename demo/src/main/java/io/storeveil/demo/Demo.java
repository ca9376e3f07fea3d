package io.storeveil.demo;

import io.storeveil.demo.parts.*;
import io.storeveil.demo.shop.Shop;
import java.nio.file.*;
import java.sql.*;
import java.util.*;

public final class Demo {
    public static void main(String[] args) throws Exception {
        long t = System.nanoTime();
        Path work = Files.createTempDirectory("storeveil-demo-");
        try (Parts parts = Parts.start(Home.find(), work)) {
            try (Connection c = parts.store().connect()) {
                System.out.println("store " + (System.nanoTime() - t) / 1_000_000);
                System.out.println(Shop.open(c, 42));
                System.out.println("shop " + (System.nanoTime() - t) / 1_000_000);
            }
            parts.worker().put(Connectors.SINK, Connectors.sink(parts.warehouse(), "shop"));
            parts.worker().put(Connectors.SOURCE, Connectors.source(parts.store(), "shop", Map.of()));
            System.out.println("worker " + (System.nanoTime() - t) / 1_000_000);
            for (int i = 0; i < 90; i++) {
                Thread.sleep(1000);
                parts.worker().check(Connectors.SOURCE);
                parts.worker().check(Connectors.SINK);
                try (Connection c = parts.warehouse().connect();
                        Statement s = c.createStatement()) {
                    StringBuilder b = new StringBuilder();
                    for (String table : List.of("customer", "orders", "order_line", "ticket_message", "visit")) {
                        try (ResultSet r = s.executeQuery("select count(*) from " + table)) {
                            r.next();
                            b.append(table + " " + r.getLong(1) + "  ");
                        } catch (SQLException e) {
                            b.append(table + " -  ");
                        }
                    }
                    System.out.println((System.nanoTime() - t) / 1_000_000 + " " + b);
                    if (b.toString().contains("visit 4000")) break;
                }
            }
            System.out.println(work);
            new ProcessBuilder("du", "-sh", work + "/kafka/log")
                    .inheritIO()
                    .start()
                    .waitFor();
        }
    }
}

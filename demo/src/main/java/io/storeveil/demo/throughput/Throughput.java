package io.storeveil.demo.throughput;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.demo.parts.Broker;
import io.storeveil.demo.parts.ConnectWorker;
import io.storeveil.demo.parts.Connectors;
import io.storeveil.demo.parts.Database;
import io.storeveil.demo.parts.Home;
import io.storeveil.demo.parts.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Lets Debezium bring a table of twelve columns to Kafka again and again, in turn without Protect and with it (4 columns
 * encrypted, 2 pseudonymised, 1 generalised, the key as well; every row's owner is new), in one Connect worker beside one
 * broker and one PostgreSQL; prints what each round took, and the medians.
 *
 * <p>{@code Throughput [ROWS [ROUNDS]]}, by default 100,000 rows and 7 rounds. A first round of each is not counted.
 */
public final class Throughput {

    private static final String TABLE = "public.customer";

    private final Database store;
    private final Broker broker;
    private final ConnectWorker worker;
    private final Map<String, String> protect;
    private final int rows;

    private Throughput(Path work, Database store, Broker broker, ConnectWorker worker, int rows) throws IOException {
        this.store = store;
        this.broker = broker;
        this.worker = worker;
        this.rows = rows;
        Path keys = work.resolve("keys");
        KeyStatePlace.inDirectories(List.of(keys.resolve("1"), keys.resolve("2")), keys.resolve("kek"))
                .open()
                .init();
        protect = Connectors.protect(Files.writeString(work.resolve("policy.yaml"), POLICY), keys);
    }

    public static void main(String... args) throws IOException, SQLException, InterruptedException {
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        Home home = Home.find();
        Path work = Files.createTempDirectory("storeveil-throughput");
        // the demo's JVMs start fast and never get fast; this one is to be as fast as it can
        ConnectWorker.Options warm =
                new ConnectWorker.Options("connect", List.of("-XX:TieredStopAtLevel=4", "-Xmx1g"), Map.of());
        try (PostgresCluster store = PostgresCluster.start(work.resolve("store"), "shop");
                Broker broker = Broker.start(home, work.resolve("kafka"));
                ConnectWorker worker = ConnectWorker.start(home, work.resolve("connect"), broker, warm)) {
            new Throughput(work, store.database(), broker, worker, rows).measure(rounds);
        } finally {
            remove(work);
        }
    }

    private void measure(int rounds) throws SQLException, InterruptedException {
        fill();
        List<Round> without = new ArrayList<>();
        List<Round> with = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            Round first = round("without" + round, Map.of());
            Round second = round("with" + round, protect);
            if (round > 0) {
                without.add(first);
                with.add(second);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%n%,d rows, %d rounds%n%n| | without Protect | with Protect | with over without |%n|---|---:|---:|---:|%n",
                rows,
                rounds);
        say("records a second", without, with, Round::recordsPerSecond);
        say("us of the worker's processor time for a record", without, with, Round::processorMicros);
    }

    private Round round(String name, Map<String, String> transform) throws InterruptedException {
        Map<String, String> settings = Connectors.source(store, name, transform);
        settings.put("snapshot.mode", "initial_only");
        settings.put("table.include.list", "public[.]customer");
        // a round's own memory must not differ from another's
        settings.put("max.batch.size", "2048");
        Round round = Round.of(worker, broker, name, settings, name + "." + TABLE, rows);
        System.out.printf(
                Locale.ROOT,
                "%-10s %,9.0f records/s %7.1f us of processor time a record%n",
                name,
                round.recordsPerSecond(),
                round.processorMicros());
        return round;
    }

    private static void say(String what, List<Round> without, List<Round> with, ToDoubleFunction<Round> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < with.size(); round++) {
            ratios.add(figure.applyAsDouble(with.get(round)) / figure.applyAsDouble(without.get(round)));
        }
        System.out.printf(
                "| %s | %s | %s | %s |%n",
                what,
                spread(without.stream().map(figure::applyAsDouble).toList(), "%,.0f"),
                spread(with.stream().map(figure::applyAsDouble).toList(), "%,.0f"),
                spread(ratios, "%.2f"));
    }

    /** The median, and the least and the most. */
    private static String spread(List<Double> values, String form) {
        List<Double> sorted = values.stream().sorted().toList();
        int last = sorted.size() - 1;
        double median = (sorted.get(last / 2) + sorted.get((last + 1) / 2)) / 2;
        return String.format(
                Locale.ROOT, form + " (" + form + " to " + form + ")", median, sorted.get(0), sorted.get(last));
    }

    private void fill() throws SQLException {
        try (Connection connection = store.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    create table customer (id bigint primary key, loyalty_number text, email text, first_name text,
                        last_name text, street text, born date, country text, language text, newsletter boolean,
                        visits int, credit bigint);
                    insert into customer select n, 'LN-2024-' || n, 'customer.' || n || '@example.org', 'Augusta Ada',
                        'Lovelace ' || n, n || ' St James''s Square', date '1970-01-01' + n %% 10000, 'GB', 'en',
                        n %% 2 = 0, n %% 50, n from generate_series(1, %d) n;
                    analyze customer;
                    create publication storeveil for table customer
                    """
                            .formatted(rows));
        }
    }

    private static void remove(Path work) throws IOException {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static final String POLICY =
            """
            policy: storeveil/v1
            store: shop
            controller: { name: Example Store GmbH, contact: privacy@store.example }
            time-zone: Europe/Berlin
            categories:
              personal: [ encrypt, redact ]
              key: [ pseudonymise, keep ]
              birth: [ { generalise: year }, "null" ]
              plain: [ none, keep ]
            purposes:
              contract: { basis: contract, keep: P3Y }
            subjects:
              customer: { table: customer, key: [id], clock: none }
            tables:
              customer:
                key: [id]
                purposes: [contract]
                columns:
                  id: key
                  loyalty_number: key
                  email: personal
                  first_name: personal
                  last_name: personal
                  street: personal
                  born: birth
                  country: plain
                  language: plain
                  newsletter: plain
                  visits: plain
                  credit: plain
            """;
}

package io.storeveil.benchmarks.sweep;

import io.storeveil.retention.sweep.Sweep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times the sweep and the hand-written loops, one after the other on equal copies. */
@Command(name = "sweep-benchmark", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class SweepBenchmark implements Callable<Integer> {

    @Option(names = "--orders", defaultValue = "400000", description = "Orders, a quarter of them expired.")
    private int orders;

    @Option(names = "--requests", defaultValue = "1000", description = "Erasure requests.")
    private int requests;

    @Option(names = "--rounds", defaultValue = "2", description = "Of each pair; the best of each side counts.")
    private int rounds;

    @Option(names = "--only", description = "Scenarios whose name contains this.", defaultValue = "")
    private String only;

    /** What both sides do to a copy of the same database. */
    private record Scenario(String name, String filled, int workers, Work byHand) {}

    private interface Work {
        long on(HandWritten store, int workers) throws Exception;
    }

    private record Timed(Duration time, long rows, String detail) {

        double perSecond() {
            return rows / (time.toNanos() / 1e9);
        }
    }

    private Path directory = Path.of("");

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SweepBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        directory = Files.createTempDirectory("storeveil-benchmark");
        try (Cluster cluster = new Cluster()) {
            System.out.println("PostgreSQL " + cluster.version() + ", " + orders + " orders");
            warm(cluster);
            String clustered = Retained.fill(cluster, Retained.Shape.CLUSTERED, orders, orders / 4);
            String scattered = Retained.fill(cluster, Retained.Shape.SCATTERED, orders, orders / 4);
            String customers = Retained.fill(cluster, Retained.Shape.CUSTOMERS, orders, 0);
            Work delete = HandWritten::deleteOrders;
            Work anonymise = HandWritten::anonymiseCustomers;
            for (Scenario scenario : List.of(
                    new Scenario("delete, clustered, 1 worker", clustered, 1, delete),
                    new Scenario("delete, clustered, 2 workers", clustered, 2, delete),
                    new Scenario("delete, scattered, 1 worker", scattered, 1, delete),
                    new Scenario("delete, scattered, 2 workers", scattered, 2, delete),
                    new Scenario("anonymise, 1 worker", customers, 1, anonymise))) {
                if (scenario.name().contains(only)) {
                    compare(cluster, scenario);
                }
            }
            if ("ten times the table".contains(only)) {
                tenTimes(cluster, clustered);
            }
            if ("erasure requests".contains(only)) {
                erase(cluster);
            }
        }
        return 0;
    }

    /** So that neither side pays for a cold virtual machine. */
    private void warm(Cluster cluster) throws Exception {
        String few = Retained.fill(cluster, Retained.Shape.CLUSTERED, 40_000, 20_000);
        for (int i = 0; i < 2; i++) {
            Scenario scenario = new Scenario("warm", few, 1, HandWritten::deleteOrders);
            byHand(cluster, scenario);
            swept(cluster, scenario);
        }
        cluster.drop(few);
    }

    /** The same expired rows, in the same tables and in tables ten times as large. */
    private void tenTimes(Cluster cluster, String once) throws Exception {
        String ten = Retained.fill(cluster, Retained.Shape.CLUSTERED, orders * 10, orders / 4);
        Scenario small = new Scenario("once", once, 1, HandWritten::deleteOrders);
        Scenario large = new Scenario("ten times", ten, 1, HandWritten::deleteOrders);
        Timed inSmall = swept(cluster, small);
        Timed inLarge = swept(cluster, large);
        for (int round = 1; round < rounds; round++) {
            inSmall = better(inSmall, swept(cluster, small));
            inLarge = better(inLarge, swept(cluster, large));
        }
        System.out.printf(
                "ten times the table, same %d rows: %.1f s, %.1f s in the large one: %.2f times   %s%n",
                inLarge.rows(),
                inSmall.time().toMillis() / 1e3,
                inLarge.time().toMillis() / 1e3,
                (double) inLarge.time().toNanos() / inSmall.time().toNanos(),
                inLarge.detail());
    }

    private void erase(Cluster cluster) throws Exception {
        String store = cluster.create();
        cluster.fill(store, Cluster.resource("erasure.sql") + Cluster.resource("erasure-rows.sql"));
        String control = cluster.create();
        Nights nights = new Nights(cluster, directory, Cluster.resource("erasure.yaml"), store, control, 1);
        nights.request(requests);
        long begun = System.nanoTime();
        Sweep.Outcome outcome = nights.sweep();
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%d erasure requests, 12 tables: %.0f requests/s, %d rows (%s)%n",
                requests, requests / seconds, nights.done(outcome), steps(nights, outcome));
        cluster.drop(store);
        cluster.drop(control);
    }

    private static String steps(Nights nights, Sweep.Outcome outcome) {
        return outcome.verdict() + ": "
                + nights.steps(outcome).entrySet().stream()
                        .map(step -> step.getKey() + " " + step.getValue().toMillis() + " ms")
                        .collect(Collectors.joining(", "));
    }

    private void compare(Cluster cluster, Scenario scenario) throws Exception {
        Timed byHand = byHand(cluster, scenario);
        Timed swept = swept(cluster, scenario);
        for (int round = 1; round < rounds; round++) {
            byHand = better(byHand, byHand(cluster, scenario));
            swept = better(swept, swept(cluster, scenario));
        }
        System.out.printf(
                "%-30s by hand %7.0f rows/s (%.1f s, %d rows)   storeveil %7.0f rows/s (%.1f s, %d rows)   %.2f   %s%n",
                scenario.name(),
                byHand.perSecond(),
                byHand.time().toMillis() / 1e3,
                byHand.rows(),
                swept.perSecond(),
                swept.time().toMillis() / 1e3,
                swept.rows(),
                swept.perSecond() / byHand.perSecond(),
                swept.detail());
    }

    private static Timed better(Timed one, Timed other) {
        return other.time().compareTo(one.time()) < 0 ? other : one;
    }

    private static Timed byHand(Cluster cluster, Scenario scenario) throws Exception {
        String store = cluster.copy(scenario.filled());
        long begun = System.nanoTime();
        long rows = scenario.byHand().on(new HandWritten(cluster, store), scenario.workers());
        Duration time = Duration.ofNanos(System.nanoTime() - begun);
        cluster.drop(store);
        return new Timed(time, rows, "");
    }

    private Timed swept(Cluster cluster, Scenario scenario) throws Exception {
        String store = cluster.copy(scenario.filled());
        String control = cluster.create();
        Nights nights =
                new Nights(cluster, directory, Cluster.resource("retention.yaml"), store, control, scenario.workers());
        long begun = System.nanoTime();
        Sweep.Outcome outcome = nights.sweep();
        Duration time = Duration.ofNanos(System.nanoTime() - begun);
        Timed timed = new Timed(time, nights.done(outcome), steps(nights, outcome));
        cluster.drop(store);
        cluster.drop(control);
        return timed;
    }
}

package io.storeveil.benchmarks.sweep;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times the sweep and the hand-written loops, one after the other on equal copies. */
@Command(name = "sweep-benchmark", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class SweepBenchmark implements Callable<Integer> {

    private static final int ROW_BY_ROW = 2_000;

    @Option(names = "--orders", defaultValue = "400000", description = "Orders, a quarter of them expired.")
    private int orders;

    @Option(names = "--requests", defaultValue = "1000", description = "Erasure requests.")
    private int requests;

    @Option(names = "--rounds", defaultValue = "3", description = "Of each pair; medians count.")
    private int rounds;

    @Option(names = "--only", description = "Scenarios whose name contains this.", defaultValue = "")
    private String only;

    private Trials trials;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SweepBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("storeveil-benchmark");
        try (Cluster cluster = new Cluster()) {
            trials = new Trials(cluster, directory, rounds);
            System.out.printf(
                    "PostgreSQL %s, %d orders, %d rounds, heap of at most %d MB%n",
                    cluster.version(), orders, rounds, Runtime.getRuntime().maxMemory() >> 20);
            warm(cluster);
            deletes(cluster);
            if (wanted("anonymise, 1 worker")) {
                String customers = Retained.fill(cluster, Retained.Shape.CUSTOMERS, orders, 0);
                trials.compare("anonymise, 1 worker", customers, 1, HandWritten::anonymiseCustomers);
                cluster.drop(customers);
            }
            if (wanted("erasure requests")) {
                String people = cluster.create();
                cluster.fill(people, Cluster.resource("erasure.sql") + Cluster.resource("erasure-rows.sql"));
                trials.erase("erasure requests", people, requests);
                cluster.drop(people);
            }
        }
        return 0;
    }

    private void deletes(Cluster cluster) throws Exception {
        List<String> ofClustered = new ArrayList<>(byWorkers("clustered"));
        ofClustered.addAll(List.of("row by row", "writer", "ten times the table"));
        if (ofClustered.stream().anyMatch(this::wanted)) {
            String clustered = Retained.fill(cluster, Retained.Shape.CLUSTERED, orders, orders / 4);
            compare(byWorkers("clustered"), clustered);
            if (wanted("row by row")) {
                trials.byHandAlone("row by row", clustered, (store, workers) -> store.deleteOrdersRowByRow(ROW_BY_ROW));
            }
            if (wanted("writer")) {
                trials.beside("writer", clustered, orders / 2);
            }
            if (wanted("ten times the table")) {
                String ten = Retained.fill(cluster, Retained.Shape.CLUSTERED, orders * 10, orders / 4);
                trials.grown("ten times the table", clustered, ten, HandWritten::deleteOrders);
                cluster.drop(ten);
            }
            cluster.drop(clustered);
        }
        if (byWorkers("scattered").stream().anyMatch(this::wanted)) {
            String scattered = Retained.fill(cluster, Retained.Shape.SCATTERED, orders, orders / 4);
            compare(byWorkers("scattered"), scattered);
            cluster.drop(scattered);
        }
    }

    private static List<String> byWorkers(String shape) {
        return List.of("delete, " + shape + ", 1 worker", "delete, " + shape + ", 2 workers");
    }

    private void compare(List<String> names, String filled) throws Exception {
        for (int i = 0; i < names.size(); i++) {
            if (wanted(names.get(i))) {
                trials.compare(names.get(i), filled, i + 1, HandWritten::deleteOrders);
            }
        }
    }

    private boolean wanted(String name) {
        return name.contains(only);
    }

    /** So that neither side pays for a cold virtual machine. */
    private void warm(Cluster cluster) throws Exception {
        String few = Retained.fill(cluster, Retained.Shape.CLUSTERED, 40_000, 20_000);
        for (int i = 0; i < 2; i++) {
            trials.byHand(few, 1, HandWritten::deleteOrders);
            trials.swept(few, 1);
        }
        cluster.drop(few);
    }
}

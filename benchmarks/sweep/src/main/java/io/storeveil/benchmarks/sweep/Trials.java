package io.storeveil.benchmarks.sweep;

import io.storeveil.retention.sweep.Sweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Both sides in turn, each on a fresh copy of the same database, and what came of it, a line for each scenario. */
final class Trials {

    /** What a person does by hand to a copy. */
    interface Work {
        long on(HandWritten store, int workers) throws Exception;
    }

    private record Pair(List<Taken> byHand, List<Taken> swept) {

        Pair() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        double ratio() {
            return ratios(i -> swept.get(i).perSecond() / byHand.get(i).perSecond());
        }

        double processor() {
            return ratios(i -> byHand.get(i).processor() / swept.get(i).processor());
        }

        private double ratios(IntToDoubleFunction each) {
            return Taken.median(
                    IntStream.range(0, swept.size()).mapToDouble(each).toArray());
        }
    }

    private final Cluster cluster;
    private final Path directory;
    private final int rounds;
    private String steps = "";

    Trials(Cluster cluster, Path directory, int rounds) {
        this.cluster = cluster;
        this.directory = directory;
        this.rounds = rounds;
    }

    void compare(String name, String filled, int workers, Work work) throws Exception {
        Pair pair = new Pair();
        for (int round = 0; round < rounds; round++) {
            pair.byHand().add(byHand(filled, workers, work));
            pair.swept().add(swept(filled, workers));
        }
        print(name, "by hand", pair.byHand());
        print(name, "storeveil", pair.swept());
        System.out.printf(
                "%-28s ratio %.2f, by processor time %.2f   %s%n", name, pair.ratio(), pair.processor(), steps);
    }

    void byHandAlone(String name, String filled, Work work) throws Exception {
        List<Taken> taken = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            taken.add(byHand(filled, 1, work));
        }
        print(name, "by hand", taken);
    }

    /** The same rows in a larger table: how many times as long each side takes. */
    void grown(String name, String small, String large, Work work) throws Exception {
        Pair inSmall = new Pair();
        Pair inLarge = new Pair();
        for (int round = 0; round < rounds; round++) {
            inSmall.byHand().add(byHand(small, 1, work));
            inLarge.byHand().add(byHand(large, 1, work));
            inSmall.swept().add(swept(small, 1));
            inLarge.swept().add(swept(large, 1));
        }
        print(name, "storeveil, small", inSmall.swept());
        print(name, "storeveil, large", inLarge.swept());
        System.out.printf(
                "%-28s %.2f times as long, %.2f times the processor time; by hand %.2f and %.2f   %s%n",
                name,
                new Pair(inLarge.swept(), inSmall.swept()).ratio(),
                1 / new Pair(inLarge.swept(), inSmall.swept()).processor(),
                new Pair(inLarge.byHand(), inSmall.byHand()).ratio(),
                1 / new Pair(inLarge.byHand(), inSmall.byHand()).processor(),
                steps);
    }

    void erase(String name, String filled, int requests) throws Exception {
        Pair pair = new Pair();
        for (int round = 0; round < rounds; round++) {
            pair.byHand().add(byHand(filled, 1, (store, workers) -> store.erase(requests)));
            pair.swept().add(swept(filled, "erasure.yaml", 1, requests));
        }
        print(name, "by hand", pair.byHand());
        print(name, "storeveil", pair.swept());
        System.out.printf(
                "%-28s by hand %.0f requests/s, storeveil %.0f requests/s   %s%n",
                name,
                requests / Taken.median(pair.byHand(), taken -> Taken.seconds(taken.wall())),
                requests / Taken.median(pair.swept(), taken -> Taken.seconds(taken.wall())),
                steps);
    }

    /** The shop's writer alone, beside the hand-written loop, and beside the sweep. */
    void beside(String name, String filled, int customers) throws Exception {
        for (int round = 0; round < rounds; round++) {
            String alone = cluster.copy(filled);
            print(name, "alone", alone, customers, () -> {
                TimeUnit.SECONDS.sleep(10);
                return 0L;
            });
            String byHand = cluster.copy(filled);
            print(name, "beside the hand-written loop", byHand, customers, () -> new HandWritten(cluster, byHand)
                    .deleteOrders(1));
            String swept = cluster.copy(filled);
            String control = cluster.create();
            Nights nights = new Nights(cluster, directory, Cluster.resource("retention.yaml"), swept, control, 1);
            print(name, "beside the sweep", swept, customers, nights::sweep);
            cluster.drop(control);
        }
    }

    private void print(String name, String beside, String store, int customers, Callable<?> work) throws Exception {
        try (Writer writer = new Writer(cluster, store, customers)) {
            Writer.Latency latency = writer.beside(work);
            System.out.printf(
                    "%-28s %-30s median %.1f ms, 99 of 100 within %.1f ms (%d transactions)%n",
                    name, beside, latency.median(), latency.p99(), latency.transactions());
        }
        cluster.drop(store);
    }

    Taken byHand(String filled, int workers, Work work) throws Exception {
        String store = cluster.copy(filled);
        Taken taken = Taken.by(cluster, () -> work.on(new HandWritten(cluster, store), workers));
        cluster.drop(store);
        return taken;
    }

    Taken swept(String filled, int workers) throws Exception {
        return swept(filled, "retention.yaml", workers, 0);
    }

    private Taken swept(String filled, String policy, int workers, int requests) throws Exception {
        String store = cluster.copy(filled);
        String control = cluster.create();
        Nights nights = new Nights(cluster, directory, Cluster.resource(policy), store, control, workers);
        nights.request(requests);
        Taken taken = Taken.by(cluster, () -> {
            Sweep.Outcome outcome = nights.sweep();
            steps = outcome.verdict() + ": "
                    + nights.steps(outcome).entrySet().stream()
                            .map(step -> step.getKey() + " " + step.getValue().toMillis() + " ms")
                            .collect(Collectors.joining(", "));
            return nights.done(outcome);
        });
        cluster.drop(store);
        cluster.drop(control);
        return taken;
    }

    private static void print(String name, String side, List<Taken> taken) {
        System.out.printf(
                "%-28s %-18s %8.0f rows/s (%d rows; best %.0f), %5.1f us of processor a row (database %.1f), heap %d MB%n",
                name,
                side,
                Taken.median(taken, Taken::perSecond),
                taken.get(0).rows(),
                taken.stream().mapToDouble(Taken::perSecond).max().orElse(0),
                Taken.median(taken, Taken::processor),
                Taken.median(taken, each -> Taken.seconds(each.server()) * 1e6 / each.rows()),
                taken.stream().mapToLong(Taken::heap).max().orElse(0) >> 20);
    }
}

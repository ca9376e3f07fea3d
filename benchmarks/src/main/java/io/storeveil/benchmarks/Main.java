package io.storeveil.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs every benchmark once in each of several rounds, each in a JVM of its own, so that a machine that is slow for a
 * while is slow for all of them; then prints medians and the ratios that are claimed, as a table.
 *
 * <p>{@code Main [ROUNDS [THREADS]]}, by default 5 rounds with 1 and with 2 threads.
 */
public final class Main {

    /** What is claimed: no more than so many times the other, or so many microseconds more. */
    private record Claim(String subject, String other, String figure, double atMost, boolean difference) {}

    private static final String BYTES = "gc.alloc.rate.norm";
    private static final List<Claim> CLAIMS = List.of(
            new Claim("protectEncrypt4", "identity", CpuTime.RESULT, 6, true),
            new Claim("protectEncrypt4", "rawAes4", CpuTime.RESULT, 1.2, false),
            new Claim("protectEncrypt4", "rawAes4", BYTES, 1.2, false),
            new Claim("protectRedact4", "maskField", CpuTime.RESULT, 1.2, false),
            new Claim("protectNewOwner", "protectWarmOwner", CpuTime.RESULT, 10, true));

    private final Map<String, List<Map<String, Double>>> rounds = new LinkedHashMap<>();

    public static void main(String... args) throws RunnerException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        List<Integer> threads = args.length > 1 ? List.of(Integer.valueOf(args[1])) : List.of(1, 2);
        for (int number : threads) {
            Main main = new Main();
            for (int round = 1; round <= rounds; round++) {
                main.add(round(number));
                System.err.println(number + " thread(s): round " + round + " of " + rounds + " done");
            }
            System.out.println(
                    "\n" + number + " thread(s), " + rounds + " rounds\n\n" + main.figures() + main.claims());
        }
    }

    private static Collection<RunResult> round(int threads) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(ProtectBenchmark.class.getName())
                        .threads(threads)
                        .forks(1)
                        .warmupIterations(8)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.milliseconds(500))
                        .addProfiler(GCProfiler.class)
                        .addProfiler(CpuTime.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
    }

    private void add(Collection<RunResult> results) {
        for (RunResult result : results) {
            Map<String, Double> figures = new HashMap<>();
            for (String figure : List.of(BYTES, CpuTime.RESULT)) {
                figures.put(
                        figure,
                        median(Objects.requireNonNull(
                                result.getSecondaryResults().get(figure), figure)));
            }
            figures.put("wall", median(result.getPrimaryResult()));
            String name = result.getParams().getBenchmark();
            rounds.computeIfAbsent(name.substring(name.lastIndexOf('.') + 1), any -> new ArrayList<>())
                    .add(figures);
        }
    }

    private static double median(Result<?> result) {
        return result.getStatistics().getPercentile(50);
    }

    private String figures() {
        StringBuilder table = new StringBuilder(
                """
                | benchmark | us of processor time (least) | us on the wall (least) | bytes |
                |---|---:|---:|---:|
                """);
        rounds.forEach((name, figures) -> table.append(String.format(
                Locale.ROOT,
                "| `%s` | %.2f (%.2f) | %.2f (%.2f) | %,.0f |%n",
                name,
                median(all(figures, CpuTime.RESULT)),
                least(all(figures, CpuTime.RESULT)),
                median(all(figures, "wall")),
                least(all(figures, "wall")),
                median(all(figures, BYTES)))));
        return table.toString();
    }

    /** Each round has a ratio of its own; theirs is the median. */
    private String claims() {
        StringBuilder table = new StringBuilder(
                """

                | claim | at most | median of the rounds (least to most) | |
                |---|---:|---:|---|
                """);
        for (Claim claim : CLAIMS) {
            List<Double> measured = measured(claim);
            double median = median(measured);
            table.append(String.format(
                    Locale.ROOT,
                    "| `%s` %s `%s`, %s | %.1f | %.2f (%.2f to %.2f) | %s |%n",
                    claim.subject,
                    claim.difference ? "minus" : "over",
                    claim.other,
                    claim.figure.equals(BYTES) ? "bytes" : "us of processor time",
                    claim.atMost,
                    median,
                    least(measured),
                    measured.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
                    median <= claim.atMost ? "met" : "**missed**"));
        }
        return table.toString();
    }

    private List<Double> measured(Claim claim) {
        List<Double> subject = all(rounds.getOrDefault(claim.subject, List.of()), claim.figure);
        List<Double> other = all(rounds.getOrDefault(claim.other, List.of()), claim.figure);
        List<Double> measured = new ArrayList<>();
        for (int round = 0; round < subject.size(); round++) {
            double one = subject.get(round);
            double two = other.get(round);
            measured.add(claim.difference ? one - two : one / two);
        }
        return measured;
    }

    private static List<Double> all(List<Map<String, Double>> figures, String figure) {
        return figures.stream().map(round -> value(round.get(figure))).toList();
    }

    private static double value(@Nullable Double measured) {
        return measured == null ? Double.NaN : measured;
    }

    private static double least(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}

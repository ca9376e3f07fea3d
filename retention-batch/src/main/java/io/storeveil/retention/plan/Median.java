package io.storeveil.retention.plan;

import java.util.Arrays;

/** Measures that half of the values may be wrong in. */
final class Median {

    private Median() {}

    /** @param values at least one */
    static double of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The median of how far the values lie from their median. */
    static double deviation(double[] values) {
        double median = of(values);
        return of(Arrays.stream(values).map(value -> Math.abs(value - median)).toArray());
    }
}

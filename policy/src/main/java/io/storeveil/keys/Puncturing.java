package io.storeveil.keys;

/** Replaces subtrees by the siblings along the paths to the leaves that go. */
final class Puncturing {

    private final Primitives primitives = Primitives.ofThread();
    private final Leaf[] sorted;
    private final Cover remaining;

    /**
     * @param sorted    the leaves that go, from left to right; two that share a path are one
     * @param remaining receives what stays, from left to right
     */
    Puncturing(Leaf[] sorted, Cover remaining) {
        this.sorted = sorted;
        this.remaining = remaining;
    }

    /** Adds what stays of the subtree with this seed when leaves {@code from} to {@code to}, all below it, are gone. */
    void without(int from, int to, byte[] seed, int depth, long high, long low) {
        if (from == to) {
            remaining.add(high, low, depth, seed);
            return;
        }
        if (depth == Cover.DEPTH) {
            return;
        }
        int right = firstRight(from, to, depth);
        without(from, right, primitives.child(seed, 0), depth + 1, high, low);
        without(
                right,
                to,
                primitives.child(seed, 1),
                depth + 1,
                Cover.rightHigh(high, depth),
                Cover.rightLow(low, depth));
    }

    private int firstRight(int from, int to, int depth) {
        int first = from;
        int end = to;
        while (first < end) {
            int middle = (first + end) >>> 1;
            if (Cover.branch(sorted[middle].high(), sorted[middle].index(), depth) == 0) {
                first = middle + 1;
            } else {
                end = middle;
            }
        }
        return first;
    }
}

package io.storeveil.keys;

import java.util.Arrays;

/**
 * What a punctured tree still knows: the seeds of the largest whole subtrees that hold every leaf but the punctured
 * ones, from left to right. Whatever no seed covers is gone, and its seed was never kept.
 *
 * <p>Flat arrays, because a state may hold millions of seeds: 49 bytes for each, of which 32 are the seed.
 */
final class Cover {

    static final int DEPTH = 104;
    private static final int HIGH_BITS = 40;
    private static final int WORDS = 4;

    private long[] high;
    private long[] low;
    private byte[] depth;
    private long[] seeds;
    private int size;

    Cover(int capacity) {
        high = new long[capacity];
        low = new long[capacity];
        depth = new byte[capacity];
        seeds = new long[WORDS * capacity];
    }

    int size() {
        return size;
    }

    /** The subtree's first leaf: kind and generation. */
    long high(int at) {
        return high[at];
    }

    /** The subtree's first leaf: index. */
    long low(int at) {
        return low[at];
    }

    /** How many steps the subtree's root is below the tree's. */
    int depth(int at) {
        return depth[at];
    }

    byte[] seed(int at) {
        byte[] seed = new byte[Primitives.SEED];
        for (int word = 0; word < WORDS; word++) {
            long value = seeds[WORDS * at + word];
            for (int i = 0; i < Long.BYTES; i++) {
                seed[Long.BYTES * word + i] = (byte) (value >>> (56 - 8 * i));
            }
        }
        return seed;
    }

    /** Must be right of what was added before. */
    void add(long subtreeHigh, long subtreeLow, int subtreeDepth, byte[] seed) {
        grow();
        high[size] = subtreeHigh;
        low[size] = subtreeLow;
        depth[size] = (byte) subtreeDepth;
        for (int word = 0; word < WORDS; word++) {
            long value = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                value = value << 8 | (seed[Long.BYTES * word + i] & 0xff);
            }
            seeds[WORDS * size + word] = value;
        }
        size++;
    }

    void addAll(Cover other, int from, int to) {
        int count = to - from;
        if (size + count > high.length) {
            resize(size + count);
        }
        System.arraycopy(other.high, from, high, size, count);
        System.arraycopy(other.low, from, low, size, count);
        System.arraycopy(other.depth, from, depth, size, count);
        System.arraycopy(other.seeds, WORDS * from, seeds, WORDS * size, WORDS * count);
        size += count;
    }

    private void grow() {
        if (size == high.length) {
            resize(Math.max(16, size + (size >> 1)));
        }
    }

    private void resize(int capacity) {
        high = Arrays.copyOf(high, capacity);
        low = Arrays.copyOf(low, capacity);
        depth = Arrays.copyOf(depth, capacity);
        seeds = Arrays.copyOf(seeds, Math.multiplyExact(WORDS, capacity));
    }

    Cover trim() {
        if (size < high.length) {
            resize(size);
        }
        return this;
    }

    /** The subtree that holds this leaf, or -1 if the leaf is gone. */
    int find(long leafHigh, long leafLow) {
        int at = lastNotAfter(leafHigh, leafLow);
        return at >= 0 && holds(at, leafHigh, leafLow) ? at : -1;
    }

    private int lastNotAfter(long leafHigh, long leafLow) {
        int from = 0;
        int to = size;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int order = Long.compare(high[middle], leafHigh);
            if (order == 0) {
                order = Long.compareUnsigned(low[middle], leafLow);
            }
            if (order <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from - 1;
    }

    boolean holds(int at, long leafHigh, long leafLow) {
        int steps = depth[at];
        if (steps <= HIGH_BITS) {
            return (leafHigh ^ high[at]) >>> (HIGH_BITS - steps) == 0;
        }
        return leafHigh == high[at] && (leafLow ^ low[at]) >>> (DEPTH - steps) == 0;
    }

    /** Which way a path turns at a node: 0 left, 1 right. */
    static int branch(long pathHigh, long pathLow, int atDepth) {
        return (int) (atDepth < HIGH_BITS ? pathHigh >>> (HIGH_BITS - 1 - atDepth) : pathLow >>> (DEPTH - 1 - atDepth))
                & 1;
    }

    /** The right child's {@code high}, given its parent's. */
    static long rightHigh(long parentHigh, int parentDepth) {
        return parentDepth < HIGH_BITS ? parentHigh | 1L << (HIGH_BITS - 1 - parentDepth) : parentHigh;
    }

    /** The right child's {@code low}, given its parent's. */
    static long rightLow(long parentLow, int parentDepth) {
        return parentDepth < HIGH_BITS ? parentLow : parentLow | 1L << (DEPTH - 1 - parentDepth);
    }
}

package io.storeveil.retention.expire;

/** How many rows a transaction takes: half as many after one that took too long, and more again while all goes well. */
final class Stride {

    private static final int SMALLEST = 20;
    /** Transactions that must go well before the stride grows. */
    private static final int PATIENCE = 8;

    private final int longest;
    private int rows;
    private int well;

    Stride(int longest) {
        this.longest = longest;
        this.rows = longest;
    }

    int rows() {
        return rows;
    }

    /** False if it cannot be any shorter. */
    boolean shorten() {
        boolean shorter = rows > SMALLEST;
        rows = Math.max(Math.min(SMALLEST, longest), rows / 2);
        well = 0;
        return shorter;
    }

    void kept() {
        if (++well >= PATIENCE && rows < longest) {
            rows = Math.min(longest, rows * 2);
            well = 0;
        }
    }
}

package io.storeveil.demo.canary;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Searches a text for some hundred thousand patterns in one pass. Each pattern is entered in a hash table by eight of its
 * bytes in a row, those that the fewest others have; a window of eight bytes slides over the text. (An automaton of that
 * many patterns, Aho and Corasick's, takes gigabytes as objects.) Immutable once built; safe for threads.
 */
final class ByteSearch {

    /** The shortest pattern. */
    static final int WINDOW = 8;

    /** Bytes to look for. */
    static final class Pattern {
        private final byte[] bytes;
        private final boolean whole;

        private Pattern(byte[] bytes, boolean whole) {
            this.bytes = bytes;
            this.whole = whole;
        }

        static Pattern anywhere(byte[] bytes) {
            return new Pattern(bytes, false);
        }

        /** Counts only where no letter or digit stands before or after it: a number. */
        static Pattern whole(byte[] bytes) {
            return new Pattern(bytes, true);
        }

        byte[] bytes() {
            return bytes;
        }
    }

    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final List<Pattern> patterns;
    private final int longest;
    private final int shift;
    private final long[] windows;
    private final int[] heads;
    private final int[] next;
    private final int[] offsets;

    ByteSearch(List<Pattern> patterns) {
        this.patterns = List.copyOf(patterns);
        longest = patterns.stream().mapToInt(p -> p.bytes().length).max().orElse(WINDOW);
        int bits = Math.max(10, 34 - Integer.numberOfLeadingZeros(patterns.size()));
        shift = 64 - bits;
        windows = new long[1 << bits];
        heads = new int[1 << bits];
        Arrays.fill(heads, -1);
        next = new int[patterns.size()];
        offsets = new int[patterns.size()];
        int[] chain = new int[1 << bits];
        for (int i = 0; i < patterns.size(); i++) {
            enter(i, chain);
        }
    }

    /** How much of one piece of a text must be seen again with the next, so that nothing is missed at the seam. */
    int overlap() {
        return longest + 1;
    }

    /** Tells the number of each pattern, in the order given, as often as it occurs in these bytes. */
    void search(byte[] text, int length, IntConsumer found) {
        long window = 0;
        for (int i = 0; i < length; i++) {
            window = (window << 8) | (text[i] & 0xff);
            int slot = slotOf(window);
            for (int p = heads[slot]; p >= 0; p = next[p]) {
                if (i >= WINDOW - 1 && occurs(p, text, i - WINDOW + 1 - offsets[p], length)) {
                    found.accept(p);
                }
            }
        }
    }

    private boolean occurs(int number, byte[] text, int start, int length) {
        Pattern pattern = patterns.get(number);
        int end = start + pattern.bytes.length;
        return start >= 0
                && end <= length
                && Arrays.equals(pattern.bytes, 0, pattern.bytes.length, text, start, end)
                && (!pattern.whole
                        || ((start == 0 || !isWord(text[start - 1])) && (end == length || !isWord(text[end]))));
    }

    private static boolean isWord(byte b) {
        return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
    }

    private void enter(int number, int[] chain) {
        byte[] bytes = patterns.get(number).bytes;
        if (bytes.length < WINDOW) {
            throw new IllegalArgumentException("a pattern has at least " + WINDOW + " bytes, not " + bytes.length);
        }
        int best = -1;
        int offset = 0;
        for (int o = 0; o + WINDOW <= bytes.length && (best < 0 || chain[best] > 0); o++) {
            int slot = slotOf(window(bytes, o));
            if (best < 0 || chain[slot] < chain[best]) {
                best = slot;
                offset = o;
            }
        }
        windows[best] = window(bytes, offset);
        next[number] = heads[best];
        heads[best] = number;
        offsets[number] = offset;
        chain[best]++;
    }

    /** The window's place: its own, or the first free one after it. */
    private int slotOf(long window) {
        int slot = (int) ((window * MIX) >>> shift);
        while (heads[slot] >= 0 && windows[slot] != window) {
            slot = (slot + 1) & (heads.length - 1);
        }
        return slot;
    }

    private static long window(byte[] bytes, int offset) {
        long window = 0;
        for (int i = offset; i < offset + WINDOW; i++) {
            window = (window << 8) | (bytes[i] & 0xff);
        }
        return window;
    }
}

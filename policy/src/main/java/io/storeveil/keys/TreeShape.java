package io.storeveil.keys;

import java.util.Arrays;
import java.util.function.Supplier;

/** Where the seeds of a cover stand, in two bits and a little for each: the tree in preorder, as a string of bits. */
final class TreeShape {

    /** Writes the bits of a cover. */
    private static final class Writer {

        private final Cover cover;
        private byte[] bytes = new byte[64];
        private int bits;

        Writer(Cover cover) {
            this.cover = cover;
        }

        void node(int depth, int from, int to) {
            if (from == to) {
                bit(0);
                bit(0);
            } else if (cover.depth(from) == depth) {
                bit(0);
                bit(1);
            } else {
                bit(1);
                int right = firstRight(from, to, depth);
                node(depth + 1, from, right);
                node(depth + 1, right, to);
            }
        }

        private int firstRight(int from, int to, int depth) {
            int first = from;
            int end = to;
            while (first < end) {
                int middle = (first + end) >>> 1;
                if (Cover.branch(cover.high(middle), cover.low(middle), depth) == 0) {
                    first = middle + 1;
                } else {
                    end = middle;
                }
            }
            return first;
        }

        private void bit(int bit) {
            int at = bits >>> 3;
            if (at == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * at);
            }
            bytes[at] |= (byte) (bit << (7 - (bits & 7)));
            bits++;
        }
    }

    private final byte[] bytes;
    private final Cover cover;
    private final int seeds;
    private final Supplier<byte[]> next;
    private int bit;

    private TreeShape(byte[] bytes, int seeds, Supplier<byte[]> next) {
        this.bytes = bytes;
        this.cover = new Cover(seeds);
        this.seeds = seeds;
        this.next = next;
    }

    static byte[] of(Cover cover) {
        Writer writer = new Writer(cover);
        writer.node(0, 0, cover.size());
        return Arrays.copyOf(writer.bytes, (writer.bits + 7) >>> 3);
    }

    /**
     * @param next gives the seeds from left to right
     * @throws IllegalArgumentException if this is not the shape of a tree with so many seeds
     */
    static Cover read(byte[] shape, int seeds, Supplier<byte[]> next) {
        TreeShape reader = new TreeShape(shape, seeds, next);
        reader.node(0, 0, 0);
        if (reader.cover.size() != seeds || (reader.bit + 7) >>> 3 != shape.length) {
            throw wrong();
        }
        return reader.cover;
    }

    private void node(int depth, long high, long low) {
        if (bit() == 1) {
            if (depth == Cover.DEPTH) {
                throw wrong();
            }
            node(depth + 1, high, low);
            node(depth + 1, Cover.rightHigh(high, depth), Cover.rightLow(low, depth));
        } else if (bit() == 1) {
            if (cover.size() == seeds) {
                throw wrong();
            }
            cover.add(high, low, depth, next.get());
        }
    }

    private int bit() {
        int at = bit >>> 3;
        if (at == bytes.length) {
            throw wrong();
        }
        int value = bytes[at] >>> (7 - (bit & 7)) & 1;
        bit++;
        return value;
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("the shape of the key state's tree does not fit its seeds");
    }
}

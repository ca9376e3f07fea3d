package io.storeveil.keys;

import java.nio.ByteBuffer;

/**
 * One leaf of the tree, and the whole of what a {@link KeyReference} seals. Frozen: sixteen bytes, big-endian, in this
 * order; the first thirteen are the path from the root, most significant bit first. The generation stands above the
 * index, so that neighbouring owners that are erased leave one hole and not many.
 *
 * @param kind       the first 32 bits of a hash of the owner's table
 * @param generation 0 to 255
 * @param index      a single integer key with its sign bit flipped (so that order is kept), or 64 bits of a keyed hash
 * @param tag        0, or the hash's next 24 bits: not in the path, but in the key
 */
record Leaf(int kind, int generation, long index, int tag) implements Comparable<Leaf> {

    static final int LAST_GENERATION = 255;

    static Leaf read(ByteBuffer bytes) {
        return new Leaf(bytes.getInt(), bytes.get() & 0xff, bytes.getLong(), tag(bytes));
    }

    static Leaf of(byte[] sixteen) {
        return read(ByteBuffer.wrap(sixteen));
    }

    static int tag(ByteBuffer bytes) {
        return (bytes.getShort() & 0xffff) << 8 | (bytes.get() & 0xff);
    }

    void write(ByteBuffer bytes) {
        bytes.putInt(kind)
                .put((byte) generation)
                .putLong(index)
                .putShort((short) (tag >>> 8))
                .put((byte) tag);
    }

    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(KeyReference.LENGTH);
        write(bytes);
        return bytes.array();
    }

    /** The path's first 40 bits: kind and generation. */
    long high() {
        return (kind & 0xffff_ffffL) << 8 | generation;
    }

    Leaf inGeneration(int other) {
        return new Leaf(kind, other, index, tag);
    }

    /** In the order of the leaves, left to right. */
    @Override
    public int compareTo(Leaf that) {
        int order = Long.compare(high(), that.high());
        if (order == 0) {
            order = Long.compareUnsigned(index, that.index);
        }
        return order == 0 ? Integer.compare(tag, that.tag) : order;
    }

    /** Without the index, which is a person's key. */
    @Override
    public String toString() {
        return "Leaf";
    }
}

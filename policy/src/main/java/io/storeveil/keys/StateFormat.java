package io.storeveil.keys;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The bytes of a key state. Frozen as format 1; all numbers big-endian:
 *
 * <pre>
 * 4   "SVKS"
 * 1   format, 1
 * 8   version of the state
 * 32  domain secret
 * 32  index secret
 * 32  reference key
 * 4   n, then n leaves of 16 bytes, ascending: owners whose current generation is not 0, each with that generation
 * 4   n, then n leaves of 16 bytes, ascending: closing
 * 4   n, then n bytes: the tree's shape in preorder, most significant bit first, padded with zeros:
 *     1 an inner node, 01 a whole subtree, 00 a subtree of which nothing is left
 * 4   n, then n seeds of 32 bytes: those of the whole subtrees, from left to right
 * </pre>
 */
final class StateFormat {

    private static final int MAGIC = 0x53564b53;
    private static final byte FORMAT = 1;
    private static final int HEAD = 4 + 1 + 8 + 3 * Primitives.SEED + 4 * Integer.BYTES;

    private StateFormat() {}

    static byte[] encode(KeyState state) {
        Cover cover = state.tree().cover();
        byte[] shape = TreeShape.of(cover);
        long length = HEAD
                + (long) KeyReference.LENGTH
                        * (state.generations().size() + state.closingLeaves().size())
                + shape.length
                + (long) Primitives.SEED * cover.size();
        if (length > Integer.MAX_VALUE - 1024) {
            throw new IllegalStateException("the key state has " + length + " bytes; the most is 2 GiB");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        bytes.putInt(MAGIC).put(FORMAT).putLong(state.version());
        Secrets secrets = state.secrets();
        bytes.put(secrets.domains().getEncoded())
                .put(secrets.indexes().getEncoded())
                .put(secrets.references().getEncoded());
        bytes.putInt(state.generations().size());
        state.generations()
                .forEach((leaf, generation) -> leaf.inGeneration(generation).write(bytes));
        bytes.putInt(state.closingLeaves().size());
        state.closingLeaves().forEach(leaf -> leaf.write(bytes));
        bytes.putInt(shape.length).put(shape);
        bytes.putInt(cover.size());
        for (int at = 0; at < cover.size(); at++) {
            bytes.put(cover.seed(at));
        }
        return bytes.array();
    }

    static KeyState decode(byte[] encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded);
        try {
            return read(bytes);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the key state is cut short at " + encoded.length + " bytes", e);
        }
    }

    private static KeyState read(ByteBuffer bytes) {
        if (bytes.getInt() != MAGIC) {
            throw new IllegalArgumentException("these bytes are not a key state");
        }
        byte format = bytes.get();
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "the key state has format " + format + "; this release reads format " + FORMAT);
        }
        long version = bytes.getLong();
        Secrets secrets = Secrets.of(seed(bytes), seed(bytes), seed(bytes));
        Map<Leaf, Integer> generations = new TreeMap<>();
        for (int left = count(bytes, KeyReference.LENGTH); left > 0; left--) {
            Leaf current = Leaf.read(bytes);
            generations.put(current.inGeneration(0), current.generation());
        }
        Set<Leaf> closing = new TreeSet<>();
        for (int left = count(bytes, KeyReference.LENGTH); left > 0; left--) {
            closing.add(Leaf.read(bytes));
        }
        byte[] shape = new byte[count(bytes, 1)];
        bytes.get(shape);
        int seeds = count(bytes, Primitives.SEED);
        Cover cover = TreeShape.read(shape, seeds, () -> seed(bytes));
        if (bytes.hasRemaining()) {
            throw new IllegalArgumentException(bytes.remaining() + " bytes follow the key state's end");
        }
        return new KeyState(version, secrets, new PuncturedTree(cover), generations, closing);
    }

    /** Checked against what is left, so that a damaged count does not reserve memory. */
    private static int count(ByteBuffer bytes, int size) {
        int count = bytes.getInt();
        if (count < 0 || (long) count * size > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        return count;
    }

    private static byte[] seed(ByteBuffer bytes) {
        byte[] seed = new byte[Primitives.SEED];
        bytes.get(seed);
        return seed;
    }
}

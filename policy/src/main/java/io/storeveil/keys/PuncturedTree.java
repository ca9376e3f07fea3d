package io.storeveil.keys;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A Goldreich-Goldwasser-Micali tree of depth 104 with holes: a puncturable pseudorandom function. A leaf that is
 * punctured cannot be derived from this object, nor from any that is made from it; every other leaf is what it was.
 *
 * <p>Immutable, but for a cache of nodes on the way, which lives and dies with it.
 */
final class PuncturedTree {

    /**
     * Where a walk looks for a node that an earlier walk left: below kind and generation, then every 16 bits, and once
     * more near the leaf, so that of owners whose numbers follow each other only one in sixteen walks far.
     */
    private static final int[] WAYPOINTS = {100, 88, 72, 56, 40};

    /** Hashed leaves lie so far apart that only these are ever met twice. */
    private static final int[] HASHED_WAYPOINTS = {56, 40};

    private static final int WAYPOINTS_BITS = 15;

    private record Waypoint(long high, long low, int depth) {}

    private final Cover cover;
    private final Recent<Waypoint, byte[]> waypoints = new Recent<>(WAYPOINTS_BITS);

    PuncturedTree(Cover cover) {
        this.cover = cover;
    }

    static PuncturedTree grow(byte[] root) {
        Cover whole = new Cover(1);
        whole.add(0, 0, 0, root);
        return new PuncturedTree(whole);
    }

    Cover cover() {
        return cover;
    }

    boolean isGone(Leaf leaf) {
        return cover.find(leaf.high(), leaf.index()) < 0;
    }

    /** The leaf's seed, 32 bytes; null if the leaf is gone. */
    byte @Nullable [] seed(Leaf leaf) {
        int at = cover.find(leaf.high(), leaf.index());
        return at < 0 ? null : walk(leaf, cover.depth(at), cover.seed(at));
    }

    private byte[] walk(Leaf leaf, int from, byte[] seed) {
        long high = leaf.high();
        long low = leaf.index();
        int depth = from;
        byte[] node = seed;
        int[] stops = leaf.tag() == 0 ? WAYPOINTS : HASHED_WAYPOINTS;
        int met = 0;
        for (; met < stops.length && stops[met] > from; met++) {
            byte[] left = waypoints.get(waypoint(high, low, stops[met]));
            if (left != null) {
                node = left.clone();
                depth = stops[met];
                break;
            }
        }
        Primitives primitives = Primitives.ofThread();
        int next = met - 1;
        while (depth < Cover.DEPTH) {
            primitives.descend(node, Cover.branch(high, low, depth));
            depth++;
            if (next >= 0 && depth == stops[next]) {
                waypoints.put(waypoint(high, low, depth), node.clone());
                next--;
            }
        }
        return node;
    }

    private static Waypoint waypoint(long high, long low, int depth) {
        return new Waypoint(high, depth == 40 ? 0 : low >>> (Cover.DEPTH - depth), depth);
    }

    /** The same tree without these leaves, rebuilt once; those already gone stay gone. */
    PuncturedTree puncture(Collection<Leaf> leaves) {
        Leaf[] sorted = leaves.stream().sorted().toArray(Leaf[]::new);
        Cover left = new Cover(cover.size() + 16);
        Puncturing puncturing = new Puncturing(sorted, left);
        int copied = 0;
        int from = 0;
        while (from < sorted.length) {
            int at = cover.find(sorted[from].high(), sorted[from].index());
            if (at < 0) {
                from++;
                continue;
            }
            int to = from + 1;
            while (to < sorted.length && cover.holds(at, sorted[to].high(), sorted[to].index())) {
                to++;
            }
            left.addAll(cover, copied, at);
            puncturing.without(from, to, cover.seed(at), cover.depth(at), cover.high(at), cover.low(at));
            copied = at + 1;
            from = to;
        }
        left.addAll(cover, copied, cover.size());
        return new PuncturedTree(left.trim());
    }
}

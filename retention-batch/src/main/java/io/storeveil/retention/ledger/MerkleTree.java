package io.storeveil.retention.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The hash tree of RFC 6962, section 2.1, over SHA-256: a leaf is hashed behind a zero byte and a node behind a one, so
 * that neither can be taken for the other; a tree whose size is no power of two is split at the largest one below.
 */
final class MerkleTree {

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private MerkleTree() {}

    static byte[] leaf(byte[] data) {
        return sha256(new byte[] {LEAF}, data);
    }

    /** Of leaf hashes; of none, the hash of nothing. */
    static byte[] root(List<byte[]> leaves) {
        return switch (leaves.size()) {
            case 0 -> sha256();
            case 1 -> leaves.get(0);
            default -> {
                int left = split(leaves.size());
                yield node(root(leaves.subList(0, left)), root(leaves.subList(left, leaves.size())));
            }
        };
    }

    /** The siblings on the way from a leaf up to the root. */
    static List<byte[]> path(List<byte[]> leaves, int position) {
        if (leaves.size() == 1) {
            return new ArrayList<>();
        }
        int left = split(leaves.size());
        List<byte[]> lower = leaves.subList(0, left);
        List<byte[]> upper = leaves.subList(left, leaves.size());
        List<byte[]> path = position < left ? path(lower, position) : path(upper, position - left);
        path.add(position < left ? root(upper) : root(lower));
        return path;
    }

    /**
     * The root that a leaf's path leads to.
     *
     * @throws IllegalArgumentException if a tree of this size has no such path
     */
    static byte[] rootOf(byte[] leaf, long position, long size, List<byte[]> path) {
        if (position < 0 || position >= size) {
            throw new IllegalArgumentException("a tree of " + size + " leaves has none at position " + position);
        }
        List<Boolean> leftOfSibling = new ArrayList<>();
        long at = position;
        long width = size;
        while (width > 1) {
            long left = Long.highestOneBit(width - 1);
            boolean lower = at < left;
            leftOfSibling.add(lower);
            at = lower ? at : at - left;
            width = lower ? left : width - left;
        }
        if (leftOfSibling.size() != path.size()) {
            throw new IllegalArgumentException("the path has " + path.size() + " hashes; in a tree of " + size
                    + " leaves it has " + leftOfSibling.size());
        }
        Collections.reverse(leftOfSibling);
        byte[] hash = leaf;
        for (int i = 0; i < path.size(); i++) {
            hash = leftOfSibling.get(i) ? node(hash, path.get(i)) : node(path.get(i), hash);
        }
        return hash;
    }

    private static int split(int size) {
        return Integer.highestOneBit(size - 1);
    }

    private static byte[] node(byte[] left, byte[] right) {
        return sha256(new byte[] {NODE}, left, right);
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}

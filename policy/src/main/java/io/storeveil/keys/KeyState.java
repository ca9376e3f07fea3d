package io.storeveil.keys;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;

/**
 * The key state S_v, open: an immutable punctured tree with the secrets for domains and references. A change gives the
 * next version; nothing is ever un-punctured.
 *
 * <p>Guarantees that a punctured leaf's key cannot be computed from this version, from any later one, or from their
 * encodings, and that no other leaf's key changes. Does not guarantee that an earlier version, or a key already taken
 * from one, is forgotten: that is the business of whoever stores and holds them.
 */
public final class KeyState implements Keyring {

    /** About 20 MB of owners at most. */
    private static final int OWNERS_BITS = 16;

    private static final int LONGEST_KEPT = 256;
    private static final OwnerKey ERASED = new OwnerKey.Erased();

    private final long version;
    private final Secrets secrets;
    private final PuncturedTree tree;
    private final Map<Leaf, Integer> generations;
    private final Set<Leaf> closing;

    private final Engines engines = new Engines();
    private final Map<String, Integer> kindTags = new ConcurrentHashMap<>();
    private final Map<String, SecretKey> domainKeys = new ConcurrentHashMap<>();
    private final Recent<OwnerId, OwnerKey> byOwner = new Recent<>(OWNERS_BITS);
    private final Recent<KeyReference, OwnerKey> byReference = new Recent<>(OWNERS_BITS);

    /**
     * @param generations by the owner's leaf of generation 0, where the current one is another
     * @param closing     leaves that give {@code Erased} though they are not yet gone
     */
    KeyState(long version, Secrets secrets, PuncturedTree tree, Map<Leaf, Integer> generations, Set<Leaf> closing) {
        this.version = version;
        this.secrets = secrets;
        this.tree = tree;
        this.generations = generations;
        this.closing = closing;
    }

    /** A first version, 1, from fresh randomness. */
    public static KeyState create() {
        SecureRandom random = new SecureRandom();
        return create(seed(random), Secrets.of(seed(random), seed(random), seed(random)));
    }

    static KeyState create(byte[] root, Secrets secrets) {
        return new KeyState(1, secrets, PuncturedTree.grow(root), Map.of(), Set.of());
    }

    private static byte[] seed(SecureRandom random) {
        byte[] seed = new byte[Primitives.SEED];
        random.nextBytes(seed);
        return seed;
    }

    /**
     * Opens what {@link #encode()} gave.
     *
     * @throws IllegalArgumentException if these bytes are not a whole key state of a format that this release knows
     */
    public static KeyState decode(byte[] encoded) {
        return StateFormat.decode(encoded);
    }

    /**
     * Everything, in the clear: whoever reads it can derive every key that is not punctured. Frozen and versioned; the
     * layout is described in {@link StateFormat}. To be sealed at once.
     */
    public byte[] encode() {
        return StateFormat.encode(this);
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public OwnerKey ownerKey(OwnerId owner) {
        OwnerKey key = byOwner.get(owner);
        if (key == null) {
            Leaf leaf = leaf(owner);
            key = derive(leaf, secrets.seal(leaf));
            if (owner.characters() <= LONGEST_KEPT) {
                byOwner.put(owner, key);
            }
        }
        return key;
    }

    @Override
    public OwnerKey ownerKey(KeyReference reference) {
        OwnerKey key = byReference.get(reference);
        if (key == null) {
            key = derive(secrets.open(reference), reference);
            byReference.put(reference, key);
        }
        return key;
    }

    @Override
    public boolean isOf(KeyReference reference, String kind) {
        return secrets.open(reference).kind() == kindTag(kind);
    }

    private int kindTag(String kind) {
        Integer tag = kindTags.get(kind);
        return tag == null ? kindTags.computeIfAbsent(kind, Secrets::kindTag) : tag;
    }

    private OwnerKey derive(Leaf leaf, KeyReference reference) {
        byte[] seed = closing.contains(leaf) ? null : tree.seed(leaf);
        if (seed == null) {
            return ERASED;
        }
        SecretKey key = Secrets.ownerKey(seed, leaf);
        Primitives.ofThread().forget();
        return new OwnerKey.Present(key, reference);
    }

    @Override
    public SecretKey domainKey(String domain) {
        SecretKey key = domainKeys.get(domain);
        return key == null ? domainKeys.computeIfAbsent(domain, secrets::domainKey) : key;
    }

    @Override
    public Engines engines() {
        return engines;
    }

    @Override
    public CacheUse ownerKeyCache() {
        return byOwner.use();
    }

    /** The sealed name of the owner's current leaf, also when that leaf is closing or punctured. */
    public KeyReference reference(OwnerId owner) {
        return secrets.seal(leaf(owner));
    }

    /** True once the leaf is gone for good; false while it is only closing. */
    public boolean isPunctured(KeyReference reference) {
        return tree.isGone(secrets.open(reference));
    }

    /** The leaves that are closing: a shred that was begun and is not finished. */
    public Set<KeyReference> closing() {
        return closing.stream().map(secrets::seal).collect(Collectors.toUnmodifiableSet());
    }

    /** The next version, in which these leaves give {@code Erased} but are not yet gone (CLOSING). */
    public KeyState closing(Collection<KeyReference> leaves) {
        Set<Leaf> more = new TreeSet<>(closing);
        more.addAll(opened(leaves));
        more.removeIf(tree::isGone);
        return new KeyState(version + 1, secrets, tree, generations, more);
    }

    /** The next version, in which these leaves are gone for ever; no longer closing. */
    public KeyState puncture(Collection<KeyReference> leaves) {
        Set<Leaf> gone = opened(leaves);
        PuncturedTree punctured = tree.puncture(gone);
        Primitives.ofThread().forget();
        Set<Leaf> fewer = new TreeSet<>(closing);
        fewer.removeIf(punctured::isGone);
        return new KeyState(version + 1, secrets, punctured, generations, fewer);
    }

    /**
     * The next version, in which an erased owner's next generation is open.
     *
     * @throws IllegalStateException if the current generation is not punctured, or is the last there is
     */
    public KeyState nextGeneration(OwnerId owner) {
        Leaf leaf = leaf(owner);
        if (!tree.isGone(leaf)) {
            throw new IllegalStateException("an owner of kind " + owner.kind()
                    + " has a key that is not destroyed; a next generation is opened only after an erasure");
        }
        if (leaf.generation() == Leaf.LAST_GENERATION) {
            throw new IllegalStateException("an owner of kind " + owner.kind() + " has used all "
                    + (Leaf.LAST_GENERATION + 1) + " generations");
        }
        Map<Leaf, Integer> opened = new TreeMap<>(generations);
        opened.put(leaf.inGeneration(0), leaf.generation() + 1);
        return new KeyState(version + 1, secrets, tree, opened, closing);
    }

    private Set<Leaf> opened(Collection<KeyReference> references) {
        return references.stream().map(secrets::open).collect(Collectors.toCollection(TreeSet::new));
    }

    private Leaf leaf(OwnerId owner) {
        Leaf first = secrets.leaf(kindTag(owner.kind()), owner);
        Integer generation = generations.get(first);
        return generation == null ? first : first.inGeneration(generation);
    }

    Secrets secrets() {
        return secrets;
    }

    PuncturedTree tree() {
        return tree;
    }

    Map<Leaf, Integer> generations() {
        return generations;
    }

    Set<Leaf> closingLeaves() {
        return closing;
    }

    /** Without its contents. */
    @Override
    public String toString() {
        return "KeyState[version=" + version + "]";
    }
}

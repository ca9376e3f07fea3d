package io.storeveil.keys;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What was worked out lately: a table of fixed size, in which a newcomer displaces the oldest of the few that its hash
 * puts it beside. Forgetting costs microseconds, so knowing exactly what was used last would cost more than it saves.
 *
 * <p>Safe for threads. Two that put at once may lose one of the entries, never mix them.
 */
final class Recent<K, V> {

    private static final int BESIDE = 4;

    private record Entry<K, V>(K key, int hash, V value) {}

    private final AtomicReferenceArray<@Nullable Entry<K, V>> entries;
    private final int shift;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** @param bits holds two to the power of this many */
    Recent(int bits) {
        entries = new AtomicReferenceArray<>(1 << bits);
        shift = Integer.SIZE - bits;
    }

    @Nullable
    V get(K key) {
        int hash = key.hashCode();
        int first = first(hash);
        for (int place = first; place < first + BESIDE; place++) {
            Entry<K, V> entry = entries.getAcquire(place);
            if (entry != null && entry.hash == hash && entry.key.equals(key)) {
                hits.increment();
                return entry.value;
            }
        }
        misses.increment();
        return null;
    }

    void put(K key, V value) {
        Entry<K, V> moved = new Entry<>(key, key.hashCode(), value);
        int first = first(moved.hash);
        for (int place = first; moved != null && place < first + BESIDE; place++) {
            moved = entries.getAndSet(place, moved);
        }
    }

    /** Multiplied by 2^32 over the golden ratio, so that keys that count up or by powers of two spread evenly. */
    private int first(int hash) {
        return ((hash * 0x9E3779B9) >>> shift) & -BESIDE;
    }

    CacheUse use() {
        return new CacheUse(hits.sum(), misses.sum());
    }
}

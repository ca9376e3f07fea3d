package io.storeveil.connect;

import io.storeveil.keys.CacheUse;
import io.storeveil.keys.Keyring;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keys that remember, for the metrics, which version of the state was last used, and since when. */
final class KeysInUse implements Keys {

    private record Used(Keyring keyring, long sinceNanos) {}

    private final Keys keys;
    private final LongSupplier nanoTime;
    private volatile @Nullable Used used;

    KeysInUse(Keys keys) {
        this(keys, System::nanoTime);
    }

    KeysInUse(Keys keys, LongSupplier nanoTime) {
        this.keys = keys;
        this.nanoTime = nanoTime;
    }

    @Override
    public Keyring current() {
        Keyring current = keys.current();
        Used last = used;
        if (last == null || last.keyring != current) {
            used = new Used(current, nanoTime.getAsLong());
        }
        return current;
    }

    /** The one that was used last. */
    @Override
    public Keyring likely() {
        Used last = used;
        return last == null ? current() : last.keyring;
    }

    @Override
    public long leaseLeftMillis() {
        return keys.leaseLeftMillis();
    }

    @Override
    public void close() {
        used = null;
        keys.close();
    }

    long version() {
        Used last = used;
        return last == null ? -1 : last.keyring.version();
    }

    double ageSeconds() {
        Used last = used;
        return last == null ? -1 : (nanoTime.getAsLong() - last.sinceNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    double leaseLeftSeconds() {
        return leaseLeftMillis() / 1_000.0;
    }

    long hits() {
        return cache().hits();
    }

    long misses() {
        return cache().misses();
    }

    private CacheUse cache() {
        Used last = used;
        return last == null ? new CacheUse(0, 0) : last.keyring.ownerKeyCache();
    }
}

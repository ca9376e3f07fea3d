package io.storeveil.control;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the workers say of the version of the key state that each of them works with. */
public final class Leases {

    /** How far the clocks of two machines may be apart, or run apart within a lease. */
    static final Duration CLOCK_ALLOWANCE = Duration.ofSeconds(5);

    private static final long PAUSE_MILLIS = 100;

    /**
     * @param worker  the worker's name, and something random
     * @param version the newest it is sure to use; 0 while it opens its first
     * @param until   when the task stops by itself, unless it renews this
     */
    public record Held(String worker, long version, Instant until) {}

    private final LeaseBook book;

    Leases(LeaseBook book) {
        this.book = book;
    }

    LeaseBook book() {
        return book;
    }

    /** The leases that have not run out. @throws KeyStateUnavailable if one cannot be read: who holds what is unknown */
    public List<Held> held() {
        return book.held();
    }

    /**
     * What the workers held back because no policy knows it, added up by name.
     *
     * @throws KeyStateUnavailable if it cannot be read
     */
    public List<Sighting> noticed() {
        Map<Unknown, Sighting> byName = new LinkedHashMap<>();
        for (Sighting sighting : book.noticed()) {
            byName.merge(
                    sighting.what(),
                    sighting,
                    (one, other) -> new Sighting(
                            one.what(),
                            one.times() + other.times(),
                            one.last().isAfter(other.last()) ? one.last() : other.last()));
        }
        return byName.values().stream()
                .sorted(Comparator.comparing(sighting -> sighting.what().toString()))
                .toList();
    }

    /**
     * Waits until no worker works with an older version: each has taken this one, or its lease has run out.
     *
     * @throws KeyStateUnavailable if that has not happened after {@code max}; names the workers
     */
    public void awaitVersion(long version, Duration max) {
        long start = System.nanoTime();
        boolean emptyBefore = false;
        while (true) {
            List<Held> behind =
                    held().stream().filter(lease -> lease.version() < version).toList();
            // A listing may miss a file that is being replaced: believe it the second time.
            if (behind.isEmpty() && emptyBefore) {
                book.forgetTheDead();
                return;
            }
            emptyBefore = behind.isEmpty();
            if (!emptyBefore && System.nanoTime() - start >= max.toNanos()) {
                throw new KeyStateUnavailable(
                        "after " + max.toSeconds() + " seconds these workers still have a key state"
                                + " older than version " + version + ": " + behind);
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KeyStateUnavailable("interrupted while waiting for the workers' leases", e);
            }
        }
    }
}

package io.storeveil.control;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Gathers what the transforms of one worker met and no policy knows, and writes it beside the worker's lease, where the
 * next report finds it. Asked between records, so that a record costs nothing. Not for several threads.
 */
final class Lookout {

    private final LeaseBook book;
    private final String worker;
    private final Map<Supplier<Map<Unknown, Long>>, Map<Unknown, Long>> told = new LinkedHashMap<>();
    private final Map<Unknown, Sighting> sightings = new HashMap<>();
    private boolean untold;

    Lookout(LeaseBook book, String worker) {
        this.book = book;
        this.worker = worker;
    }

    /** @param met how often so far, by name; only ever grows */
    void add(Supplier<Map<Unknown, Long>> met) {
        told.put(met, new HashMap<>());
    }

    void remove(Supplier<Map<Unknown, Long>> met, Instant now) {
        look(met, now);
        told.remove(met);
        tell();
    }

    void look(Instant now) {
        told.keySet().forEach(met -> look(met, now));
        tell();
    }

    private void look(Supplier<Map<Unknown, Long>> met, Instant now) {
        Map<Unknown, Long> before = told.get(met);
        if (before == null) {
            return;
        }
        met.get().forEach((what, times) -> {
            long more = times - before.getOrDefault(what, 0L);
            if (more > 0) {
                before.put(what, times);
                sightings.merge(
                        what,
                        new Sighting(what, more, now),
                        (old, added) -> new Sighting(what, old.times() + added.times(), now));
                untold = true;
            }
        });
    }

    private void tell() {
        if (!untold) {
            return;
        }
        try {
            book.notice(worker, List.copyOf(sightings.values()));
            untold = false;
        } catch (KeyStateUnavailable tryAgainAtTheNextPoll) {
            return;
        }
    }
}

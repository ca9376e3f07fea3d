package io.storeveil.retention.expire;

import io.storeveil.retention.plan.Stretches;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a walk, shared out to walkers: each has a range of its own, so that no two are at pages of the same rows at
 * once, and helps with the longest of the others' when it is through.
 */
final class Parts {

    private final List<Stretches.Part> parts;
    private final int[] next;
    private final int[] end;
    private boolean ended;

    Parts(List<Stretches.Part> parts, int walkers) {
        this.parts = parts;
        this.next = IntStream.range(0, walkers).map(i -> bound(i, walkers)).toArray();
        this.end = IntStream.range(1, walkers + 1).map(i -> bound(i, walkers)).toArray();
    }

    private int bound(int walker, int walkers) {
        return (int) ((long) parts.size() * walker / walkers);
    }

    /** Null where none is left. */
    synchronized Stretches.@Nullable Part next(int walker) {
        if (ended) {
            return null;
        }
        if (left(walker) > 0) {
            return parts.get(next[walker]++);
        }
        int longest = 0;
        for (int i = 1; i < next.length; i++) {
            longest = left(i) > left(longest) ? i : longest;
        }
        return left(longest) == 0 ? null : parts.get(--end[longest]);
    }

    private int left(int walker) {
        return end[walker] - next[walker];
    }

    /** Nobody need begin with another. */
    synchronized void end() {
        ended = true;
    }
}

package io.storeveil.retention.expire;

import io.storeveil.retention.plan.Stretches;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A walk cut into parts that lie beside one another, taken by several while further ones are still looked for. */
final class Parts {

    private final BlockingQueue<Optional<String>> ends = new LinkedBlockingQueue<>();
    private @Nullable String behind;
    private volatile boolean ended;

    static Parts one() {
        Parts parts = new Parts();
        parts.found(Optional.empty());
        return parts;
    }

    /** @param end of the next part; empty for the last, which has none */
    void found(Optional<String> end) {
        ends.add(end);
    }

    /** Waits for the next to be found; null where none is left. */
    synchronized Stretches.@Nullable Part next() throws InterruptedException {
        if (ended) {
            return null;
        }
        String upTo = ends.take().orElse(null);
        if (ended) {
            return null;
        }
        Stretches.Part part = new Stretches.Part(behind, upTo);
        behind = upTo;
        ended = upTo == null;
        return part;
    }

    /** Nobody need begin with another, or look for more. */
    void end() {
        ended = true;
        ends.add(Optional.empty());
    }

    boolean ended() {
        return ended;
    }
}

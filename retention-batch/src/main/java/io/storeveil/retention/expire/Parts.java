package io.storeveil.retention.expire;

import io.storeveil.retention.plan.Stretches;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A walk cut into parts that lie beside one another, each of them found when a walker is free for it. */
final class Parts {

    /** Looks for the end of the next part. */
    interface Bound {
        /**
         * @param behind where the part begins; null for the very beginning
         * @return empty for the last part
         */
        Optional<String> after(@Nullable String behind) throws SQLException;
    }

    private final Bound bound;
    private @Nullable String behind;
    private boolean ended;

    Parts(Bound bound) {
        this.bound = bound;
    }

    static Parts one() {
        return new Parts(behind -> Optional.empty());
    }

    /** Null where none is left. */
    synchronized Stretches.@Nullable Part next() throws SQLException {
        if (ended) {
            return null;
        }
        String upTo = bound.after(behind).orElse(null);
        Stretches.Part part = new Stretches.Part(behind, upTo);
        behind = upTo;
        ended = upTo == null;
        return part;
    }

    /** Nobody need begin with another. */
    synchronized void end() {
        ended = true;
    }
}

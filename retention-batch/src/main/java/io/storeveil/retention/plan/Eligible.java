package io.storeveil.retention.plan;

import io.storeveil.retention.plan.Stretches.Part;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * How many rows of a rule are eligible: of this, unlike of what is in their way, PostgreSQL can let several processes see to
 * it. Rows below others are found level by level, as an index does it best, for so many at the top at once as memory has
 * room for.
 */
public final class Eligible {

    private static final int AT_ONCE = 1_000_000;
    /** Fewer are not worth another who counts. */
    private static final int SHARE_AT_LEAST = 50_000;

    private final Walk walk;
    private final Stretches stretches;
    private final String unfinished;

    Eligible(Walk walk, Stretches stretches, String unfinished) {
        this.walk = walk;
        this.stretches = stretches;
        this.unfinished = unfinished;
    }

    /** Whether there is any. */
    public boolean any(Connection store) throws SQLException {
        for (Part part : parts(store, 1)) {
            if (in(store, part) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Parts whose counts add up, for so many who count at once; none where there is nothing to count. */
    List<Part> parts(Connection store, int shares) throws SQLException {
        return parts(store, shares, SHARE_AT_LEAST, AT_ONCE);
    }

    /**
     * The same.
     *
     * @param least rows at the top that are worth a part
     * @param most  rows at the top in one, and as many more as have the last one's date
     */
    List<Part> parts(Connection store, int shares, long least, long most) throws SQLException {
        if (walk.byLevels("").isEmpty() || !stretches.partable()) {
            return List.of(Part.WHOLE);
        }
        long tops = stretches.count(store);
        if (tops == 0) {
            return List.of();
        }
        long share = Math.min(most, Math.max(least, (tops + shares - 1) / shares));
        return tops <= share ? List.of(Part.WHOLE) : stretches.parts(store, share);
    }

    long in(Connection store, Part part) throws SQLException {
        String within = stretches.inPart(part, null);
        String rows = walk.byLevels(within)
                .map(levels -> levels + " and " + walk.also())
                .orElseGet(() -> walk.from() + " where " + walk.condition() + within);
        try (PreparedStatement statement =
                store.prepareStatement("select count(*) from " + rows + " and " + unfinished)) {
            Stretches.bind(statement, Stretches.texts(part, null));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}

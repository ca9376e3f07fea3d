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

    private final Walk walk;
    private final Stretches stretches;
    private final String unfinished;

    Eligible(Walk walk, Stretches stretches, String unfinished) {
        this.walk = walk;
        this.stretches = stretches;
        this.unfinished = unfinished;
    }

    long all(Connection store) throws SQLException {
        long all = 0;
        for (Part part : parts(store)) {
            all += count(store, part);
        }
        return all;
    }

    public boolean any(Connection store) throws SQLException {
        for (Part part : parts(store)) {
            if (count(store, part) > 0) {
                return true;
            }
        }
        return false;
    }

    private List<Part> parts(Connection store) throws SQLException {
        return walk.byLevels("").isPresent() && stretches.partable()
                ? stretches.parts(store, AT_ONCE)
                : List.of(Part.WHOLE);
    }

    private long count(Connection store, Part part) throws SQLException {
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

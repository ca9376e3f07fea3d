package io.storeveil.retention.plan;

import io.storeveil.retention.plan.Stretches.Part;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * How many rows of a rule are eligible. Where they are found level by level, so many at the top at once: their keys are in
 * memory for that. PostgreSQL can let several processes see to the other counts by itself, unlike to what is in the way.
 */
public final class Eligible {

    private static final int AT_ONCE = 100_000;

    private final Walk walk;
    private final Stretches stretches;
    private final String unfinished;

    Eligible(Walk walk, Stretches stretches, String unfinished) {
        this.walk = walk;
        this.stretches = stretches;
        this.unfinished = unfinished;
    }

    /** Parts whose counts add up. */
    List<Part> parts(Connection store) throws SQLException {
        return byLevels() && stretches.partable() ? stretches.parts(store, AT_ONCE) : List.of(Part.WHOLE);
    }

    private boolean byLevels() {
        return walk.byLevels("").isPresent();
    }

    long count(Connection store, Part part) throws SQLException {
        String within = part.condition(walk);
        String rows = walk.byLevels(within)
                .map(levels -> levels + " and " + walk.also())
                .orElseGet(() -> walk.from() + " where " + walk.condition() + within);
        try (PreparedStatement statement =
                store.prepareStatement("select count(*) from " + rows + " and " + unfinished)) {
            Stretches.bind(statement, part.texts());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    public boolean any(Connection store) throws SQLException {
        for (Part part : parts(store)) {
            if (count(store, part) > 0) {
                return true;
            }
        }
        return false;
    }
}

package io.storeveil.retention.verify;

import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** For tests of other packages: the look that follows an erasure. */
public final class LookedAgain {

    private final Ownership ownership;
    private final Thresholds thresholds;
    private final Erasure person;
    private final Map<String, Remembered> remembered;

    /** Remembers the person, while they are there. */
    public LookedAgain(Connection connection, Ownership ownership, Thresholds thresholds, Erasure person)
            throws SQLException {
        this.ownership = ownership;
        this.thresholds = thresholds;
        this.person = person;
        this.remembered = Map.of(
                person.request(),
                RememberStep.remember(connection, ownership, List.of(person)).get(person));
    }

    /** What is left that should be gone, or at rest. */
    public List<String> left(Connection connection) throws SQLException {
        return Verification.look(
                        connection, ownership, thresholds, List.of(person), remembered, Verification.Depth.FULL)
                .residues();
    }
}

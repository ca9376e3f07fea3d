package io.storeveil.retention.expire;

import io.storeveil.retention.plan.Stretches;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a rule's rows are taken, one transaction after the other. */
interface Turn {

    /**
     * @param rows  of the rule itself that were changed
     * @param whole each row that it looked at was changed
     * @param last  where the next transaction begins
     * @param end   nothing is left behind it
     */
    record Outcome(long rows, boolean whole, @Nullable List<String> last, boolean end) {}

    /** SQL that opens each transaction: the fences, and what the statements need to be settled. */
    String opening();

    /**
     * @param after    where the one before ended; null for the first
     * @param answered may be called once what is left to do is little for the database
     */
    Outcome take(Connection connection, Stretches.Part part, @Nullable List<String> after, int rows, Runnable answered)
            throws SQLException;

    /** Whether a transaction that ran into somebody else's lock is worth a second try. */
    default boolean worthAnother() {
        return true;
    }
}

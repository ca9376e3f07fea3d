package io.storeveil.retention.sweep;

import java.sql.SQLException;

/** What can hold the sweep back between two transactions. */
public interface Brakes {

    /** Nothing ever does. */
    Brakes NONE = () -> {};

    /**
     * Returns when the next transaction may begin.
     *
     * @throws StepFailed if the sweep must not go on
     */
    void release() throws SQLException;
}

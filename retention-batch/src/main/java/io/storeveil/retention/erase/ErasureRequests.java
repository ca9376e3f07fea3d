package io.storeveil.retention.erase;

import io.storeveil.retention.sweep.SweepContext;
import java.sql.SQLException;
import java.util.List;

/** Where approved requests come from, and are told what became of them. */
public interface ErasureRequests {

    /** Those that are due and approved, and those that this run has taken up already. */
    List<Erasure> due(SweepContext context);

    /** Asked right before each: a request that is due always may. */
    default boolean mayGo(Erasure erasure) {
        return true;
    }

    /** Told again after a restart. A request that is neither held nor finished waits for an open contract. */
    void ended(SweepContext context, Erasure erasure, boolean held, boolean finished);

    /** Told when all of this step's are through. */
    default void allEnded(SweepContext context) throws SQLException {}
}

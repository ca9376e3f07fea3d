package io.storeveil.retention.sweep;

/**
 * One step of the sweep. It may be started again after a crash at any point, and must then end where an undisturbed run
 * ends: what is done is read from the store's journal, not from memory.
 */
public interface Step {

    /** As it stands in the run's records: {@code erase}. */
    String name();

    /** @throws StepFailed for a failure that a person must read */
    void run(SweepContext context) throws Exception;
}

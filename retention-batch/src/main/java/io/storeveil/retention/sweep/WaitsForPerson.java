package io.storeveil.retention.sweep;

/** A step has ended well and found that the sweep must not go on before somebody has decided. Its findings say what. */
public final class WaitsForPerson extends RuntimeException {

    /** @param message why the steps that follow are skipped */
    public WaitsForPerson(String message) {
        super(message);
    }
}
